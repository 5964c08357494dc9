/* contacts: whom to write to, from what the wire has told of the host; advice in every alert. */
#include "contacts.h"
#include "helper_scene.h"
#include "test.h"

static struct scene *scene;

static int set_up(void **state)
{
    (void)state;
    scene = scene_new("mx-probe");
    const struct alert_sink sink = {0};
    return detect_new(scene->configs, scene->know, 4 << 20, &sink, &scene->detect) == ERR_NONE ? 0
                                                                                               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scene_free(scene);
    return 0;
}

/* The list as JSON text; "" where there is none. */
static const char *list_of(enum contact contact, const char *client)
{
    static char text[1024];
    struct event_flow flow = {0};
    assert_true(addr_parse(span_text(client), &flow.client));
    assert_true(addr_parse(SPAN_LITERAL("192.0.2.25"), &flow.server));
    struct json_object *evidence = json_object_new_object();
    struct json_object *list;
    contacts_add(scene->detect, contact, &flow, scene->now, evidence);
    text[0] = '\0';
    if (json_object_object_get_ex(evidence, "contacts", &list))
        strncat(text, json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN),
                sizeof text - 1);
    json_object_put(evidence);
    return text;
}

static void test_nothing_known(void **state)
{
    (void)state;
    assert_string_equal(list_of(CONTACT_NOBODY, "203.0.113.9"), "");
    assert_string_equal(list_of(CONTACT_CLIENT, "203.0.113.9"), "[\"postmaster@[203.0.113.9]\"]");
    assert_string_equal(list_of(CONTACT_SERVER, "203.0.113.9"), "[\"postmaster@[192.0.2.25]\"]");
    assert_string_equal(list_of(CONTACT_CLIENT, "2001:db8::9"),
                        "[\"postmaster@[IPv6:2001:db8::9]\"]");
}

static void test_organisation(void **state)
{
    (void)state;
    scene_dns_ptr(scene, "203.0.113.9", "adsl-9.pool.provider.co.uk");
    static const char expected[] =
        "[\"abuse@provider.co.uk\",\"postmaster@provider.co.uk\",\"postmaster@[203.0.113.9]\"]";
    assert_string_equal(list_of(CONTACT_CLIENT, "203.0.113.9"), expected);
    assert_string_equal(list_of(CONTACT_CLIENT, "203.0.113.10"), "[\"postmaster@[203.0.113.10]\"]");
    scene_dns_addr(scene, "adsl-9.pool.provider.co.uk", "203.0.113.9");
    assert_string_equal(list_of(CONTACT_CLIENT, "203.0.113.9"), expected);
}

/* A name that leads elsewhere may be a lie: its owner is not written to. */
static void test_refuted(void **state)
{
    (void)state;
    scene_dns_ptr(scene, "203.0.113.9", "mail.bank.example");
    scene_dns_addr(scene, "mail.bank.example", "198.51.100.1");
    assert_string_equal(list_of(CONTACT_CLIENT, "203.0.113.9"), "[\"postmaster@[203.0.113.9]\"]");
}

/* A name that is a public suffix, or has octets that no name has. */
static void test_odd_names(void **state)
{
    (void)state;
    scene_dns_ptr(scene, "203.0.113.9", "co.uk");
    assert_string_equal(list_of(CONTACT_CLIENT, "203.0.113.9"), "[\"postmaster@[203.0.113.9]\"]");
    scene_dns_ptr(scene, "203.0.113.10", "a\"b\n\xff.provider.co.uk");
    const char *list = list_of(CONTACT_CLIENT, "203.0.113.10");
    assert_null(strchr(list, '\n'));
    assert_non_null(strstr(list, "postmaster@[203.0.113.10]\"]"));
}

/* Every detector advises something, in one sentence. */
static void test_advice(void **state)
{
    (void)state;
    for (size_t i = 0; i < detect_count(); i++) {
        const char *advice = detect_at(i)->advice;
        assert_non_null(advice);
        size_t len = strlen(advice);
        assert_true(len > 20 && len < 300);
        assert_int_equal(advice[len - 1], '.');
        assert_null(strchr(advice, '\n'));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_known), TEST(test_organisation), TEST(test_refuted),
        TEST(test_odd_names),     TEST(test_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
