/* metrics: every sample that is promised, with the value of its field; hostile names; nothing
 * twice. check_health.py reads the same text with a strict parser. */
#include "helper_sample.h"
#include "metrics.h"
#include "test.h"

#include <mxtap/health.h>
#include <stdio.h>

static struct buf text;

static const char *text_of(const struct stats *stats)
{
    buf_clear(&text);
    health_metrics(stats, &text);
    buf_add_octet(&text, 0);
    assert_false(text.truncated);
    return (const char *)text.at;
}

/* The line is there, and once. */
static void expect(const char *all, const char *line)
{
    char whole[300];
    snprintf(whole, sizeof whole, "\n%s\n", line);
    const char *found = strstr(all, whole);
    if (found == NULL)
        fail_msg("there is no line %s", line);
    assert_null(strstr(found + 1, whole));
}

static void test_rows(void **state)
{
    (void)state;
    const struct stats stats = sample_stats();
    const char *all = text_of(&stats);
    uint64_t value = 1000;
    for (const struct metric_row *row = metric_rows; row->name != NULL; row++, value++) {
        char line[200];
        if (row->label == NULL)
            snprintf(line, sizeof line, "%s %ju", row->name, (uintmax_t)value);
        else
            snprintf(line, sizeof line, "%s{%s=\"%s\"} %ju", row->name, row->label,
                     row->label_value, (uintmax_t)value);
        expect(all, line);
    }
}

static void test_labelled(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "mxtap_build_info{version=\"" MXTAP_VERSION "\"} 1",
        "mxtap_healthy 1",
        "mxtap_uptime_seconds 90000",
        "mxtap_start_time_seconds 1795258800",
        "mxtap_process_resident_memory_bytes 103809024",
        "mxtap_interface_up{interface=\"eth2\"} 1",
        "mxtap_capture_packets_total{interface=\"eth1\"} 70001",
        "mxtap_capture_packets_total{interface=\"eth2\"} 80001",
        "mxtap_capture_bytes_total{interface=\"eth2\"} 8000001",
        "mxtap_capture_drops_total{interface=\"eth1\",where=\"kernel\"} 71",
        "mxtap_capture_drops_total{interface=\"eth2\",where=\"interface\"} 82",
        "mxtap_drop_ratio 0.0005",
        "mxtap_drop_warning 0",
        "mxtap_alerts_total{detector=\"mx-probe\"} 500",
        "mxtap_detector_evictions_total{detector=\"mx-probe\"} 600",
        "mxtap_memory_bytes{room=\"smtp\"} 3145728",
        "mxtap_memory_peak_bytes{room=\"detect\"} 12582912",
        "mxtap_memory_ceiling_bytes{room=\"know\"} 8388608",
        "mxtap_past_age_seconds 30",
        "mxtap_past_size_bytes 123456",
        "mxtap_past_save_duration_seconds 0.025",
        "mxtap_output_records_total{output=\"file\"} 90001",
        "mxtap_output_bytes_total{output=\"file\"} 9000001",
        "mxtap_output_dropped_records_total{output=\"file\"} 91",
        "mxtap_output_queue_depth{output=\"file\"} 92",
    };
    const struct stats stats = sample_stats();
    const char *all = text_of(&stats);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        expect(all, lines[i]);
    /* What is not known is not told. */
    assert_null(strstr(all, "mxtap_memory_peak_bytes{room=\"smtp\"}"));
}

static void test_lag(void **state)
{
    (void)state;
    const struct stats stats = sample_stats();
    const char *all = text_of(&stats);
    expect(all, "# TYPE mxtap_alert_lag_seconds histogram");
    expect(all, "mxtap_alert_lag_seconds_bucket{le=\"0.001\"} 3");
    expect(all, "mxtap_alert_lag_seconds_bucket{le=\"0.005\"} 48");
    expect(all, "mxtap_alert_lag_seconds_bucket{le=\"10\"} 95");
    expect(all, "mxtap_alert_lag_seconds_bucket{le=\"+Inf\"} 97");
    expect(all, "mxtap_alert_lag_seconds_sum 4.25");
    expect(all, "mxtap_alert_lag_seconds_count 97");
}

static void test_hostile_name(void **state)
{
    (void)state;
    struct stats stats = sample_stats();
    stats.interfaces[0].name = "a\"b\\c\nd\xff";
    const char *all = text_of(&stats);
    expect(all, "mxtap_interface_up{interface=\"a\\\"b\\\\c\\\\x0ad\\\\xff\"} 1");
}

static void test_little(void **state)
{
    (void)state;
    const struct stats none = {.started = 1};
    const char *all = text_of(&none);
    assert_null(strstr(all, "mxtap_interface_up"));
    assert_null(strstr(all, "mxtap_output_records_total"));
    assert_null(strstr(all, "mxtap_past_age_seconds"));
    expect(all, "mxtap_sessions_total 0");
}

static int set_up(void **state)
{
    (void)state;
    buf_init(&text, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_done(&text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),   cmocka_unit_test(test_labelled),
        cmocka_unit_test(test_lag),    cmocka_unit_test(test_hostile_name),
        cmocka_unit_test(test_little),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
