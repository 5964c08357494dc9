/*
 * message: one DNS message (RFC 1035 4.1) as far as dns.c wants it.
 *
 * message_open reads the header and the one question with rd alone: cheap, for every datagram on
 * port 53. message_records walks the records and has ldns take apart those of interest, for answers
 * that count. Before ldns sees a name, every pointer in it must lead backwards and there may be
 * MESSAGE_HOPS of them, for ldns follows 65,535; so the work is bounded by the records that are
 * kept. Spans point into the message or into struct message_texts. One thread.
 */
#ifndef MXTAP_DNS_MESSAGE_H
#define MXTAP_DNS_MESSAGE_H

#include <mxtap/dns.h>

#include <ldns/ldns.h>

#define MESSAGE_HEADER 12
#define MESSAGE_NAME   255   /* octets of a name on the wire (RFC 1035 2.3.4) */
#define MESSAGE_HOPS   32    /* pointers in one name */
#define MESSAGE_LONG   65535 /* octets of a message */

enum message_class { MESSAGE_IN = 1 };

struct message {
    struct span wire;
    uint16_t id, qtype, qclass;
    uint16_t answers, authorities, additionals; /* records, as the header says */
    uint8_t opcode, rcode;
    bool response, cut;         /* QR, TC */
    bool authoritative;         /* AA */
    size_t records_at;          /* where they begin */
    size_t name_len;            /* of name */
    uint8_t name[MESSAGE_NAME]; /* of the question, on the wire, in lower case */
};

/* Names in presentation form, for one answer at a time. */
struct message_texts {
    size_t used;
    char octets[(2 * DNS_RECORDS_MAX + 1) * DNS_NAME_MAX];
};

enum message_state {
    MESSAGE_GOOD,
    MESSAGE_OTHER, /* of no interest: not one question, or another operation */
    MESSAGE_BAD,   /* no DNS message */
};

enum message_state message_open(struct span wire, struct message *ret_message);

/* Fills in qname, records, count, total and negative_ttl. False where the message is damaged. */
bool message_records(const struct message *message, struct message_texts *texts,
                     struct dns_record records[DNS_RECORDS_MAX], struct dns_answer *ret_answer);

#endif
