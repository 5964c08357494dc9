/* metrics: the rows of metric_rows.c, and the families that are by interface, detector and room;
 * metric_outputs.c has those by output. */
#include "metrics.h"
#include "walk.h"

#include <stdio.h>

#define NUMBER_TEXT 40

/* ---- what is always there ---- */

static void walk_state(struct walk *walk, const struct view *view)
{
    walk_family(walk, "mxtap_build_info", METRIC_GAUGE, "1; the version is in the label.");
    walk_count(walk, "version", MXTAP_VERSION, 1);
    struct buf reason;
    buf_init(&reason, 1000);
    walk_family(walk, "mxtap_healthy", METRIC_GAUGE, "1 where all is well, as /health judges.");
    walk_count(walk, NULL, NULL, judge_view(view, &reason));
    buf_done(&reason);
    if (!view->counted)
        return;
    walk_family(walk, "mxtap_update_age_seconds", METRIC_GAUGE,
                "Time since the counters were handed over.");
    walk_number(walk, view->age);
    walk_family(walk, "mxtap_start_time_seconds", METRIC_GAUGE,
                "When mxtap was started, since 1970.");
    walk_number(walk, walk_seconds(view->stats->started));
    walk_family(walk, "mxtap_uptime_seconds", METRIC_GAUGE, "Time since then.");
    walk_number(walk, view->uptime);
    walk_family(walk, "mxtap_process_resident_memory_bytes", METRIC_GAUGE,
                "Memory of the process.");
    walk_count(walk, NULL, NULL, view->stats->process_memory);
}

static void walk_rows(struct walk *walk, const struct stats *stats)
{
    for (const struct metric_row *row = metric_rows; row->name != NULL; row++) {
        uint64_t count;
        memcpy(&count, (const uint8_t *)stats + row->offset, sizeof count);
        if (row->help != NULL)
            walk_family(walk, row->name, row->type, row->help);
        walk_count(walk, row->label, row->label_value, count);
    }
}

/* ---- by interface ---- */

static void put_drops(const struct walk *walk, const char *interface, const char *where,
                      uint64_t count)
{
    char text[NUMBER_TEXT];
    snprintf(text, sizeof text, "%ju", (uintmax_t)count);
    const struct metric_sample sample = {
        .suffix = "", .labels = {{"interface", interface}, {"where", where}}, .value = text};
    walk->sink->sample(walk->sink->arg, walk->name, &sample);
}

static void walk_interfaces(struct walk *walk, const struct stats *stats)
{
    const struct stats_interface *all = stats->interfaces;
    size_t count = stats->interface_count;
    if (count == 0)
        return;
    walk_family(walk, "mxtap_interface_up", METRIC_GAUGE, "1 where the interface is up.");
    for (size_t i = 0; i < count; i++)
        walk_count(walk, "interface", all[i].name, all[i].up);
    walk_family(walk, "mxtap_capture_packets_total", METRIC_COUNTER,
                "Packets taken from the kernel.");
    for (size_t i = 0; i < count; i++)
        walk_count(walk, "interface", all[i].name, all[i].capture.packets);
    walk_family(walk, "mxtap_capture_bytes_total", METRIC_COUNTER, "Octets of these, as captured.");
    for (size_t i = 0; i < count; i++)
        walk_count(walk, "interface", all[i].name, all[i].capture.octets);
    walk_family(walk, "mxtap_capture_drops_total", METRIC_COUNTER,
                "Packets lost before mxtap had them: in the kernel's ring, in the interface.");
    for (size_t i = 0; i < count; i++) {
        put_drops(walk, all[i].name, "kernel", all[i].capture.kernel_drops);
        put_drops(walk, all[i].name, "interface", all[i].capture.interface_drops);
    }
    walk_family(walk, "mxtap_drop_ratio", METRIC_GAUGE,
                "Share of packets lost since the last stats record, of all interfaces.");
    walk_number(walk, stats->drop_rate);
    walk_family(walk, "mxtap_drop_warning", METRIC_GAUGE,
                "1 where it is over capture.drop_warning.");
    walk_count(walk, NULL, NULL, stats->drop_warning);
}

/* ---- by detector ---- */

static void walk_detectors(struct walk *walk, const struct detect_stats *detect)
{
    walk_family(walk, "mxtap_alerts_total", METRIC_COUNTER, "Alerts: new, growing and ended.");
    for (size_t i = 0; i < detect_count(); i++)
        walk_count(walk, "detector", detect_at(i)->name, detect->alerts[i]);
    walk_family(walk, "mxtap_detector_evictions_total", METRIC_COUNTER,
                "Entries of its tables forgotten early for want of room.");
    for (size_t i = 0; i < detect_count(); i++)
        walk_count(walk, "detector", detect_at(i)->name, detect->evicted[i]);
}

/* From the packet that crossed a threshold to the record. Buckets are cumulative, the last one has
 * no end. */
static void walk_lag(struct walk *walk, const struct stats_lag *lag)
{
    static const int64_t limits[] = STATS_LAG_LIMITS;
    walk_family(walk, "mxtap_alert_lag_seconds", METRIC_HISTOGRAM,
                "Time from the packet that made an alert to its record.");
    uint64_t sum = 0;
    char text[NUMBER_TEXT];
    struct metric_sample sample = {.suffix = "_bucket", .value = text};
    for (size_t i = 0; i < STATS_LAG_BUCKETS; i++) {
        char limit[NUMBER_TEXT] = "+Inf";
        if (i < STATS_LAG_BUCKETS - 1)
            snprintf(limit, sizeof limit, "%g", (double)limits[i] / 1000);
        sum += lag->buckets[i];
        snprintf(text, sizeof text, "%ju", (uintmax_t)sum);
        sample.labels[0].name = "le";
        sample.labels[0].value = limit;
        walk->sink->sample(walk->sink->arg, walk->name, &sample);
    }
    sample.labels[0].name = NULL;
    sample.suffix = "_sum";
    snprintf(text, sizeof text, "%.15g", walk_seconds(lag->sum));
    walk->sink->sample(walk->sink->arg, walk->name, &sample);
    sample.suffix = "_count";
    snprintf(text, sizeof text, "%ju", (uintmax_t)sum);
    walk->sink->sample(walk->sink->arg, walk->name, &sample);
}

/* ---- by room ---- */

static void walk_memory(struct walk *walk, const struct stats *stats)
{
    const struct {
        const char *room;
        size_t used, peak, ceiling; /* 0: not known */
    } rooms[] = {
        {"stream", stats->stream.memory, stats->stream.memory_peak, stats->ceilings.stream},
        {"smtp", stats->smtp_memory, 0, stats->ceilings.smtp},
        {"know", stats->know.memory, stats->know.memory_peak, stats->ceilings.know},
        {"detect", stats->detect.memory, stats->detect.memory_peak, stats->ceilings.detect},
    };
    size_t count = sizeof rooms / sizeof rooms[0];
    walk_family(walk, "mxtap_memory_bytes", METRIC_GAUGE, "Memory that a room uses.");
    for (size_t i = 0; i < count; i++)
        walk_count(walk, "room", rooms[i].room, rooms[i].used);
    walk_family(walk, "mxtap_memory_peak_bytes", METRIC_GAUGE, "The most that it has used.");
    for (size_t i = 0; i < count; i++)
        if (rooms[i].peak != 0)
            walk_count(walk, "room", rooms[i].room, rooms[i].peak);
    walk_family(walk, "mxtap_memory_ceiling_bytes", METRIC_GAUGE, "The most that it may use.");
    for (size_t i = 0; i < count; i++)
        if (rooms[i].ceiling != 0)
            walk_count(walk, "room", rooms[i].room, rooms[i].ceiling);
}

static void walk_past(struct walk *walk, const struct view *view)
{
    const struct past_stats *past = &view->stats->past;
    if (past->saved_at == 0)
        return;
    walk_family(walk, "mxtap_past_age_seconds", METRIC_GAUGE, "Age of what was saved last.");
    walk_number(walk, walk_seconds(view->stats->time - past->saved_at) + view->age);
    walk_family(walk, "mxtap_past_size_bytes", METRIC_GAUGE, "Its size.");
    walk_count(walk, NULL, NULL, past->octets);
    walk_family(walk, "mxtap_past_save_duration_seconds", METRIC_GAUGE,
                "How long it took to write.");
    walk_number(walk, walk_seconds(past->took));
}

void metrics_walk(const struct view *view, const struct metric_sink *sink)
{
    struct walk walk = {.sink = sink};
    walk_state(&walk, view);
    if (!view->counted)
        return;
    walk_interfaces(&walk, view->stats);
    walk_rows(&walk, view->stats);
    walk_detectors(&walk, &view->stats->detect);
    walk_lag(&walk, &view->stats->lag);
    walk_memory(&walk, view->stats);
    walk_past(&walk, view);
    metric_outputs_walk(&walk, view->stats);
}
