/* rooms_live: interfaces, tunnels and fanout out of the configuration; what needs a restart. */
#include "rooms_live.h"
#include "test.h"

#include <stdlib.h>

static struct config *config_with(const char *path, const char *value)
{
    char message[CONFIG_MESSAGE] = "";
    struct config *config = NULL;
    assert_int_equal(config_new(&config), ERR_NONE);
    if (path != NULL)
        assert_int_equal(config_set(config, path, span_text(value), message), ERR_NONE);
    return config;
}

static enum err take(const char *path, const char *value, struct rooms_live *ret_live,
                     char message[CONFIG_MESSAGE])
{
    struct config *config = config_with(path, value);
    message[0] = '\0';
    enum err err = rooms_live(config, ret_live, message);
    config_free(config);
    return err;
}

static void test_interfaces(void **state)
{
    (void)state;
    char message[CONFIG_MESSAGE];
    struct rooms_live live;
    assert_int_equal(take(NULL, NULL, &live, message), ERR_NONE);
    assert_int_equal(live.count, 0);
    rooms_live_done(&live);
    assert_int_equal(take("capture.interfaces", "eth1, eth2", &live, message), ERR_NONE);
    assert_int_equal(live.count, 2);
    assert_string_equal(live.names[0], "eth1");
    assert_string_equal(live.names[1], "eth2");
    assert_non_null(strstr(rooms_live_filter(&live), "25"));
    rooms_live_done(&live);
    assert_int_equal(
        take("capture.interfaces", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", &live, message),
        ERR_CONFIG);
    assert_non_null(strstr(message, "'q'"));
    assert_int_equal(take("capture.interfaces", "eth1,eth1", &live, message), ERR_CONFIG);
    assert_non_null(strstr(message, "twice"));
}

static void test_tunnels(void **state)
{
    (void)state;
    char message[CONFIG_MESSAGE];
    struct rooms_live live;
    assert_int_equal(take("capture.tunnels", "vxlan, gre", &live, message), ERR_NONE);
    assert_int_equal(live.fanout, LIVE_FANOUT_ADDRESSES);
    assert_non_null(strstr(rooms_live_filter(&live), "4789"));
    rooms_live_done(&live);
    assert_int_equal(take("capture.tunnels", "wormhole", &live, message), ERR_CONFIG);
    assert_non_null(strstr(message, "wormhole"));
    assert_non_null(strstr(message, "vxlan"));
}

static void test_fanout(void **state)
{
    (void)state;
    static const struct {
        const char *choice, *tunnels;
        enum live_fanout fanout;
    } rows[] = {
        {"auto", "", LIVE_FANOUT_FLOW},
        {"auto", "geneve", LIVE_FANOUT_ADDRESSES},
        {"flow", "geneve", LIVE_FANOUT_FLOW},
        {"addresses", "", LIVE_FANOUT_ADDRESSES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char message[CONFIG_MESSAGE] = "";
        struct rooms_live live;
        struct config *config = config_with("capture.fanout", rows[i].choice);
        assert_int_equal(config_set(config, "capture.tunnels", span_text(rows[i].tunnels), message),
                         ERR_NONE);
        assert_int_equal(rooms_live(config, &live, message), ERR_NONE);
        assert_int_equal(live.fanout, rows[i].fanout);
        rooms_live_done(&live);
        config_free(config);
    }
}

/* Sensors whose process ids are the same, as in containers, have groups of their own; this is one
 * process, whose draws differ. Those of one sensor differ by interface. */
static void test_groups(void **state)
{
    (void)state;
    char message[CONFIG_MESSAGE] = "";
    struct rooms_live live;
    struct config *config = config_with("capture.interfaces", "eth1, eth2");
    struct tap_options *first = calloc(2, sizeof *first);
    bool differs = false;
    assert_non_null(first);
    assert_int_equal(rooms_live(config, &live, message), ERR_NONE);
    rooms_tap(config, &live, &first[0]);
    for (int i = 0; i < 10; i++) {
        rooms_tap(config, &live, &first[1]);
        differs = differs || first[1].lives[0].group != first[0].lives[0].group;
    }
    assert_true(differs);
    assert_int_equal((uint16_t)(first[0].lives[0].group + 1), first[0].lives[1].group);
    free(first);
    rooms_live_done(&live);
    config_free(config);
}

static void test_may_change(void **state)
{
    (void)state;
    static const struct {
        const char *path, *value;
        bool may;
    } rows[] = {
        {"capture.interfaces", "eth9", false},   {"capture.workers", "2", false},
        {"capture.ports", "25, 587", true},      {"service.user", "nobody", false},
        {"past.file", "/var/lib/other", false},  {"past.interval", "10", true},
        {"health.listen", "127.0.0.1:1", false}, {"detectors.mx-probe.unknown_min", "7", true},
        {"output.file", "/tmp/other", true},
    };
    struct config *from = config_with(NULL, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char message[CONFIG_MESSAGE] = "";
        struct config *to = config_with(rows[i].path, rows[i].value);
        assert_int_equal(rooms_may_change(from, to, message), rows[i].may ? ERR_NONE : ERR_CONFIG);
        assert_int_equal(strstr(message, rows[i].path) != NULL, !rows[i].may);
        config_free(to);
    }
    config_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interfaces), cmocka_unit_test(test_tunnels),
        cmocka_unit_test(test_fanout),     cmocka_unit_test(test_groups),
        cmocka_unit_test(test_may_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
