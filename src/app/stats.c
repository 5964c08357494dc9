/* stats: the sums over workers, and the delays of alerts. */
#include <mxtap/stats.h>
#include <stdio.h>
#include <unistd.h>

void stats_add_sessions(struct stats *stats, const struct stats *part)
{
    stats->sessions += part->sessions;
    stats->sessions_now += part->sessions_now;
    stats->messages += part->messages;
    stats->not_smtp += part->not_smtp;
    stats->tls += part->tls;
    stats->midstream += part->midstream;
    stats->one_sided += part->one_sided;
    stats->events += part->events;
    stats->events_cut += part->events_cut;
    stats->smtp_memory += part->smtp_memory;
}

static void add_capture(struct capture_stats *sum, const struct capture_stats *part)
{
    sum->packets += part->packets;
    sum->octets += part->octets;
    sum->files += part->files;
    sum->damaged += part->damaged;
    sum->kernel_drops += part->kernel_drops;
    sum->interface_drops += part->interface_drops;
}

static void add_decode(struct decode_stats *sum, const struct decode_stats *part)
{
    sum->packets += part->packets;
    sum->segments += part->segments;
    sum->datagrams += part->datagrams;
    sum->unknown_link += part->unknown_link;
    sum->not_ip += part->not_ip;
    sum->not_tcp_or_udp += part->not_tcp_or_udp;
    sum->short_packet += part->short_packet;
    sum->bad_header += part->bad_header;
    sum->bad_checksum += part->bad_checksum;
    sum->too_deep += part->too_deep;
    sum->snapped += part->snapped;
    sum->fragments += part->fragments;
    sum->fragments_done += part->fragments_done;
    sum->fragments_dropped += part->fragments_dropped;
    sum->fragments_overlaps += part->fragments_overlaps;
}

static void add_stream(struct stream_stats *sum, const struct stream_stats *part)
{
    sum->segments += part->segments;
    sum->ignored += part->ignored;
    sum->flows += part->flows;
    sum->flows_now += part->flows_now;
    sum->midstream += part->midstream;
    sum->twins += part->twins;
    sum->retransmitted += part->retransmitted;
    sum->out_of_order += part->out_of_order;
    sum->conflicts += part->conflicts;
    sum->gaps += part->gaps;
    sum->gap_octets += part->gap_octets;
    sum->invalid += part->invalid;
    sum->evicted += part->evicted;
    sum->timeouts += part->timeouts;
    sum->data[FROM_CLIENT] += part->data[FROM_CLIENT];
    sum->data[FROM_SERVER] += part->data[FROM_SERVER];
    sum->memory += part->memory;
    sum->memory_peak += part->memory_peak;
}

static void add_dns(struct dns_stats *sum, const struct dns_stats *part)
{
    sum->messages += part->messages;
    sum->answers += part->answers;
    sum->malformed += part->malformed;
    sum->unasked += part->unasked;
    sum->uninteresting += part->uninteresting;
}

void stats_add_worker(struct stats *sum, const struct stats *part)
{
    if (part->first > 0 && (sum->first <= 0 || part->first < sum->first))
        sum->first = part->first;
    if (part->last > sum->last)
        sum->last = part->last;
    if (part->time > sum->time)
        sum->time = part->time;
    add_capture(&sum->capture, &part->capture);
    add_decode(&sum->decode, &part->decode);
    add_stream(&sum->stream, &part->stream);
    add_dns(&sum->dns, &part->dns);
    stats_add_sessions(sum, part);
}

void stats_lag_add(struct stats_lag *lag, int64_t nanoseconds)
{
    static const int64_t limits[] = STATS_LAG_LIMITS;
    _Static_assert(sizeof limits / sizeof limits[0] == STATS_LAG_BUCKETS - 1, "one has no limit");
    int64_t delay = nanoseconds > 0 ? nanoseconds : 0;
    size_t bucket = 0;
    while (bucket < STATS_LAG_BUCKETS - 1 && delay > limits[bucket] * 1000 * CLOCK_MICROSECOND)
        bucket++;
    lag->buckets[bucket]++;
    lag->count++;
    if (__builtin_add_overflow(lag->sum, delay, &lag->sum))
        lag->sum = INT64_MAX;
}

/* The second number of statm is the resident set in pages (proc(5)). */
size_t stats_process_memory(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    unsigned long all = 0;
    unsigned long resident = 0;
    int got = fscanf(file, "%lu %lu", &all, &resident);
    fclose(file);
    long page = sysconf(_SC_PAGESIZE);
    return got == 2 && page > 0 ? (size_t)resident * (size_t)page : 0;
}
