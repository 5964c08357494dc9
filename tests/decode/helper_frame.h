/*
 * frame: packets for the tests of decode, made from the inside out.
 *
 * A frame starts as a payload at the end of its memory; each frame_ function puts one header in
 * front. Addresses and ports are fixed: 192.0.2.1 or 2001:db8::1 port 1025 to 198.51.100.2 or
 * 2001:db8::2 port 25.
 */
#ifndef HELPER_FRAME_H
#define HELPER_FRAME_H

#include <mxtap/decode.h>

#define FRAME_ROOM 72000

struct frame {
    uint8_t memory[FRAME_ROOM];
    size_t from; /* first octet in use */
};

void frame_start(struct frame *frame, struct span payload);
struct span frame_span(const struct frame *frame);

void frame_push(struct frame *frame, const void *octets, size_t count);
#define FRAME_PUSH(frame, ...)                                                                     \
    frame_push(frame, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

void frame_tcp(struct frame *frame, uint32_t seq, bool v6);
void frame_udp(struct frame *frame, uint16_t dst_port);
void frame_ipv4(struct frame *frame, uint8_t protocol);
void frame_ipv4_fragment(struct frame *frame, uint8_t protocol, uint16_t id, size_t offset,
                         bool more);
void frame_ipv6(struct frame *frame, uint8_t next);
void frame_ethernet(struct frame *frame, uint16_t type);

/* What a decoder gave out for one packet or more. */
struct seen {
    unsigned segments;
    unsigned datagrams;
    struct segment segment; /* the last one; its spans are copied below */
    struct datagram datagram;
    uint8_t payload[FRAME_ROOM];
    uint8_t packet[FRAME_ROOM];
};

struct decode *seen_decode(struct seen *seen, const struct decode_options *options,
                           struct budget *budget);
/* wire_len 0: as long as the data. */
void seen_packet(struct decode *decode, struct span data, uint32_t wire_len, int linktype,
                 int64_t time);

#endif
