/* ip.h: IP and TCP headers of bare IP packets: find, change, sum.
 *
 * Called by the steps. Works on packets with link LINK_IP only. Offsets count from the first octet
 * of the IP header. RFC 791, 8200, 9293, 2018.
 */
#ifndef VARIANT_IP_H
#define VARIANT_IP_H

#include "capture.h"

enum {
    IP_PROTO_HOPOPTS = 0,
    IP_PROTO_IPIP = 4,
    IP_PROTO_TCP = 6,
    IP_PROTO_UDP = 17,
    IP_PROTO_IPV6 = 41,
    IP_PROTO_ROUTING = 43,
    IP_PROTO_FRAGMENT = 44,
    IP_PROTO_GRE = 47,
    IP_PROTO_DSTOPTS = 60
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

/* Where things are in an IP packet. */
struct ip {
    int version;
    uint8_t proto; /* of what stands at l4 */
    bool fragment;
    uint32_t l4; /* offset of the transport header, or of what follows the fragment header */
    uint32_t per_hop_end; /* IPv6: end of what every fragment must repeat */
    uint32_t next_at;     /* offset of the octet that names what stands at per_hop_end */
};

struct tcp {
    struct ip ip;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint16_t ports[2]; /* source, destination */
    uint32_t payload;  /* offset */
    uint32_t payload_len;
};

/* False when the packet is no whole IP header. */
bool ip_parse(const struct packet *packet, struct ip *ret_ip);

/* False when the packet is not a whole TCP segment: other protocol, fragment, cut. */
bool tcp_parse(const struct packet *packet, struct tcp *ret_tcp);

/* Length field, IPv4 header checksum, and the TCP or UDP checksum where the packet is whole. */
void ip_fix(struct packet *packet);

/* Sets only the length field and the IPv4 header checksum: for fragments. */
void ip_fix_header(struct packet *packet);

/* Ones' complement sum of the transport part with its pseudo header, ready to be stored. */
uint16_t ip_checksum(const struct packet *packet, const struct ip *ip);

/* A plain ones' complement checksum of n octets. */
uint16_t ip_sum(const uint8_t *bytes, uint32_t n);

/* A segment with the headers of model and other contents; time and addresses stay. */
struct packet tcp_make(const struct packet *model, const struct tcp *tcp, uint32_t seq,
                       uint8_t flags, const uint8_t *payload, uint32_t payload_len);

/* Changes sequence number, acknowledgement and the blocks of a SACK option by the given amounts
 * (what the sender counts, what the peer counts) and corrects the checksum. */
void tcp_shift(struct packet *packet, const struct tcp *tcp, uint32_t own, uint32_t peer);

/* Sets the flags and corrects the checksum. */
void tcp_set_flags(struct packet *packet, const struct tcp *tcp, uint8_t flags);

#endif
