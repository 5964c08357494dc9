/* community_id: the published values of the specification's reference implementations, seed 0. */
#include "eve.h"
#include "test.h"

static void test_published(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        uint16_t a_port, b_port;
        const char *id;
    } vectors[] = {
        {"128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
        {"127.0.0.1", "10.0.0.1", 1234, 80, "1:mgRgpIZSu0KHDp/QrtcWZpkJpMU="},
        {"10.0.0.1", "10.0.0.2", 10, 20, "1:9j2Dzwrw7T9E+IZi4b4IVT66HBI="},
        {"2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a", 63943, 25,
         "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct event_flow flow = {.client_port = vectors[i].a_port,
                                  .server_port = vectors[i].b_port};
        assert_true(addr_parse(span_text(vectors[i].a), &flow.client));
        assert_true(addr_parse(span_text(vectors[i].b), &flow.server));
        char text[EVE_COMMUNITY_ID];
        eve_community_id(&flow, text);
        assert_string_equal(text, vectors[i].id);
        /* The other way round is the same flow. */
        const struct event_flow back = {.client = flow.server,
                                        .server = flow.client,
                                        .client_port = flow.server_port,
                                        .server_port = flow.client_port};
        eve_community_id(&back, text);
        assert_string_equal(text, vectors[i].id);
    }
}

/* One host talking to itself: the ports order the ends. */
static void test_same_host(void **state)
{
    (void)state;
    struct event_flow flow = {.client_port = 40000, .server_port = 25};
    flow.client = flow.server = addr_v4(0x7f000001);
    char there[EVE_COMMUNITY_ID];
    eve_community_id(&flow, there);
    flow.client_port = 25;
    flow.server_port = 40000;
    char back[EVE_COMMUNITY_ID];
    eve_community_id(&flow, back);
    assert_string_equal(there, back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_same_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
