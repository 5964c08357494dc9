/* metric_outputs: what is counted of outputs, by their names, and of the outbox. */
#include "walk.h"

#include <string.h>

/* A counter of struct stats_output; of those that send only, or of all. */
struct output_row {
    const char *name;
    enum metric_type type;
    const char *help;
    size_t offset;
    bool sends;
};

#define ROW(member) offsetof(struct stats_output, member)

static const struct output_row output_rows[] = {
    {"mxtap_output_records_total", METRIC_COUNTER, "Records written, or taken by the receiver.",
     ROW(records), false},
    {"mxtap_output_bytes_total", METRIC_COUNTER, "Octets of these.", ROW(octets), false},
    {"mxtap_output_dropped_records_total", METRIC_COUNTER, "Records that the output never had.",
     ROW(dropped), false},
    {"mxtap_output_queue_depth", METRIC_GAUGE, "Records that wait for the output.", ROW(depth),
     false},
    {"mxtap_output_deliveries_total", METRIC_COUNTER, "Deliveries that were tried.", ROW(tries),
     true},
    {"mxtap_output_failed_deliveries_total", METRIC_COUNTER,
     "Deliveries that left records waiting.", ROW(failed), true},
    {"mxtap_output_repeated_records_total", METRIC_COUNTER,
     "Records sent again because it was not known whether they had arrived.", ROW(again), true},
    {"mxtap_output_refused_records_total", METRIC_COUNTER,
     "Records that the receiver will never take.", ROW(refused), true},
    {"mxtap_output_dead_letters", METRIC_GAUGE, "Such records in the outbox.", ROW(dead), true},
};

static void walk_outputs(struct walk *walk, const struct stats *stats)
{
    bool sends = false;
    for (size_t i = 0; i < stats->output_count; i++)
        sends = sends || stats->outputs[i].sends;
    for (size_t row = 0; row < sizeof output_rows / sizeof *output_rows; row++) {
        const struct output_row *is = &output_rows[row];
        if (stats->output_count == 0 || (is->sends && !sends))
            continue;
        walk_family(walk, is->name, is->type, is->help);
        for (size_t i = 0; i < stats->output_count; i++) {
            uint64_t count;
            memcpy(&count, (const uint8_t *)&stats->outputs[i] + is->offset, sizeof count);
            if (stats->outputs[i].sends || !is->sends)
                walk_count(walk, "output", stats->outputs[i].name, count);
        }
    }
    if (stats->output_count == 0)
        return;
    walk_family(walk, "mxtap_output_up", METRIC_GAUGE, "1: the last try went well.");
    for (size_t i = 0; i < stats->output_count; i++)
        walk_count(walk, "output", stats->outputs[i].name, !stats->outputs[i].failing);
    if (!sends)
        return;
    walk_family(walk, "mxtap_output_oldest_seconds", METRIC_GAUGE,
                "How long the oldest record has waited; 0: none waits.");
    for (size_t i = 0; i < stats->output_count; i++) {
        int64_t oldest = stats->outputs[i].oldest;
        if (stats->outputs[i].sends)
            walk_number_of(walk, "output", stats->outputs[i].name,
                           oldest == 0 ? 0 : walk_seconds(clock_real() - oldest));
    }
}

static void walk_outbox(struct walk *walk, const struct stats *stats)
{
    const struct outbox_stats *outbox = &stats->outbox;
    if (!stats->has_outbox)
        return;
    walk_family(walk, "mxtap_outbox_put_records_total", METRIC_COUNTER,
                "Records put into the outbox.");
    walk_count(walk, NULL, NULL, outbox->put);
    walk_family(walk, "mxtap_outbox_dropped_records_total", METRIC_COUNTER,
                "Records lost because the disk took none and memory was full.");
    walk_count(walk, NULL, NULL, outbox->dropped);
    walk_family(walk, "mxtap_outbox_removed_records_total", METRIC_COUNTER,
                "Records removed by outbox.size or outbox.age while somebody waited for them.");
    walk_count(walk, NULL, NULL, outbox->removed);
    walk_family(walk, "mxtap_outbox_records", METRIC_GAUGE, "Records in its file.");
    walk_count(walk, NULL, NULL, outbox->waiting);
    walk_family(walk, "mxtap_outbox_size_bytes", METRIC_GAUGE, "Size of its file.");
    walk_count(walk, NULL, NULL, outbox->file_octets);
    walk_family(walk, "mxtap_outbox_pending_records", METRIC_GAUGE,
                "Records in memory that are not in the file yet.");
    walk_count(walk, NULL, NULL, outbox->pending);
    walk_family(walk, "mxtap_outbox_pending_bytes", METRIC_GAUGE, "Octets of these.");
    walk_count(walk, NULL, NULL, outbox->pending_octets);
    walk_family(walk, "mxtap_outbox_up", METRIC_GAUGE, "1: the last write to the file went well.");
    walk_count(walk, NULL, NULL, !outbox->failing);
}

void metric_outputs_walk(struct walk *walk, const struct stats *stats)
{
    walk_outputs(walk, stats);
    walk_outbox(walk, stats);
}
