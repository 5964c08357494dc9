/*
 * dns: answers seen on port 53 (RFC 1035): PTR, MX, NS, A and AAAA.
 *
 * A worker hands over each UDP datagram from or to port 53, and each TCP segment that holds one
 * whole message (RFC 1035 4.2.2). Records are parsed with ldns. An answer counts where its question
 * was seen up to ten seconds before it (the same hosts, ports, id, name and type), or comes up to a
 * second after it, as on taps that mix up the order. Where no answer has met its question yet, as
 * on a tap that sees one side only, answers count as they are. Nothing is ever asked.
 *
 * An answer without records and without a SOA may have NS records of a zone on the way to qname: a
 * referral (RFC 2308 2.2), which says nothing about qname.
 *
 * Names are in lower case, without the dot at the end, in the presentation form of RFC 1035 5.1.
 * Spans of an answer live until the next call. Hostile input is never an error: it is counted. The
 * questions that wait are bounded. One thread.
 */
#ifndef MXTAP_DNS_H
#define MXTAP_DNS_H

#include <mxtap/decode.h>

#define DNS_PORT        53
#define DNS_NAME_MAX    255 /* octets of a name */
#define DNS_RECORDS_MAX 32  /* records of an answer that are kept; more are counted */

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_AAAA = 28,
};

enum dns_rcode { DNS_NOERROR = 0, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3 };

struct dns_record {
    uint16_t type;       /* enum dns_type, never DNS_SOA */
    uint16_t preference; /* MX */
    uint32_t ttl;        /* seconds */
    struct span owner;
    struct span name; /* of PTR, MX, NS, CNAME */
    struct addr addr; /* of A, AAAA */
};

struct dns_answer {
    int64_t time;
    uint64_t number; /* of the packet */
    uint16_t qtype;  /* PTR, MX, NS, A or AAAA: others are not handed out */
    uint8_t rcode;
    struct span qname;
    /* Of the answer section; NS of the authority section, whose owner is qname or above it; and
     * addresses of the additional section, which the one who answered may have made up. */
    const struct dns_record *records;
    size_t count;
    uint64_t total;
    uint32_t negative_ttl; /* seconds, of an answer without records (RFC 2308 5); 0: not told */
};

struct dns_stats {
    uint64_t messages;      /* looked at */
    uint64_t answers;       /* handed out */
    uint64_t malformed;     /* no DNS message, or cut */
    uint64_t unasked;       /* their question should have been seen and was not */
    uint64_t uninteresting; /* other types, classes, operations; answers that came twice */
};

struct dns;

enum err dns_new(struct dns **ret_dns) MXTAP_MUST_CHECK;
void dns_free(struct dns *dns);
/* True where there is an answer that counts: this one, or the one that this question belongs to. */
bool dns_datagram(struct dns *dns, const struct datagram *datagram, struct dns_answer *ret_answer);
bool dns_segment(struct dns *dns, const struct segment *segment, struct dns_answer *ret_answer);
const struct dns_stats *dns_stats(const struct dns *dns);

#endif
