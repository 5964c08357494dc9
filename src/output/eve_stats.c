/* eve_stats: under stats what Suricata's schema knows, under mxtap all that we count. */
#include "eve_stats.h"
#include "eve.h"

#include <stdio.h>

struct counter {
    const char *name;
    uint64_t value;
};

static void add_object(struct json_object *to, const char *name, const struct counter *counters,
                       size_t count)
{
    struct json_object *object = json_object_new_object();
    for (size_t i = 0; i < count; i++)
        eve_add_count(object, counters[i].name, counters[i].value);
    json_object_object_add(to, name, object);
}

#define ADD(to, name, ...)                                                                         \
    add_object(to, name, (const struct counter[]){__VA_ARGS__},                                    \
               sizeof((const struct counter[]){__VA_ARGS__}) / sizeof(struct counter))

/* Seconds since the start of a live sensor; of a replay, since the first packet in event time. */
static uint64_t uptime(const struct stats *stats)
{
    int64_t from = stats->interface_count > 0 ? stats->started : stats->first;
    int64_t to = stats->interface_count > 0 ? stats->time : stats->last;
    return from != CLOCK_NEVER && to > from ? (uint64_t)((to - from) / CLOCK_SECOND) : 0;
}

struct json_object *eve_suricata_stats(const struct stats *stats)
{
    struct json_object *object = json_object_new_object();
    eve_add_count(object, "uptime", uptime(stats));
    ADD(object, "capture", {"kernel_packets", stats->capture.packets},
        {"kernel_drops", stats->capture.kernel_drops},
        {"kernel_ifdrops", stats->capture.interface_drops});
    ADD(object, "decoder", {"pkts", stats->capture.packets}, {"bytes", stats->capture.octets},
        {"invalid", stats->decode.bad_header + stats->decode.short_packet});
    ADD(object, "tcp", {"sessions", stats->stream.flows},
        {"active_sessions", stats->stream.flows_now},
        {"midstream_pickups", stats->stream.midstream},
        {"overlap_diff_data", stats->stream.conflicts}, {"reassembly_gap", stats->stream.gaps},
        {"memuse", stats->stream.memory});
    ADD(object, "detect", {"alert", detect_stats_alerts(&stats->detect)});
    return object;
}

/* json-c writes 17 digits of its own accord: 0.10000000000000001. */
static void add_number(struct json_object *to, const char *name, double number)
{
    char text[40];
    snprintf(text, sizeof text, "%.6f", number);
    json_object_object_add(to, name, json_object_new_double_s(number, text));
}

static void capture_part(struct json_object *mxtap, const struct stats *stats)
{
    ADD(mxtap, "capture", {"packets", stats->capture.packets}, {"octets", stats->capture.octets},
        {"files", stats->capture.files}, {"damaged", stats->capture.damaged},
        {"kernel_drops", stats->capture.kernel_drops},
        {"interface_drops", stats->capture.interface_drops});
    if (stats->interface_count == 0)
        return;
    struct json_object *capture = json_object_object_get(mxtap, "capture");
    struct json_object *all = json_object_new_array();
    for (size_t i = 0; i < stats->interface_count; i++) {
        const struct stats_interface *interface = &stats->interfaces[i];
        struct json_object *item = json_object_new_object();
        eve_add_text(item, "name", span_text(interface->name));
        eve_add_flag(item, "up", interface->up);
        eve_add_count(item, "packets", interface->capture.packets);
        eve_add_count(item, "octets", interface->capture.octets);
        eve_add_count(item, "kernel_drops", interface->capture.kernel_drops);
        eve_add_count(item, "interface_drops", interface->capture.interface_drops);
        json_object_array_add(all, item);
    }
    eve_add(capture, "interfaces", all);
    add_number(capture, "drop_rate", stats->drop_rate);
    eve_add_flag(capture, "drop_warning", stats->drop_warning);
}

/* One sentence for whoever looks at the records and not at the health page. */
static void warning_part(struct json_object *mxtap, const struct stats *stats)
{
    if (!stats->drop_warning)
        return;
    char text[200];
    snprintf(text, sizeof text,
             "%.3g %% of the packets since the last record were lost before they were read.",
             stats->drop_rate * 100);
    eve_add_string(mxtap, "warning", text);
}

/* From the packet to the record; the buckets are not cumulative. */
static void lag_part(struct json_object *mxtap, const struct stats_lag *lag)
{
    static const int64_t limits[] = STATS_LAG_LIMITS;
    double mean = lag->count == 0 ? 0 : (double)lag->sum / 1e6 / (double)lag->count;
    struct json_object *object = json_object_new_object();
    eve_add_count(object, "alerts", lag->count);
    add_number(object, "mean_ms", mean);
    for (size_t i = 0; i < STATS_LAG_BUCKETS; i++) {
        char name[40] = "longer";
        if (i < STATS_LAG_BUCKETS - 1)
            snprintf(name, sizeof name, "within_%jd_ms", (intmax_t)limits[i]);
        json_object_object_add(object, name, json_object_new_uint64(lag->buckets[i]));
    }
    eve_add(mxtap, "lag", object);
}

static void past_part(struct json_object *mxtap, const struct stats *stats)
{
    const struct past_stats *past = &stats->past;
    if (stats->past_interval == 0)
        return;
    ADD(mxtap, "past", {"saved", past->saved}, {"failed", past->failed}, {"octets", past->octets},
        {"took_ms", (uint64_t)past->took / 1000000});
    struct json_object *object = json_object_object_get(mxtap, "past");
    int64_t age = stats->time - past->saved_at;
    if (past->saved_at != 0)
        eve_add_count(object, "age_seconds", age > 0 ? (uint64_t)(age / CLOCK_SECOND) : 0);
    eve_add_text(object, "trouble", span_text(past->trouble));
}

/* What only a sensor that runs has. */
static void live_part(struct json_object *mxtap, const struct stats *stats)
{
    if (stats->interface_count == 0)
        return;
    ADD(mxtap, "service", {"reloads", stats->reloads}, {"reloads_refused", stats->reloads_refused},
        {"refused_calls", stats->refused_calls});
    lag_part(mxtap, &stats->lag);
    past_part(mxtap, stats);
}

static void decode_part(struct json_object *mxtap, const struct decode_stats *decode)
{
    ADD(mxtap, "decode", {"packets", decode->packets}, {"segments", decode->segments},
        {"datagrams", decode->datagrams}, {"unknown_link", decode->unknown_link},
        {"not_ip", decode->not_ip}, {"not_tcp_or_udp", decode->not_tcp_or_udp},
        {"short_packet", decode->short_packet}, {"bad_header", decode->bad_header},
        {"bad_checksum", decode->bad_checksum}, {"too_deep", decode->too_deep},
        {"snapped", decode->snapped}, {"fragments", decode->fragments},
        {"fragments_done", decode->fragments_done},
        {"fragments_dropped", decode->fragments_dropped},
        {"fragments_overlaps", decode->fragments_overlaps});
}

static void stream_part(struct json_object *mxtap, const struct stream_stats *stream)
{
    ADD(mxtap, "stream", {"segments", stream->segments}, {"ignored", stream->ignored},
        {"flows", stream->flows}, {"flows_now", stream->flows_now},
        {"midstream", stream->midstream}, {"twins", stream->twins},
        {"retransmitted", stream->retransmitted}, {"out_of_order", stream->out_of_order},
        {"conflicts", stream->conflicts}, {"gaps", stream->gaps},
        {"gap_octets", stream->gap_octets}, {"invalid", stream->invalid},
        {"evicted", stream->evicted}, {"timeouts", stream->timeouts},
        {"client_octets", stream->data[FROM_CLIENT]}, {"server_octets", stream->data[FROM_SERVER]});
}

static void know_part(struct json_object *mxtap, const struct stats *stats)
{
    const struct dns_stats *dns = &stats->dns;
    const struct know_stats *know = &stats->know;
    ADD(mxtap, "dns", {"messages", dns->messages}, {"answers", dns->answers},
        {"malformed", dns->malformed}, {"unasked", dns->unasked},
        {"uninteresting", dns->uninteresting});
    ADD(mxtap, "know", {"hosts", know->hosts}, {"names", know->names}, {"domains", know->domains},
        {"learned", know->learned}, {"evicted", know->evicted});
}

static void smtp_part(struct json_object *mxtap, const struct stats *stats)
{
    ADD(mxtap, "smtp", {"sessions", stats->sessions}, {"sessions_now", stats->sessions_now},
        {"messages", stats->messages}, {"not_smtp", stats->not_smtp}, {"tls", stats->tls},
        {"midstream", stats->midstream}, {"one_sided", stats->one_sided});
    ADD(mxtap, "events", {"events", stats->events}, {"cut", stats->events_cut},
        {"queue_drops", stats->event_queue_drops});
    if (stats->interface_count > 0)
        eve_add_count(json_object_object_get(mxtap, "events"), "queue_depth",
                      stats->event_queue_depth);
    ADD(mxtap, "memory", {"stream", stats->stream.memory},
        {"stream_peak", stats->stream.memory_peak}, {"smtp", stats->smtp_memory},
        {"know", stats->know.memory}, {"know_peak", stats->know.memory_peak},
        {"detect", stats->detect.memory}, {"detect_peak", stats->detect.memory_peak});
    if (stats->interface_count == 0)
        return;
    struct json_object *memory = json_object_object_get(mxtap, "memory");
    eve_add_count(memory, "stream_ceiling", stats->ceilings.stream);
    eve_add_count(memory, "smtp_ceiling", stats->ceilings.smtp);
    eve_add_count(memory, "know_ceiling", stats->ceilings.know);
    eve_add_count(memory, "detect_ceiling", stats->ceilings.detect);
    eve_add_count(memory, "process", stats->process_memory);
}

static void detect_part(struct json_object *mxtap, const struct detect_stats *detect)
{
    struct json_object *alerts = json_object_new_object();
    struct json_object *evicted = json_object_new_object();
    for (size_t i = 0; i < detect_count(); i++) {
        eve_add_count(alerts, detect_at(i)->name, detect->alerts[i]);
        eve_add_count(evicted, detect_at(i)->name, detect->evicted[i]);
    }
    eve_add(mxtap, "alerts", alerts);
    eve_add(mxtap, "evicted", evicted);
}

/* Of an output whose records go to a receiver. */
static void sending_part(struct json_object *object, const struct stats *stats,
                         const struct stats_output *output)
{
    eve_add_count(object, "deliveries", output->tries);
    eve_add_count(object, "failed", output->failed);
    eve_add_count(object, "repeated", output->again);
    eve_add_count(object, "refused", output->refused);
    eve_add_count(object, "dead", output->dead);
    int64_t age = output->oldest == 0 ? 0 : stats->time - output->oldest;
    eve_add_count(object, "oldest_seconds", age > 0 ? (uint64_t)(age / CLOCK_SECOND) : 0);
    eve_add_text(object, "trouble", span_text(output->trouble));
}

static void output_part(struct json_object *mxtap, const struct stats *stats)
{
    struct json_object *object = json_object_new_object();
    for (size_t i = 0; i < stats->output_count; i++) {
        const struct stats_output *output = &stats->outputs[i];
        ADD(object, output->name, {"records", output->records}, {"octets", output->octets},
            {"dropped", output->dropped}, {"depth", output->depth});
        if (output->sends)
            sending_part(json_object_object_get(object, output->name), stats, output);
    }
    eve_add(mxtap, "outputs", object);
}

static void outbox_part(struct json_object *mxtap, const struct stats *stats)
{
    const struct outbox_stats *outbox = &stats->outbox;
    if (!stats->has_outbox)
        return;
    ADD(mxtap, "outbox", {"put", outbox->put}, {"octets", outbox->octets},
        {"dropped", outbox->dropped}, {"removed", outbox->removed}, {"waiting", outbox->waiting},
        {"file_octets", outbox->file_octets}, {"pending", outbox->pending},
        {"pending_octets", outbox->pending_octets});
    struct json_object *object = json_object_object_get(mxtap, "outbox");
    eve_add_flag(object, "failing", outbox->failing);
    eve_add_text(object, "trouble", span_text(outbox->trouble));
}

struct json_object *eve_own_stats(const struct stats *stats, const char *id)
{
    struct json_object *mxtap = json_object_new_object();
    eve_add_string(mxtap, "id", id);
    eve_add_flag(mxtap, "final", stats->final);
    eve_add_count(mxtap, "workers", stats->workers);
    warning_part(mxtap, stats);
    capture_part(mxtap, stats);
    decode_part(mxtap, &stats->decode);
    stream_part(mxtap, &stats->stream);
    smtp_part(mxtap, stats);
    know_part(mxtap, stats);
    detect_part(mxtap, &stats->detect);
    output_part(mxtap, stats);
    outbox_part(mxtap, stats);
    live_part(mxtap, stats);
    return mxtap;
}
