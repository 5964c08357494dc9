/* Headers put in front of one another, with right lengths and checksums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "decode/helper_frame.h"

#include "checksum.h"

void frame_start(struct frame *frame, struct span payload)
{
    frame->from = FRAME_ROOM;
    frame_push(frame, payload.at, payload.len);
}

struct span frame_span(const struct frame *frame)
{
    return span_make(frame->memory + frame->from, FRAME_ROOM - frame->from);
}

void frame_push(struct frame *frame, const void *octets, size_t count)
{
    assert_true(frame->from >= count);
    frame->from -= count;
    if (count > 0)
        memcpy(frame->memory + frame->from, octets, count);
}

/* The sum of RFC 1071, octet by octet: not the product's way, so that one checks the other. */
static uint32_t frame_sum(uint32_t sum, struct span span)
{
    for (size_t i = 0; i < span.len; i++)
        sum += (uint32_t)span.at[i] << (i % 2 == 0 ? 8 : 0);
    return (sum & 0xffff) + (sum >> 16);
}

static void frame_transport(struct frame *frame, uint8_t protocol, bool v6, size_t field)
{
    struct span span = frame_span(frame);
    uint8_t ends[32] = {192, 0, 2, 1, 198, 51, 100, 2};
    uint8_t ends6[32] = {0x20, 1, 0x0d, 0xb8, [15] = 1, 0x20, 1, 0x0d, 0xb8, [31] = 2};
    uint32_t sum = (uint32_t)span.len + protocol;
    sum = frame_sum(sum, v6 ? span_make(ends6, 32) : span_make(ends, 8));
    sum = frame_sum(sum, span);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame->memory[frame->from + field] = (uint8_t)(sum >> 8);
    frame->memory[frame->from + field + 1] = (uint8_t)sum;
}

void frame_tcp(struct frame *frame, uint32_t seq, bool v6)
{
    FRAME_PUSH(frame, 0x04, 0x01, 0, 25, (uint8_t)(seq >> 24), (uint8_t)(seq >> 16),
               (uint8_t)(seq >> 8), (uint8_t)seq, 0, 0, 0, 9, 0x60, 0x18, 0x20, 0, 0, 0, 0, 0, 2, 4,
               5, 0xb4);
    frame_transport(frame, 6, v6, 16);
}

void frame_udp(struct frame *frame, uint16_t dst_port)
{
    size_t length = frame_span(frame).len + 8;
    FRAME_PUSH(frame, 0x04, 0x01, (uint8_t)(dst_port >> 8), (uint8_t)dst_port,
               (uint8_t)(length >> 8), (uint8_t)length, 0, 0);
}

void frame_ipv4(struct frame *frame, uint8_t protocol)
{
    frame_ipv4_fragment(frame, protocol, 0x1234, 0, false);
}

void frame_ipv4_fragment(struct frame *frame, uint8_t protocol, uint16_t id, size_t offset,
                         bool more)
{
    size_t length = frame_span(frame).len + 20;
    FRAME_PUSH(frame, 0x45, 0, (uint8_t)(length >> 8), (uint8_t)length, (uint8_t)(id >> 8),
               (uint8_t)id, (uint8_t)(offset / 8 >> 8 | (more ? 0x20 : 0)), (uint8_t)(offset / 8),
               64, protocol, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2);
    uint8_t *header = frame->memory + frame->from;
    checksum_put(span_make(header, 20), header + 10);
}

void frame_ipv6(struct frame *frame, uint8_t next)
{
    size_t length = frame_span(frame).len;
    FRAME_PUSH(frame, 0x60, 0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length, next, 64, 0x20, 1,
               0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0,
               0, 0, 0, 0, 0, 0, 2);
}

void frame_ethernet(struct frame *frame, uint16_t type)
{
    FRAME_PUSH(frame, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, (uint8_t)(type >> 8), (uint8_t)type);
}

static void seen_on_segment(void *arg, const struct segment *segment)
{
    struct seen *seen = arg;
    seen->segments++;
    seen->segment = *segment;
    assert_true(segment->payload.len <= segment->payload_len);
    memcpy(seen->payload, segment->payload.at, segment->payload.len);
    memcpy(seen->packet, segment->packet.at, segment->packet.len);
}

static void seen_on_datagram(void *arg, const struct datagram *datagram)
{
    struct seen *seen = arg;
    seen->datagrams++;
    seen->datagram = *datagram;
    memcpy(seen->payload, datagram->payload.at, datagram->payload.len);
}

struct decode *seen_decode(struct seen *seen, const struct decode_options *options,
                           struct budget *budget)
{
    struct decode_options defaults;
    decode_defaults(&defaults);
    seen->segments = 0;
    seen->datagrams = 0;
    struct decode_sink sink = {seen_on_segment, seen_on_datagram, seen};
    struct decode *decode = NULL;
    assert_int_equal(decode_new(options == NULL ? &defaults : options, &sink, budget, &decode), 0);
    return decode;
}

void seen_packet(struct decode *decode, struct span data, uint32_t wire_len, int linktype,
                 int64_t time)
{
    struct packet packet = {
        .time = time,
        .data = data,
        .wire_len = wire_len == 0 ? (uint32_t)data.len : wire_len,
        .linktype = linktype,
        .number = 1,
        .source = "test",
    };
    decode_packet(decode, &packet);
}
