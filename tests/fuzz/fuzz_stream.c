/* Segments made of bytes into the native engine under tight ceilings: every flow that is opened is
 * closed once, nothing is delivered after that, and the budget is never passed. Ten octets a
 * segment: who and which flags (2), sequence and acknowledgement near what was used last (2 + 2),
 * payload length (1), octets missing (1), milliseconds (2). */
#include <mxtap/clock.h>
#include <mxtap/rd.h>
#include <mxtap/stream.h>

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_flow {
    uint64_t delivered[2];
};

struct fuzz_world {
    uint64_t open;
    int64_t time;
    uint32_t seq[4][2];
    uint8_t payload[256];
};

static void *fuzz_open(void *arg, const struct flow_info *info)
{
    struct fuzz_world *world = arg;
    if (info->client_port == 1003)
        return NULL;
    world->open++;
    return calloc(1, sizeof(struct fuzz_flow));
}

static void fuzz_data(void *arg, void *parser, enum direction direction, struct span span,
                      int64_t time, uint64_t number)
{
    (void)arg;
    (void)time;
    (void)number;
    struct fuzz_flow *flow = parser;
    uint64_t sum = 0;
    for (size_t i = 0; i < span.len; i++)
        sum += span.at[i];
    flow->delivered[direction] += span.len + (sum & 0);
    if (span.len == 0 || span.len > 256)
        abort();
}

static void fuzz_gap(void *arg, void *parser, enum direction direction, uint64_t length,
                     int64_t time, uint64_t number)
{
    (void)arg;
    (void)time;
    (void)number;
    struct fuzz_flow *flow = parser;
    flow->delivered[direction]++;
    if (length == 0 || length > UINT32_MAX)
        abort();
}

static void fuzz_close(void *arg, void *parser, enum close_reason reason, int64_t time,
                       uint64_t number)
{
    (void)reason;
    (void)time;
    (void)number;
    struct fuzz_world *world = arg;
    world->open--;
    free(parser);
}

static void fuzz_segment(struct fuzz_world *world, const struct engine *engine, void *state,
                         struct rd *rd, uint64_t number)
{
    uint8_t who = rd_u8(rd), flags = rd_u8(rd);
    int seq = (int16_t)rd_u16(rd), ack = (int16_t)rd_u16(rd);
    uint8_t len = rd_u8(rd), missing = rd_u8(rd);
    world->time += (int64_t)rd_u16(rd) * CLOCK_SECOND / 1000 - CLOCK_SECOND / 100;
    unsigned talk = who & 3, side = who >> 2 & 1;
    bool swap = (who & 8) != 0;
    uint32_t *own = &world->seq[talk][side], *peer = &world->seq[talk][!side];
    struct addr client = addr_v4(0x0a000001 + talk), server = addr_v4(0x0a000064);
    /* Both ports of talk 2 are watched; talk 1 is talk 0 behind a NAT if the bytes like. */
    uint16_t port = talk == 2 ? 587 : (uint16_t)(1000 + talk);
    struct segment segment = {
        .ip = {.time = world->time,
               .number = number,
               .src = side == 0 ? client : server,
               .dst = side == 0 ? server : client,
               .src_port = side == 0 ? port : 25,
               .dst_port = side == 0 ? 25 : port},
        .seq = *own + (swap ? (uint32_t)seq << 16 : (uint32_t)seq),
        .ack = *peer + (uint32_t)ack,
        .window = (uint16_t)(seq ^ ack),
        .flags = flags,
        .options = {world->payload, len & 31},
        .payload = {world->payload + (seq & 15), len & 127},
        .payload_len = (uint32_t)(len & 127) + (missing & 15),
    };
    *own = segment.seq + segment.payload_len + ((flags & (TCP_SYN | TCP_FIN)) != 0);
    if ((who & 16) != 0)
        engine->tick(state, world->time + CLOCK_SECOND * missing);
    engine->segment(state, &segment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct engine *engine = engine_find("native");
    struct fuzz_world world = {.time = 1000 * CLOCK_SECOND};
    for (size_t i = 0; i < sizeof world.payload; i++)
        world.payload[i] = (uint8_t)(i * 7);
    struct stream_options options;
    stream_defaults(&options);
    options.ports[1] = 587;
    struct rd rd = rd_make(span_make(data, size));
    uint8_t mode = rd_u8(&rd);
    options.max_flows = 1 + (mode & 3);
    options.max_queue = 400 + 100 * (size_t)(mode >> 2 & 15);
    options.memory = 51000 + ((mode & 64) != 0 ? 10000 : 0);
    options.vlan_in_key = mode >> 7;
    struct stream_sink sink = {fuzz_open, fuzz_data, fuzz_gap, fuzz_close, &world};
    void *state = NULL;
    if (engine->open(&options, &sink, &state) != 0)
        return 0;
    struct stream_stats stats;
    for (uint64_t number = 1; rd_left(&rd) >= 10; number++) {
        fuzz_segment(&world, engine, state, &rd, number);
        engine->stats(state, &stats);
        if (stats.memory > options.memory || stats.flows_now > options.max_flows)
            abort();
    }
    engine->close(state, world.time);
    if (world.open != 0)
        abort();
    return 0;
}
