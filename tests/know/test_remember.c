/* remember: what was learned is saved, loaded into a know that has learned nothing, and answers as
 * before, now and later; smaller memories, other rules, damaged sections. */
#include "helper_learn.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define HOSTS 40 /* addresses, names and domains that are learned and asked for */

static struct learn *learn, *other;

static int set_up(void **state)
{
    (void)state;
    learn = learn_new(NULL, NULL, 0);
    other = learn_new(NULL, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    learn_free(learn);
    learn_free(other);
    return 0;
}

static struct image *saved(const struct know *know)
{
    struct image *image = NULL;
    assert_int_equal(image_new(&image), ERR_NONE);
    know_save(know, image);
    return image;
}

static void carry_over(void)
{
    struct image *image = saved(learn->know);
    know_load(other->know, image);
    other->now = learn->now;
    image_free(image);
}

/* ---- what is learned, the same again for the same seed ---- */

static uint32_t seed;

static unsigned any(unsigned count)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % count;
}

static const char *any_addr(void)
{
    static char text[20];
    snprintf(text, sizeof text, "203.0.113.%u", any(HOSTS));
    return text;
}

static const char *any_name(void)
{
    static char text[2][40];
    static unsigned turn;
    unsigned i = any(HOSTS);
    turn ^= 1;
    snprintf(text[turn], sizeof text[turn], "%s%u.example-%u.net", i % 3 == 0 ? "dsl-pool-" : "Mx",
             i, i % 5);
    return text[turn];
}

static void teach_answer(struct learn *to)
{
    static const enum dns_type types[] = {DNS_PTR, DNS_A, DNS_AAAA, DNS_MX};
    enum dns_type type = types[any(4)];
    const char *asked = type == DNS_PTR ? learn_reverse(any_addr()) : any_name();
    char copy[100];
    snprintf(copy, sizeof copy, "%s", asked);
    learn_asked(to, type, copy, any(6) == 0 ? DNS_NXDOMAIN : DNS_NOERROR);
    unsigned count = to->answer.rcode == DNS_NXDOMAIN ? 0 : any(11);
    char names[12][40];
    for (unsigned i = 0; i < count; i++) {
        uint32_t ttl = 30 + any(9000);
        char text[60];
        snprintf(names[i], sizeof names[i], "%s", any_name());
        snprintf(text, sizeof text, type == DNS_AAAA ? "2001:db8::%u" : "203.0.113.%u", any(HOSTS));
        if (type == DNS_A || type == DNS_AAAA)
            learn_addr(to, NULL, ttl, text);
        else
            learn_host(to, type, NULL, ttl, names[i]);
    }
    learn_answer(to);
}

static void teach_referral(struct learn *to)
{
    char zone[40], host[40];
    snprintf(zone, sizeof zone, "%s", any_name());
    snprintf(host, sizeof host, "%s", any_name());
    learn_asked(to, DNS_A, zone, DNS_NOERROR);
    learn_host(to, DNS_NS, NULL, 600, host);
    learn_answer(to);
}

static void teach_session(struct learn *to)
{
    char client[20], name[40], reply[100];
    snprintf(client, sizeof client, "%s", any_addr());
    snprintf(name, sizeof name, "%s", any_name());
    snprintf(reply, sizeof reply, "mx.example.org Hello %s [%s]", name, client);
    learn_session(to, client, any_addr(), "helo.example", "mx.example.org ESMTP", reply);
    learn_close(to);
}

static void teach(struct learn *to, uint32_t from_seed, unsigned events)
{
    seed = from_seed;
    for (unsigned i = 0; i < events; i++) {
        switch (any(8)) {
        case 0: teach_session(to); break;
        case 1: teach_referral(to); break;
        case 2: learn_wait(to, 1 + any(300)); break;
        default: teach_answer(to); break;
        }
    }
}

/* ---- every question of know.h ---- */

static void same_host(const char *text)
{
    struct addr addr;
    assert_true(addr_parse(span_text(text), &addr));
    struct know_host a = learn_find(learn, text), b = learn_find(other, text);
    assert_true(span_equal(a.name, b.name));
    assert_int_equal(a.source, b.source);
    assert_int_equal(a.name_class, b.name_class);
    assert_int_equal(a.confirmed, b.confirmed);
    assert_int_equal(a.nameless, b.nameless);
    assert_int_equal(learn_is_server(learn, text), learn_is_server(other, text));
    learn_session(learn, text, LEARN_SERVER, "helo.example", NULL, NULL);
    learn_session(other, text, LEARN_SERVER, "helo.example", NULL, NULL);
    learn->flow.opened = other->flow.opened = learn->now - 600 * CLOCK_SECOND; /* a long session */
    a = learn_client(learn), b = learn_client(other);
    assert_true(span_equal(a.name, b.name));
    assert_int_equal(a.confirmed, b.confirmed);
}

static void same_name(struct span name, int64_t now)
{
    for (unsigned i = 0; i < HOSTS; i += 3) {
        char text[40];
        struct addr v4 = addr_v4(0xcb007100 + i), v6;
        snprintf(text, sizeof text, "2001:db8::%u", i);
        assert_true(addr_parse(span_text(text), &v6));
        assert_int_equal(know_leads_to(learn->know, name, &v4, now),
                         know_leads_to(other->know, name, &v4, now));
        assert_int_equal(know_leads_to(learn->know, name, &v6, now),
                         know_leads_to(other->know, name, &v6, now));
        snprintf(text, sizeof text, "mx%u.example-%u.net", i, i % 5);
        assert_int_equal(know_domain_role(learn->know, name, span_text(text), now),
                         know_domain_role(other->know, name, span_text(text), now));
    }
    assert_int_equal(know_domain_seen(learn->know, name, now),
                     know_domain_seen(other->know, name, now));
}

static void same_answers(void)
{
    char text[40];
    for (unsigned i = 0; i < HOSTS; i++) {
        snprintf(text, sizeof text, "203.0.113.%u", i);
        same_host(text);
        snprintf(text, sizeof text, "mx%u.example-%u.net", i, i % 5);
        same_name(span_text(text), learn->now);
        snprintf(text, sizeof text, "dsl-pool-%u.example-%u.net", i, i % 5);
        same_name(span_text(text), learn->now);
    }
}

static void same_counts(void)
{
    struct know_stats a, b;
    know_stats(learn->know, &a);
    know_stats(other->know, &b);
    assert_int_equal(a.hosts, b.hosts);
    assert_int_equal(a.names, b.names);
    assert_int_equal(a.domains, b.domains);
    assert_int_equal(a.memory, b.memory);
}

/* ---- the tests ---- */

static void test_nothing(void **state)
{
    (void)state;
    carry_over();
    same_answers();
    same_counts();
    struct image *image;
    assert_int_equal(image_new(&image), ERR_NONE);
    know_load(other->know, image);
    image_free(image);
    same_answers();
}

static void test_same(void **state)
{
    (void)state;
    teach(learn, 1, 25);
    carry_over();
    same_counts();
    same_answers();
}

/* Time goes on, and both learn the same. */
static void test_goes_on(void **state)
{
    (void)state;
    for (uint32_t round = 1; round <= 4; round++) {
        tear_down(NULL);
        set_up(NULL);
        teach(learn, round, 60 * round);
        carry_over();
        same_answers();
        for (uint32_t step = 0; step < 5; step++) {
            teach(learn, round * 100 + step, 25);
            teach(other, round * 100 + step, 25);
            same_answers();
        }
        learn_wait(learn, 7200);
        learn_wait(other, 7200);
        same_answers();
    }
}

/* What was over long ago is not saved. */
static void test_over(void **state)
{
    (void)state;
    struct know_stats stats;
    learn_ptr(learn, "203.0.113.1", 300, "mx1.example-1.net");
    learn_a(learn, "mx1.example-1.net", 300, "203.0.113.1");
    learn_asked(learn, DNS_MX, "example-1.net", DNS_NOERROR);
    learn_host(learn, DNS_MX, NULL, 300, "mx1.example-1.net");
    learn_answer(learn);
    learn_wait(learn, 3800);
    learn_ptr(learn, "203.0.113.2", 300, "mx2.example-2.net");
    carry_over();
    know_stats(learn->know, &stats);
    assert_true(stats.hosts == 2 && stats.names == 1 && stats.domains == 1);
    same_answers();
    learn_wait(learn, 300);
    learn_wait(other, 300);
    know_stats(other->know, &stats);
    assert_true(stats.hosts == 2 && stats.names == 1 && stats.domains == 1);
    struct learn *third = learn_new(NULL, NULL, 0);
    struct image *image = saved(learn->know);
    know_load(third->know, image);
    know_stats(third->know, &stats);
    assert_true(stats.hosts == 1 && stats.names == 0 && stats.domains == 0);
    image_free(image);
    learn_free(third);
}

/* A smaller memory keeps what was learned last, and keeps its ceiling. */
static void test_less_memory(void **state)
{
    (void)state;
    const size_t memory = 128 * 1024;
    char addr[20], name[60];
    learn_free(other);
    other = learn_new(NULL, NULL, memory);
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(addr, sizeof addr, "10.1.%u.%u", i / 256, i % 256);
        snprintf(name, sizeof name, "host-%u.with-a-long-name.example.net", i);
        learn_ptr(learn, addr, 3600, name);
        learn_a(learn, name, 3600, addr);
        learn_asked(learn, DNS_MX, name, DNS_NOERROR);
        learn_host(learn, DNS_MX, NULL, 3600, name);
        learn_answer(learn);
    }
    carry_over();
    struct know_stats stats;
    know_stats(other->know, &stats);
    assert_true(stats.memory_peak <= memory);
    assert_true(stats.hosts > 50 && stats.names > 20 && stats.domains > 10);
    same_host(addr);
    struct know_host host = learn_find(other, "10.1.0.1");
    assert_int_equal(host.name.len, 0);
    learn_wait(other, 90000);
    know_stats(other->know, &stats);
    assert_int_equal(stats.hosts + stats.names + stats.domains, 0);
}

/* A longest time that has become shorter holds for what is loaded as well. */
static void test_shorter_time(void **state)
{
    (void)state;
    const struct know_options options = {.ttl_max = 600 * CLOCK_SECOND};
    learn_ptr(learn, "203.0.113.1", 80000, "mx1.example-1.net");
    know_free(other->know);
    assert_int_equal(know_new(&options, &other->know, NULL, 0), ERR_NONE);
    carry_over();
    learn_wait(other, 599);
    assert_int_equal(learn_find(other, "203.0.113.1").source, KNOW_FROM_DNS);
    learn_wait(other, 1);
    assert_int_equal(learn_find(other, "203.0.113.1").source, KNOW_FROM_NOWHERE);
}

/* The class of a name is what the rules say now. */
static void test_other_rules(void **state)
{
    (void)state;
    char path[] = "/tmp/mxtap-names-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    assert_non_null(file);
    fputs("mail dsl-pool-3.example-3.net\n", file);
    fclose(file);
    learn_ptr(learn, "203.0.113.3", 3000, "dsl-pool-3.example-3.net");
    assert_int_equal(learn_find(learn, "203.0.113.3").name_class, NAME_DYNAMIC);
    learn_free(other);
    other = learn_new(NULL, path, 0);
    carry_over();
    remove(path);
    struct know_host host = learn_find(other, "203.0.113.3");
    assert_int_equal(host.name_class, NAME_MAIL);
    assert_int_equal(host.source, KNOW_FROM_FILE);
}

/* ---- damage ---- */

/* What is known is asked for, whatever it is. */
static void ask(void)
{
    char text[40];
    for (unsigned i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "203.0.113.%u", i);
        struct know_host host = learn_find(other, text);
        assert_true(host.name.len <= KNOW_NAME_MAX);
        learn_is_server(other, text);
        know_domain_seen(other->know, SPAN_LITERAL("mx1.example-1.net"), other->now);
    }
}

static void load_damaged(const struct image *image, size_t index, struct span octets)
{
    struct image *damaged;
    assert_int_equal(image_new(&damaged), ERR_NONE);
    buf_add(image_add(damaged, image_name(image, index)), octets);
    know_load(other->know, damaged);
    image_free(damaged);
    ask();
}

static void test_damaged(void **state)
{
    (void)state;
    learn_free(other);
    other = learn_new(NULL, NULL, 64 * 1024);
    teach(learn, 7, 12);
    struct image *image = saved(learn->know);
    assert_int_equal(image_count(image), 5);
    for (size_t index = 0; index < image_count(image); index++) {
        struct span section = image_at(image, index);
        uint8_t *copy = malloc(section.len);
        assert_non_null(copy);
        for (size_t i = 0; i < section.len; i++) {
            load_damaged(image, index, span_head(section, i));
            memcpy(copy, section.at, section.len);
            copy[i] ^= (uint8_t)(1U << (i % 8));
            load_damaged(image, index, span_make(copy, section.len));
            copy[i] = 0xff;
            load_damaged(image, index, span_make(copy, section.len));
        }
        free(copy);
    }
    image_free(image);
    learn_wait(other, 1000000);
    ask();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing),     TEST(test_same),         TEST(test_goes_on),     TEST(test_over),
        TEST(test_less_memory), TEST(test_shorter_time), TEST(test_other_rules), TEST(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
