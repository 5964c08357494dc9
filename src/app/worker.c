/*
 * worker: decoder -> engine -> session -> event, the answers on port 53, and the tick of event
 * time.
 */
#include "worker.h"

#include "talk.h"

#include <stdlib.h>

#define TICK_TIME CLOCK_SECOND
#define ASKED     16 /* requests of our own hosts that are remembered */

struct asked {
    struct addr client;
    int64_t time;
    uint32_t seq;
    uint16_t port;
};

struct worker {
    struct worker_options options;
    struct decode *decode;
    void *stream; /* NULL after worker_end */
    struct talks *talks;
    struct dns *dns; /* of the first worker; all others only count the packets */
    int64_t first, now, next_tick;
    struct stream_stats last; /* kept after the engine has closed */
    uint64_t number;
    struct asked asked[ASKED]; /* a ring */
    size_t asked_next;
};

static bool is_dns(const struct ip_info *ip)
{
    return ip->src_port == DNS_PORT || ip->dst_port == DNS_PORT;
}

static void on_datagram(void *arg, const struct datagram *datagram)
{
    struct worker *worker = arg;
    struct dns_answer answer;
    if (!is_dns(&datagram->ip))
        return;
    bool counts = worker->dns != NULL && dns_datagram(worker->dns, datagram, &answer);
    talks_answer(worker->talks, counts ? &answer : NULL);
}

/* A request is seen again: sent again, or on the other side of a NAT, which changes the server's
 * address and not the sequence number. */
static bool asked_before(struct worker *worker, const struct segment *segment)
{
    for (size_t i = 0; i < ASKED; i++) {
        const struct asked *asked = &worker->asked[i];
        if (asked->port == segment->ip.src_port && asked->seq == segment->seq &&
            addr_equal(&asked->client, &segment->ip.src) &&
            segment->ip.time - asked->time < CLOCK_SECOND)
            return true;
    }
    worker->asked[worker->asked_next++ % ASKED] = (struct asked){
        .client = segment->ip.src,
        .time = segment->ip.time,
        .seq = segment->seq,
        .port = segment->ip.src_port,
    };
    return false;
}

/* A host of ours asks for a connection: it is told of although no answer may ever come. */
static __attribute__((noinline)) void note_asking(struct worker *worker,
                                                  const struct segment *segment)
{
    bool watched = false;
    bool home = false;
    for (size_t i = 0; i < STREAM_PORTS && worker->options.stream.ports[i] != 0; i++)
        watched = watched || worker->options.stream.ports[i] == segment->ip.dst_port;
    for (size_t i = 0; watched && i < worker->options.home_net_count; i++)
        home = home || addr_net_has(&worker->options.home_nets[i], &segment->ip.src);
    if (home && !asked_before(worker, segment))
        talks_asked(worker->talks, &segment->ip);
}

static __attribute__((noinline)) void on_dns_segment(struct worker *worker,
                                                     const struct segment *segment)
{
    struct dns_answer answer;
    bool counts = worker->dns != NULL && dns_segment(worker->dns, segment, &answer);
    talks_answer(worker->talks, counts ? &answer : NULL);
}

/* What is rare stands on its own, so that each packet does not pay for its registers. */
static void on_segment(void *arg, const struct segment *segment)
{
    struct worker *worker = arg;
    if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && worker->options.home_net_count > 0)
        note_asking(worker, segment);
    if (is_dns(&segment->ip) && segment->payload.len > 0)
        on_dns_segment(worker, segment);
    worker->options.engine->segment(worker->stream, segment);
}

enum err worker_new(const struct worker_options *options, struct worker **ret_worker)
{
    struct worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return ERR_MEMORY;
    worker->options = *options;
    worker->first = worker->next_tick = CLOCK_NEVER;
    const struct decode_sink packets = {
        .on_segment = on_segment, .on_datagram = on_datagram, .arg = worker};
    struct stream_sink streams;
    enum err err = talks_new(options, &worker->talks, &streams);
    if (err == ERR_NONE && options->share == 0)
        err = dns_new(&worker->dns);
    if (err == ERR_NONE)
        err = decode_new(&options->decode, &packets, NULL, &worker->decode);
    if (err == ERR_NONE)
        err = options->engine->open(&options->stream, &streams, &worker->stream);
    if (err != ERR_NONE) {
        worker_free(worker);
        return err;
    }
    *ret_worker = worker;
    return ERR_NONE;
}

/* Event time goes on even where nothing happens: time-outs at every whole second that is reached.
 */
static void advance(struct worker *worker, int64_t now)
{
    int64_t second = now - (now % TICK_TIME + TICK_TIME) % TICK_TIME;
    if (worker->next_tick != CLOCK_NEVER) {
        talks_second(worker->talks, second, worker->number);
        worker->options.engine->tick(worker->stream, second);
    }
    worker->next_tick = second + TICK_TIME;
}

void worker_packet(struct worker *worker, const struct packet *packet)
{
    worker->number = packet->number;
    if (worker->first == CLOCK_NEVER)
        worker->first = packet->time;
    if (packet->time > worker->now)
        worker->now = packet->time;
    if (packet->time >= worker->next_tick)
        advance(worker, packet->time);
    decode_packet(worker->decode, packet);
}

void worker_idle(struct worker *worker, int64_t now)
{
    if (now <= worker->now)
        return;
    worker->now = now;
    if (now >= worker->next_tick)
        advance(worker, now);
}

void worker_end(struct worker *worker)
{
    if (worker->stream == NULL)
        return;
    worker->options.engine->stats(worker->stream, &worker->last);
    worker->options.engine->close(worker->stream, worker->now);
    worker->stream = NULL;
}

void worker_report(struct worker *worker, const struct stats *stats)
{
    talks_report(worker->talks, stats, worker->number);
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    worker_end(worker);
    decode_free(worker->decode);
    dns_free(worker->dns);
    talks_free(worker->talks);
    free(worker);
}

void worker_stats(const struct worker *worker, struct stats *stats)
{
    stats->first = worker->first;
    stats->last = worker->now;
    if (worker->options.share == 0) {
        stats->decode = *decode_stats(worker->decode);
        stats->dns = *dns_stats(worker->dns);
        stats->stream = worker->last;
        if (worker->stream != NULL)
            worker->options.engine->stats(worker->stream, &stats->stream);
    }
    talks_stats(worker->talks, stats);
}
