/* helper_sample: see helper_sample.h. */
#include "helper_sample.h"

#include "metrics.h"

#define NOON (INT64_C(1795348800) * CLOCK_SECOND)

static void fill_rows(struct stats *stats)
{
    uint64_t value = 1000;
    for (const struct metric_row *row = metric_rows; row->name != NULL; row++, value++)
        memcpy((uint8_t *)stats + row->offset, &value, sizeof value);
}

static void fill_interfaces(struct stats *stats)
{
    stats->interface_count = 2;
    stats->interfaces[0] = (struct stats_interface){
        .name = "eth1",
        .up = true,
        .capture = {.packets = 70001, .octets = 7000001, .kernel_drops = 71, .interface_drops = 72},
    };
    stats->interfaces[1] = (struct stats_interface){
        .name = "eth2",
        .up = true,
        .capture = {.packets = 80001, .octets = 8000001, .kernel_drops = 81, .interface_drops = 82},
    };
}

static void fill_memory(struct stats *stats)
{
    stats->stream.memory = 5 << 20;
    stats->stream.memory_peak = 6 << 20;
    stats->smtp_memory = 3 << 20;
    stats->know.memory = 2 << 20;
    stats->know.memory_peak = (2 << 20) + 5;
    stats->detect.memory = 11 << 20;
    stats->detect.memory_peak = 12 << 20;
    stats->ceilings = (struct stats_ceilings){32 << 20, 64 << 20, 8 << 20, 32 << 20};
    stats->process_memory = 99 << 20;
}

struct stats sample_stats(void)
{
    struct stats stats = {
        .time = NOON,
        .started = NOON - 90000 * CLOCK_SECOND,
        .first = NOON - 90000 * CLOCK_SECOND,
        .last = NOON,
        .drop_rate = 0.0005,
        .lag = {.buckets = {3, 5, 40, 30, 12, 4, 1, [13] = 2}, .count = 97, .sum = 4250000000},
        .past_interval = 60 * CLOCK_SECOND,
    };
    fill_rows(&stats);
    fill_interfaces(&stats);
    fill_memory(&stats);
    for (size_t i = 0; i < detect_count(); i++) {
        stats.detect.alerts[i] = i % 3 == 2 ? 0 : 500 + i;
        stats.detect.evicted[i] = i % 5 == 0 ? 600 + i : 0;
    }
    stats.past.octets = 123456;
    stats.past.took = 25000000;
    stats.past.saved_at = NOON - 30 * CLOCK_SECOND;
    stats.outputs[0] = (struct stats_output){
        .name = "file",
        .records = 90001,
        .octets = 9000001,
        .dropped = 91,
        .depth = 92,
    };
    stats.outputs[1] = (struct stats_output){
        .name = "siem",
        .sink = "syslog",
        .records = 90011,
        .octets = 9000011,
        .dropped = 93,
        .depth = 94,
        .sends = true,
        .tries = 90021,
        .failed = 95,
        .again = 96,
        .refused = 97,
        .dead = 98,
    };
    stats.output_count = 2;
    stats.has_outbox = true;
    stats.outbox = (struct outbox_stats){
        .put = 90031,
        .octets = 9000031,
        .dropped = 33,
        .removed = 34,
        .waiting = 35,
        .file_octets = 9000036,
        .pending = 37,
        .pending_octets = 9000038,
    };
    return stats;
}
