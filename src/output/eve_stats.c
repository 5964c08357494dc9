/* eve_stats: under stats what Suricata's schema knows, under mxtap all that we count. */
#include "eve_stats.h"

#include "eve.h"

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

static uint64_t all_alerts(const struct detect_stats *detect)
{
    uint64_t alerts = 0;
    for (size_t i = 0; i < detect_count(); i++)
        alerts += detect->alerts[i];
    return alerts;
}

static void suricata_part(struct json_object *record, const struct stats *stats)
{
    struct json_object *object = json_object_new_object();
    int64_t span = stats->last > stats->first ? stats->last - stats->first : 0;
    eve_add_count(object, "uptime", (uint64_t)(span / CLOCK_SECOND));
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
    ADD(object, "detect", {"alert", all_alerts(&stats->detect)});
    json_object_object_add(record, "stats", object);
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
    ADD(mxtap, "memory", {"stream", stats->stream.memory},
        {"stream_peak", stats->stream.memory_peak}, {"smtp", stats->smtp_memory},
        {"know", stats->know.memory}, {"know_peak", stats->know.memory_peak},
        {"detect", stats->detect.memory}, {"detect_peak", stats->detect.memory_peak});
}

static void detect_part(struct json_object *mxtap, const struct detect_stats *detect)
{
    struct json_object *alerts = json_object_new_object();
    struct json_object *evicted = json_object_new_object();
    for (size_t i = 0; i < detect_count(); i++) {
        eve_add_count(alerts, detect_at(i)->name, detect->alerts[i]);
        eve_add_count(evicted, detect_at(i)->name, detect->evicted[i]);
    }
    json_object_object_add(mxtap, "alerts", alerts);
    json_object_object_add(mxtap, "evicted", evicted);
}

static void output_part(struct json_object *mxtap, const struct stats *stats)
{
    struct json_object *object = json_object_new_object();
    for (size_t i = 0; i < stats->output_count; i++)
        ADD(object, stats->outputs[i].name, {"records", stats->outputs[i].records},
            {"octets", stats->outputs[i].octets}, {"dropped", stats->outputs[i].dropped},
            {"depth", stats->outputs[i].depth});
    json_object_object_add(mxtap, "outputs", object);
}

void eve_stats(const struct format_options *options, const struct stats *stats, struct buf *out)
{
    (void)options;
    struct json_object *record = eve_new(stats->time, "stats");
    suricata_part(record, stats);
    struct json_object *mxtap = json_object_new_object();
    json_object_object_add(mxtap, "final", json_object_new_boolean(stats->final));
    eve_add_count(mxtap, "workers", stats->workers);
    ADD(mxtap, "capture", {"packets", stats->capture.packets}, {"octets", stats->capture.octets},
        {"files", stats->capture.files}, {"damaged", stats->capture.damaged},
        {"kernel_drops", stats->capture.kernel_drops},
        {"interface_drops", stats->capture.interface_drops});
    decode_part(mxtap, &stats->decode);
    stream_part(mxtap, &stats->stream);
    smtp_part(mxtap, stats);
    know_part(mxtap, stats);
    detect_part(mxtap, &stats->detect);
    output_part(mxtap, stats);
    json_object_object_add(record, "mxtap", mxtap);
    eve_write(record, out);
}
