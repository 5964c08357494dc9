/* remember: sets, lists, rings and flows come back as they were, charged to the memory that there
 * is; octets that are no such thing do no harm. */
#include "asked.h"
#include "detect_private.h"
#include "distinct.h"
#include "heavy.h"
#include "helper_scene.h"
#include "namelist.h"
#include "remember.h"
#include "test.h"

#include <stdlib.h>

static struct scene *scene;

static int set_up(void **state)
{
    (void)state;
    const struct alert_sink sink = {0};
    scene = scene_new("mx-probe");
    return detect_new(scene->configs, scene->know, 1 << 20, &sink, &scene->detect) == ERR_NONE ? 0
                                                                                               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scene_free(scene);
    return 0;
}

static struct buf put(const struct pack_kind *kind, const void *value)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    kind->put(value, &out);
    return out;
}

static void fill(struct distinct *set, uint32_t ceiling, unsigned count, struct budget *budget)
{
    distinct_init(set, ceiling);
    for (unsigned i = 0; i < count; i++)
        distinct_add(set, hash_mix(i * 7 + 1) % 5000, (uint8_t)(i % 4),
                     (int64_t)(1000 + hash_mix(i) % 900), budget);
}

/* The same items in the same places: what makes room later is the same, too. */
static void test_distinct(void **state)
{
    (void)state;
    struct budget *budget = detect_budget(scene->detect);
    static const unsigned counts[] = {0, 1, 2, 3, 4, 5, 60, 255, 256, 700, 3000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct distinct set, back;
        size_t before = budget->used;
        fill(&set, 512, counts[i], budget);
        size_t used = budget->used - before;
        struct buf octets = put(&remember_distinct, &set);
        distinct_init(&back, 512);
        assert_int_equal(remember_distinct.get(&back, buf_span(&octets), scene->detect),
                         counts[i] > 0);
        assert_int_equal(budget->used - before, 2 * used);
        for (unsigned more = 0; more < 2000; more++) {
            assert_int_equal(back.count, set.count);
            assert_int_equal(back.room, set.room);
            assert_int_equal(back.lost, set.lost);
            assert_memory_equal(back.kinds, set.kinds, sizeof set.kinds);
            for (uint32_t at = 0; at < set.room; at++) {
                assert_int_equal(back.items[at].time, set.items[at].time);
                if (set.items[at].time != CLOCK_NEVER)
                    assert_int_equal(back.items[at].hash, set.items[at].hash);
            }
            assert_int_equal(distinct_count(&set, -1, 1500), distinct_count(&back, -1, 1500));
            distinct_add(&set, hash_mix(more) % 9000, 1, 1000 + more, budget);
            distinct_add(&back, hash_mix(more) % 9000, 1, 1000 + more, budget);
            more += set.room > 64 ? 50 : 0;
        }
        buf_done(&octets);
        distinct_done(&set, budget);
        distinct_done(&back, budget);
        assert_int_equal(budget->used, before);
    }
}

/* Into a smaller set, or less memory: fewer items, and the others are counted as lost. */
static void test_distinct_smaller(void **state)
{
    (void)state;
    struct budget *budget = detect_budget(scene->detect);
    struct distinct set, back;
    fill(&set, 4096, 2000, NULL);
    struct buf octets = put(&remember_distinct, &set);
    distinct_init(&back, 100);
    assert_true(remember_distinct.get(&back, buf_span(&octets), scene->detect));
    assert_int_equal(back.count, 100);
    assert_int_equal(back.lost, set.count - 100);
    distinct_done(&back, budget);

    size_t all = budget_free(budget);
    assert_true(budget_take(budget, all - 600));
    distinct_init(&back, 4096);
    assert_true(remember_distinct.get(&back, buf_span(&octets), scene->detect));
    assert_true(back.count > 0 && back.room * sizeof *back.items <= 600);
    assert_int_equal(back.lost, set.count - back.count);
    distinct_done(&back, budget);
    budget_give(budget, all - 600);
    distinct_done(&set, NULL);
    buf_done(&octets);
}

static void test_namelist(void **state)
{
    (void)state;
    struct budget *budget = detect_budget(scene->detect);
    for (unsigned count = 0; count < 30; count++) {
        struct namelist list, back;
        namelist_init(&list, budget);
        namelist_init(&back, budget);
        for (unsigned i = 0; i < count; i++)
            namelist_add(&list, span_make("user@example.org, and more", i));
        struct buf octets = put(&remember_namelist, &list);
        assert_int_equal(remember_namelist.get(&back, buf_span(&octets), scene->detect), count > 0);
        assert_int_equal(back.total, list.total);
        assert_int_equal(back.kept, list.kept);
        assert_true(span_equal(span_make(back.texts, back.len), span_make(list.texts, list.len)));
        namelist_done(&list);
        namelist_done(&back);
        buf_done(&octets);
    }
}

static struct asked asked_of(uint64_t number)
{
    struct asked asked;
    struct addr addr = addr_v4((uint32_t)number << 8);
    memset(&asked, 0, sizeof asked);
    asked.recipient = number;
    asked.time = (int64_t)number;
    asked.net = addr_network(&addr);
    return asked;
}

static void test_asked(void **state)
{
    (void)state;
    struct budget *budget = detect_budget(scene->detect);
    static const unsigned counts[] = {0, 1, 31, 32, 33, 64, 100, 4095, 4096, 4097, 9000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct asked_ring ring = {0}, back = {0};
        for (uint64_t n = 0; n < counts[i]; n++) {
            struct asked asked = asked_of(n);
            asked_add(&ring, &asked, budget);
        }
        struct buf octets = put(&asked_kind, &ring);
        assert_int_equal(asked_kind.get(&back, buf_span(&octets), scene->detect), counts[i] > 0);
        for (uint64_t n = counts[i]; n < counts[i] + 100; n++) {
            assert_int_equal(back.added, ring.added);
            assert_int_equal(back.room, ring.room);
            for (uint32_t at = 0; at < asked_kept(&ring); at++)
                assert_memory_equal(&back.places[at], &ring.places[at], sizeof ring.places[at]);
            struct asked asked = asked_of(n);
            asked_add(&ring, &asked, budget);
            asked_add(&back, &asked, budget);
        }
        asked_done(&ring, budget);
        asked_done(&back, budget);
        buf_done(&octets);
    }
}

/* Where memory is short the newest are kept. */
static void test_asked_smaller(void **state)
{
    (void)state;
    struct budget *budget = detect_budget(scene->detect);
    struct asked_ring ring = {0}, back = {0};
    for (uint64_t n = 0; n < 1000; n++) {
        struct asked asked = asked_of(n);
        asked_add(&ring, &asked, budget);
    }
    struct buf octets = put(&asked_kind, &ring);
    size_t all = budget_free(budget), left = 100 * sizeof(struct asked);
    assert_true(budget_take(budget, all - left));
    assert_true(asked_kind.get(&back, buf_span(&octets), scene->detect));
    assert_int_equal(back.room, 64);
    assert_int_equal(back.added, 1000);
    assert_int_equal(asked_kept(&back), 64);
    for (uint32_t at = 0; at < 64; at++)
        assert_true(back.places[at].recipient >= 1000 - 64 && back.places[at].recipient < 1000);
    asked_done(&back, budget);
    budget_give(budget, all - left);
    asked_done(&ring, budget);
    buf_done(&octets);
}

static void test_heavy(void **state)
{
    (void)state;
    struct heavy heavy, back;
    heavy_init(&heavy, 100, detect_budget(scene->detect));
    heavy_init(&back, 100, detect_budget(scene->detect));
    struct buf none = put(&heavy_kind, &heavy);
    assert_int_equal(none.len, 0);
    for (uint64_t i = 0; i < 20000; i++) {
        heavy_put(&heavy, hash_mix(i), 1 + (uint32_t)(hash_mix(i) % 100), 1000);
        if (i % 3 == 0)
            heavy_take(&heavy, hash_mix(i / 2), 1000);
    }
    struct buf octets = put(&heavy_kind, &heavy);
    assert_true(heavy_kind.get(&back, buf_span(&octets), scene->detect));
    for (uint64_t i = 20000; i < 25000; i++) {
        heavy_put(&heavy, hash_mix(i), 1 + (uint32_t)(hash_mix(i) % 100), 1150);
        heavy_put(&back, hash_mix(i), 1 + (uint32_t)(hash_mix(i) % 100), 1150);
    }
    for (uint64_t i = 0; i < 25000; i++)
        assert_int_equal(heavy_take(&heavy, hash_mix(i), 1260),
                         heavy_take(&back, hash_mix(i), 1260));
    heavy_done(&heavy);
    heavy_done(&back);
    buf_done(&octets);
}

static void test_flow(void **state)
{
    (void)state;
    char name[] = "capture.pcap";
    struct event_flow flow, back, again;
    memset(&flow, 0, sizeof flow);
    memset(&back, 0, sizeof back);
    memset(&again, 0, sizeof again);
    flow.flow_id = UINT64_MAX;
    flow.opened = 1700000000 * CLOCK_SECOND;
    flow.source = name;
    flow.client = addr_v4(0xc0000201);
    flow.server = addr_v4(0xc6336401);
    flow.client_port = 40000;
    flow.server_port = 25;
    flow.vlan[0] = 7;
    flow.vlan_count = 1;
    struct buf octets = put(&remember_flow, &flow);
    assert_true(remember_flow.get(&back, buf_span(&octets), scene->detect));
    assert_string_equal(back.source, name);
    assert_ptr_not_equal(back.source, flow.source);
    assert_true(remember_flow.get(&again, buf_span(&octets), scene->detect));
    assert_ptr_equal(back.source, again.source);
    back.source = flow.source;
    assert_memory_equal(&back, &flow, sizeof flow);
    buf_done(&octets);
    /* No more names than some are kept: the others have none. */
    for (unsigned i = 0; i < 200; i++) {
        name[0] = (char)('!' + i % 90);
        name[1] = (char)('!' + i / 90);
        octets = put(&remember_flow, &flow);
        assert_true(remember_flow.get(&back, buf_span(&octets), scene->detect));
        assert_true(span_equal(span_text(back.source), span_text(name)) || back.source[0] == '\0');
        buf_done(&octets);
    }
    assert_int_equal(back.source[0], '\0');
}

/* ---- octets that are none ---- */

static void get_distinct(struct span in)
{
    struct distinct set;
    distinct_init(&set, 100);
    (void)!remember_distinct.get(&set, in, scene->detect);
    assert_true(set.count <= 100 && set.count * 4 <= set.room * 3);
    distinct_add(&set, 1, 0, 1, detect_budget(scene->detect));
    distinct_done(&set, detect_budget(scene->detect));
}

static void get_namelist(struct span in)
{
    struct namelist list;
    namelist_init(&list, detect_budget(scene->detect));
    (void)!remember_namelist.get(&list, in, scene->detect);
    struct json_object *evidence = json_object_new_object();
    namelist_evidence(scene->detect, &list, evidence, "names", "count");
    json_object_put(evidence);
    namelist_done(&list);
}

static void get_asked(struct span in)
{
    struct asked_ring ring = {0};
    struct asked asked = asked_of(1);
    (void)!asked_kind.get(&ring, in, scene->detect);
    for (uint32_t i = 0; i < asked_kept(&ring); i++)
        assert_true(ring.places[i].net.prefix <= 128);
    asked_add(&ring, &asked, detect_budget(scene->detect));
    asked_done(&ring, detect_budget(scene->detect));
}

static void get_heavy(struct span in)
{
    struct heavy heavy;
    heavy_init(&heavy, 100, detect_budget(scene->detect));
    (void)!heavy_kind.get(&heavy, in, scene->detect);
    heavy_put(&heavy, 1, 1, CLOCK_LATEST);
    heavy_done(&heavy);
}

static void get_flow(struct span in)
{
    struct event_flow flow;
    memset(&flow, 0, sizeof flow);
    (void)!remember_flow.get(&flow, in, scene->detect);
    assert_true(flow.vlan_count <= DECODE_VLANS);
}

/* Every beginning, and every octet with each bit turned over; in memory of just that size. */
static void damage(struct buf *octets, void (*get)(struct span in))
{
    size_t used = detect_budget(scene->detect)->used;
    for (size_t len = 0; len <= octets->len; len++) {
        uint8_t *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, octets->at, len);
        get(span_make(copy, len));
        free(copy);
    }
    for (size_t bit = 0; bit < 8 * octets->len; bit++) {
        octets->at[bit / 8] ^= (uint8_t)(1U << bit % 8);
        get(buf_span(octets));
        octets->at[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_int_equal(detect_budget(scene->detect)->used, used);
    buf_done(octets);
}

static void test_damaged(void **state)
{
    (void)state;
    struct budget *budget = detect_budget(scene->detect);
    struct distinct set;
    fill(&set, 100, 9, budget);
    struct buf octets = put(&remember_distinct, &set);
    distinct_done(&set, budget);
    damage(&octets, get_distinct);

    struct namelist list;
    namelist_init(&list, budget);
    for (unsigned i = 0; i < 22; i++)
        namelist_add(&list, SPAN_LITERAL("a@b.c"));
    octets = put(&remember_namelist, &list);
    namelist_done(&list);
    damage(&octets, get_namelist);

    struct asked_ring ring = {0};
    for (uint64_t i = 0; i < 5; i++) {
        struct asked asked = asked_of(i);
        asked_add(&ring, &asked, budget);
    }
    octets = put(&asked_kind, &ring);
    asked_done(&ring, budget);
    damage(&octets, get_asked);

    struct heavy heavy;
    heavy_init(&heavy, 100, budget);
    for (uint64_t i = 0; i < 5; i++)
        heavy_put(&heavy, hash_mix(i), 5, 1000);
    octets = put(&heavy_kind, &heavy);
    heavy_done(&heavy);
    damage(&octets, get_heavy);

    struct event_flow flow = {.flow_id = 1, .opened = 1, .source = "x", .vlan_count = 1};
    octets = put(&remember_flow, &flow);
    damage(&octets, get_flow);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_distinct), TEST(test_distinct_smaller), TEST(test_namelist),
        TEST(test_asked),    TEST(test_asked_smaller),    TEST(test_heavy),
        TEST(test_flow),     TEST(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
