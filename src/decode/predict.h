/*
 * predict: the packet that nearly every packet is, without the walk.
 *
 * Called by decode.c where an IPv4 header comes next, whatever stands before it. An IPv4 packet
 * without options that is no fragment, with a TCP header behind it, captured whole: the sink is
 * called and the walk is over. Of anything else, and where checksums are verified, nothing is
 * touched: the links look at it and count what is wrong.
 *
 * One condition over both headers (RFC 791 3.1, RFC 9293 3.1), then every field is read once. It
 * gives what link_ipv4.c and link_tcp.c would give. It stands where it is called, so that the sink
 * is the last thing that is called for a packet and nothing is kept on the stack behind it.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include "fill.h"

#define PREDICT_VERSION 0x45 /* version 4, a header of five words */

static inline __attribute__((always_inline)) bool predict_tcp(struct walk *walk)
{
    const uint8_t *ip = walk->at;
    const uint8_t *tcp = ip + IPV4_HEADER;
    size_t left = walk_left(walk);
    if (left < IPV4_HEADER + TCP_HEADER || ip[0] != PREDICT_VERSION ||
        ip[IPV4_PROTOCOL] != TCP_PROTOCOL ||
        (wire_u16(ip + IPV4_FRAGMENT) & (IPV4_MF | IPV4_OFFSET)) != 0)
        return false;
    size_t total = wire_u16(ip + IPV4_LENGTH);
    size_t tcp_len = fill_tcp_length(tcp);
    if (tcp_len < TCP_HEADER || total < IPV4_HEADER + tcp_len || total > left ||
        walk->depth >= DECODE_DEPTH || walk->options->verify_checksums)
        return false;
    struct segment *segment = &walk->segment;
    fill_ipv4(&segment->ip, ip);
    fill_tcp(segment, ip, tcp, tcp_len, ip + total);
    segment->payload_len = (uint32_t)segment->payload.len;
    walk->stats->segments++;
    walk->sink->on_segment(walk->sink->arg, segment);
    return true;
}

#endif
