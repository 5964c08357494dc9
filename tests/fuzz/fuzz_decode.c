/*
 * decode on hostile packets. Input: one octet for the link type, one of settings, then packets:
 * captured length (2 octets), sixteenths of missing octets (1), the octets.
 *
 * Whatever comes, each packet ends in one reason or waits as a fragment, and what is handed out can
 * be read to its end.
 */
#include <assert.h>
#include <mxtap/decode.h>
#include <mxtap/rd.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned fuzz_sum;

static void fuzz_touch(struct span span)
{
    unsigned sum = 0;
    for (size_t i = 0; i < span.len; i++)
        sum += span.at[i];
    fuzz_sum = fuzz_sum + sum;
}

static void fuzz_on_segment(void *arg, const struct segment *segment)
{
    (void)arg;
    assert(segment->payload.len <= segment->payload_len);
    assert(segment->ip.vlan_count <= DECODE_VLANS);
    fuzz_touch(segment->options);
    fuzz_touch(segment->payload);
    fuzz_touch(segment->packet);
}

static void fuzz_on_datagram(void *arg, const struct datagram *datagram)
{
    (void)arg;
    assert(datagram->payload.len <= datagram->payload_len);
    fuzz_touch(datagram->payload);
}

/* In memory of its own size, so that reading past it is found out. */
static void fuzz_packet(struct decode *decode, struct span octets, struct packet packet)
{
    uint8_t *copy = malloc(octets.len == 0 ? 1 : octets.len);
    if (copy == NULL)
        return;
    if (octets.len > 0)
        memcpy(copy, octets.at, octets.len);
    packet.data = span_make(copy, octets.len);
    decode_packet(decode, &packet);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int types[] = {1, 0, 108, 9, 51, 12, 101, 113, 276, 228, 229};
    struct rd rd = rd_make(span_make(data, size));
    struct packet packet = {.linktype = types[rd_u8(&rd) % (sizeof types / sizeof *types)],
                            .source = "fuzz"};
    uint8_t settings = rd_u8(&rd);
    struct decode_options options;
    decode_defaults(&options);
    options.verify_checksums = settings & 1;
    if (settings & 2)
        options.fragment_memory = 8192;
    struct budget budget;
    budget_init(&budget, settings & 4 ? 5000 : (size_t)1 << 30);
    struct decode_sink sink = {fuzz_on_segment, settings & 8 ? NULL : fuzz_on_datagram, NULL};
    struct decode *decode;
    if (decode_new(&options, &sink, &budget, &decode) != ERR_NONE)
        return 0;
    while (rd_left(&rd) > 3) {
        size_t len = rd_u16(&rd);
        uint32_t missing = rd_u8(&rd) * 16u;
        struct span octets = rd_take(&rd, len < rd_left(&rd) ? len : rd_left(&rd));
        packet.wire_len = (uint32_t)octets.len + missing;
        packet.time += CLOCK_SECOND;
        packet.number++;
        fuzz_packet(decode, octets, packet);
    }
    const struct decode_stats *stats = decode_stats(decode);
    assert(stats->segments + stats->datagrams <= stats->packets);
    decode_free(decode);
    assert(budget.used == 0);
    return 0;
}
