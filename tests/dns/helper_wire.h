/*
 * helper_wire: DNS messages made by hand, octet by octet, and packets around them.
 */
#ifndef MXTAP_TEST_WIRE_H
#define MXTAP_TEST_WIRE_H

#include <mxtap/dns.h>

#define WIRE_QUESTION 0x0100 /* flags: RD */
#define WIRE_ANSWER   0x8180 /* flags: QR, RD, RA */
#define WIRE_CUT      0x0200
#define WIRE_CLIENT   "192.0.2.53"
#define WIRE_SERVER   "198.51.100.53"

struct wire {
    size_t len;
    uint8_t octets[65536];
};

void wire_u16(struct wire *wire, unsigned value);
/* counts: of questions, answers, authorities, additionals. */
void wire_header(struct wire *wire, unsigned id, unsigned flags, const unsigned counts[4]);
void wire_name(struct wire *wire, const char *name);
void wire_pointer(struct wire *wire, size_t target);
void wire_asked(struct wire *wire, const char *name, unsigned type);
/* Owner (NULL: a pointer to the question), type, ttl; the data follows through wire_end. */
void wire_record(struct wire *wire, const char *owner, unsigned type, uint32_t ttl);
/* Sets the length of the data of the last wire_record. */
void wire_end(struct wire *wire);
void wire_host(struct wire *wire, const char *owner, unsigned type, uint32_t ttl,
               const char *host); /* PTR, NS, CNAME, MX with preference 10 */
void wire_addr(struct wire *wire, const char *owner, uint32_t ttl, const char *addr);
void wire_soa(struct wire *wire, const char *zone, uint32_t ttl, uint32_t minimum);

/* The message as a datagram from the client to the server, or back, in memory of its own size. */
bool wire_send(struct dns *dns, const struct wire *wire, int64_t time,
               struct dns_answer *ret_answer);
/* The same with the TCP prefix, cut after count octets. */
bool wire_send_tcp(struct dns *dns, const struct wire *wire, size_t count, int64_t time,
                   struct dns_answer *ret_answer);

#endif
