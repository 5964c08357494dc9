/* dns: what is looked at on port 53, and what is handed out. */
#include <mxtap/dns.h>

#include "pairs.h"

#include <mxtap/rd.h>
#include <stdlib.h>

#define TCP_PREFIX 2 /* octets of length before a message (RFC 1035 4.2.2) */

struct dns {
    struct pairs *pairs;
    struct dns_stats stats;
    struct dns_record records[DNS_RECORDS_MAX];
    struct message_texts texts;
};

enum err dns_new(struct dns **ret_dns)
{
    struct dns *dns = calloc(1, sizeof *dns);
    if (dns == NULL)
        return ERR_MEMORY;
    enum err err = pairs_new(&dns->pairs);
    if (err != ERR_NONE) {
        free(dns);
        return err;
    }
    *ret_dns = dns;
    return ERR_NONE;
}

void dns_free(struct dns *dns)
{
    if (dns == NULL)
        return;
    pairs_free(dns->pairs);
    free(dns);
}

const struct dns_stats *dns_stats(const struct dns *dns)
{
    return &dns->stats;
}

static bool is_wanted(const struct message *message)
{
    return message->qclass == MESSAGE_IN &&
           (message->qtype == DNS_PTR || message->qtype == DNS_A || message->qtype == DNS_AAAA ||
            message->qtype == DNS_MX || message->qtype == DNS_NS);
}

static bool hand_out(struct dns *dns, const struct ip_info *ip, const struct message *message,
                     struct dns_answer *ret_answer)
{
    struct dns_answer answer = {
        .time = ip->time,
        .number = ip->number,
        .qtype = message->qtype,
        .rcode = message->rcode,
    };
    if (message->cut || !message_records(message, &dns->texts, dns->records, &answer)) {
        dns->stats.malformed++;
        return false;
    }
    dns->stats.answers++;
    *ret_answer = answer;
    return true;
}

/* A question; the answer that came before it counts now. */
static bool on_question(struct dns *dns, const struct ip_info *ip, const struct message *message,
                        struct dns_answer *ret_answer)
{
    struct span early;
    struct message answer;
    if (!pairs_ask(dns->pairs, ip, message, &early) || message_open(early, &answer) != MESSAGE_GOOD)
        return false;
    dns->stats.unasked--;
    return hand_out(dns, ip, &answer, ret_answer);
}

static bool on_answer(struct dns *dns, const struct ip_info *ip, const struct message *message,
                      struct dns_answer *ret_answer)
{
    enum pairs_verdict verdict = pairs_answer(dns->pairs, ip, message);
    dns->stats.unasked += verdict == PAIRS_UNASKED;
    dns->stats.uninteresting += verdict == PAIRS_REPEATED;
    return verdict == PAIRS_COUNTS && hand_out(dns, ip, message, ret_answer);
}

static bool look(struct dns *dns, const struct ip_info *ip, struct span wire,
                 struct dns_answer *ret_answer)
{
    struct message message;
    dns->stats.messages++;
    enum message_state state = message_open(wire, &message);
    if (state == MESSAGE_BAD) {
        dns->stats.malformed++;
        return false;
    }
    if (state == MESSAGE_OTHER || !is_wanted(&message)) {
        dns->stats.uninteresting++;
        return false;
    }
    return message.response ? on_answer(dns, ip, &message, ret_answer)
                            : on_question(dns, ip, &message, ret_answer);
}

bool dns_datagram(struct dns *dns, const struct datagram *datagram, struct dns_answer *ret_answer)
{
    if (datagram->payload.len == datagram->payload_len)
        return look(dns, &datagram->ip, datagram->payload, ret_answer);
    dns->stats.messages++;
    dns->stats.malformed++;
    return false;
}

bool dns_segment(struct dns *dns, const struct segment *segment, struct dns_answer *ret_answer)
{
    struct rd rd = rd_make(segment->payload);
    size_t len = rd_u16(&rd);
    if (segment->payload.len < TCP_PREFIX + MESSAGE_HEADER ||
        segment->payload.len != segment->payload_len || len != rd_left(&rd))
        return false;
    return look(dns, &segment->ip, rd_rest(&rd), ret_answer);
}
