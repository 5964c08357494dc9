/*
 * decode: a packet in, TCP segments and UDP datagrams out.
 *
 * Called by a worker for each packet. Link layers and tunnels are rows of links.def; IPv4 and IPv6
 * with extension headers; fragments of both are put together under a ceiling (overlap policy:
 * stated in fragments.c); encapsulations are followed to DECODE_DEPTH levels. What is neither IP
 * nor known is a counter. Snapped packets are used as far as they go: payload_len says how long the
 * payload was on the wire. Checksums are not looked at unless options say so.
 *
 * Spans point into the packet, or into decode's reassembly buffer, until the callback returns. One
 * thread a decoder.
 */
#ifndef MXTAP_DECODE_H
#define MXTAP_DECODE_H

#include <mxtap/addr.h>
#include <mxtap/budget.h>
#include <mxtap/capture.h>

#define DECODE_DEPTH 8 /* encapsulations inside one another, then decode gives up and counts */
#define DECODE_VLANS 4 /* tags remembered, outermost first */

enum {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_URG = 0x20,
};

/* What every IP packet of interest has. */
struct ip_info {
    int64_t time;       /* of the packet; of the last fragment */
    uint64_t number;    /* of the packet, capture.h */
    const char *source; /* capture.h */
    struct addr src, dst;
    uint16_t src_port, dst_port;
    uint16_t vlan[DECODE_VLANS];
    uint8_t vlan_count;
    uint8_t ttl;        /* or hop limit */
    bool dont_fragment; /* IPv4 DF */
    bool fragmented;
    uint16_t ip_id;     /* IPv4 identification */
    uint16_t ip_header; /* octets of IPv4 header with options, or of IPv6 with extension headers */
};

struct segment {
    struct ip_info ip;
    uint32_t seq, ack;
    uint16_t window;
    uint8_t flags;
    struct span options;  /* TCP options as on the wire */
    struct span payload;  /* captured part */
    uint32_t payload_len; /* on the wire; what is over payload.len is missing at the end */
    struct span packet; /* the whole innermost IP packet, unfragmented, for engines that want it */
};

struct datagram {
    struct ip_info ip;
    struct span payload;
    uint32_t payload_len;
};

struct decode_sink {
    void (*on_segment)(void *arg, const struct segment *segment);
    void (*on_datagram)(void *arg, const struct datagram *datagram); /* may be NULL */
    void *arg;
};

struct decode_options {
    bool verify_checksums;  /* IP, TCP and UDP; a bad one drops the packet and counts */
    size_t fragment_memory; /* octets, ceiling of all fragments under way */
    int64_t fragment_time;  /* nanoseconds of event time that a fragment waits */
    /* UDP destination ports of tunnels; 0 ends the list. Defaults: 4789 (and 8472), 6081. */
    uint16_t vxlan_ports[4];
    uint16_t geneve_ports[4];
};

/* Each is a count of packets, in the order of the reasons below. */
struct decode_stats {
    uint64_t packets;
    uint64_t segments;
    uint64_t datagrams;
    uint64_t unknown_link;   /* link type that we do not know */
    uint64_t not_ip;         /* ARP, STP, ... */
    uint64_t not_tcp_or_udp; /* ICMP, ... */
    uint64_t short_packet;   /* ends inside a header */
    uint64_t bad_header;     /* lengths or versions that cannot be */
    uint64_t bad_checksum;
    uint64_t too_deep;
    uint64_t snapped;            /* used, but shorter than on the wire */
    uint64_t fragments;          /* seen */
    uint64_t fragments_done;     /* packets put together */
    uint64_t fragments_dropped;  /* fragments given up: time, ceiling, damage */
    uint64_t fragments_overlaps; /* overlapping with other octets */
};

struct decode;

void decode_defaults(struct decode_options *ret_options);
enum err decode_new(const struct decode_options *options, const struct decode_sink *sink,
                    struct budget *budget, struct decode **ret_decode) MXTAP_MUST_CHECK;
void decode_free(struct decode *decode);

/* Decodes one packet; calls the sink zero or more times before it returns. */
void decode_packet(struct decode *decode, const struct packet *packet);

const struct decode_stats *decode_stats(const struct decode *decode);

#endif
