/*
 * dns: what is looked at, and which answers count. A question is remembered for QUESTION_TIME; its
 * answer is the first that comes back from there. Until an answer has met its question for the
 * first time, the tap may see one side only, and answers count as they are.
 */
#include <mxtap/dns.h>

#include "message.h"

#include <mxtap/clock.h>
#include <mxtap/lru.h>
#include <mxtap/rd.h>
#include <stdlib.h>

#define QUESTION_TIME (10 * CLOCK_SECOND)
#define QUESTIONS_MAX 4096
#define TCP_PREFIX    2 /* octets of length before a message (RFC 1035 4.2.2) */

struct dns {
    struct lru *questions; /* bool answered, by struct question */
    bool paired;           /* an answer has met its question */
    struct dns_stats stats;
    struct dns_record records[DNS_RECORDS_MAX];
    struct message_texts texts;
};

/* Who asked whom for what: no padding, it is a key. */
struct question {
    struct addr asker, asked;
    uint64_t name; /* hash */
    uint16_t asker_port, asked_port, id, type;
};

enum err dns_new(struct dns **ret_dns)
{
    struct dns *dns = calloc(1, sizeof *dns);
    if (dns == NULL)
        return ERR_MEMORY;
    const struct lru_options options = {
        .key_size = sizeof(struct question),
        .value_size = sizeof(bool),
        .max_entries = QUESTIONS_MAX,
        .max_idle = QUESTION_TIME,
    };
    dns->texts.buffer = ldns_buffer_new(1024);
    if (dns->texts.buffer == NULL || lru_new(&options, &dns->questions) != ERR_NONE) {
        dns_free(dns);
        return ERR_MEMORY;
    }
    *ret_dns = dns;
    return ERR_NONE;
}

void dns_free(struct dns *dns)
{
    if (dns == NULL)
        return;
    lru_free(dns->questions);
    ldns_buffer_free(dns->texts.buffer);
    free(dns);
}

const struct dns_stats *dns_stats(const struct dns *dns)
{
    return &dns->stats;
}

static struct question question_of(const struct ip_info *ip, const struct message *message)
{
    const struct hash_key key = {0x646e73, 0};
    struct question question = {
        .asker = message->response ? ip->dst : ip->src,
        .asked = message->response ? ip->src : ip->dst,
        .asker_port = message->response ? ip->dst_port : ip->src_port,
        .asked_port = message->response ? ip->src_port : ip->dst_port,
        .id = message->id,
        .type = message->qtype,
        .name = hash_keyed(key, message->name, message->name_len),
    };
    return question;
}

static void remember(struct dns *dns, const struct ip_info *ip, const struct message *message)
{
    struct question question = question_of(ip, message);
    bool *answered = lru_make(dns->questions, &question, ip->time, NULL);
    if (answered != NULL)
        *answered = false;
}

/* An answer that counts: asked for and the first one, or nobody can say. */
static bool counts(struct dns *dns, const struct ip_info *ip, const struct message *message)
{
    struct question question = question_of(ip, message);
    bool *answered = lru_peek(dns->questions, &question);
    if (answered == NULL && dns->paired) {
        dns->stats.unasked++;
        return false;
    }
    if (answered != NULL && *answered) {
        dns->stats.uninteresting++;
        return false;
    }
    if (answered != NULL)
        dns->paired = *answered = true;
    return true;
}

static bool is_wanted(const struct message *message)
{
    return message->qclass == MESSAGE_IN &&
           (message->qtype == DNS_PTR || message->qtype == DNS_A || message->qtype == DNS_AAAA ||
            message->qtype == DNS_MX || message->qtype == DNS_NS);
}

static bool look(struct dns *dns, const struct ip_info *ip, struct span wire,
                 struct dns_answer *ret_answer)
{
    struct message message;
    lru_expire(dns->questions, ip->time);
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
    if (!message.response) {
        remember(dns, ip, &message);
        return false;
    }
    if (!counts(dns, ip, &message))
        return false;
    struct dns_answer answer = {
        .time = ip->time, .number = ip->number, .qtype = message.qtype, .rcode = message.rcode};
    if (message.cut || !message_records(&message, &dns->texts, dns->records, &answer)) {
        dns->stats.malformed++;
        return false;
    }
    dns->stats.answers++;
    *ret_answer = answer;
    return true;
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
