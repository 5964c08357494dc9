/* pairs: a table of questions, and a ring of answers that came before theirs. */
#include "pairs.h"

#include <mxtap/lru.h>
#include <stdlib.h>

/* Who asked whom for what: no padding, it is a key. */
struct question {
    struct addr asker, asked;
    uint64_t name; /* hash */
    uint16_t asker_port, asked_port, id, type;
};

struct early {
    struct question question;
    int64_t time;
    size_t len; /* 0: the place is free */
    uint8_t octets[PAIRS_OCTETS];
};

struct pairs {
    struct lru *questions; /* bool answered, by struct question */
    bool met;              /* an answer has met its question */
    size_t next;           /* place of the ring */
    struct early early[PAIRS_PLACES];
};

enum err pairs_new(struct pairs **ret_pairs)
{
    struct pairs *pairs = calloc(1, sizeof *pairs);
    if (pairs == NULL)
        return ERR_MEMORY;
    const struct lru_options options = {
        .key_size = sizeof(struct question),
        .value_size = sizeof(bool),
        .max_entries = PAIRS_MAX,
        .max_idle = PAIRS_TIME,
    };
    enum err err = lru_new(&options, &pairs->questions);
    if (err != ERR_NONE) {
        free(pairs);
        return err;
    }
    *ret_pairs = pairs;
    return ERR_NONE;
}

void pairs_free(struct pairs *pairs)
{
    if (pairs == NULL)
        return;
    lru_free(pairs->questions);
    free(pairs);
}

static struct question question_of(const struct ip_info *ip, const struct message *message)
{
    const struct hash_key key = {0x646e73, 0};
    bool back = message->response;
    return (struct question){
        .asker = back ? ip->dst : ip->src,
        .asked = back ? ip->src : ip->dst,
        .asker_port = back ? ip->dst_port : ip->src_port,
        .asked_port = back ? ip->src_port : ip->dst_port,
        .id = message->id,
        .type = message->qtype,
        .name = hash_keyed(key, message->name, message->name_len),
    };
}

static struct early *find_early(struct pairs *pairs, const struct question *question, int64_t now)
{
    for (size_t i = 0; i < PAIRS_PLACES; i++) {
        struct early *early = &pairs->early[i];
        if (early->len > 0 && now - early->time < PAIRS_EARLY &&
            memcmp(&early->question, question, sizeof *question) == 0)
            return early;
    }
    return NULL;
}

bool pairs_ask(struct pairs *pairs, const struct ip_info *ip, const struct message *message,
               struct span *ret_early)
{
    struct question question = question_of(ip, message);
    lru_expire(pairs->questions, ip->time);
    struct early *early = find_early(pairs, &question, ip->time);
    bool *answered = lru_make(pairs->questions, &question, ip->time, NULL);
    if (answered != NULL)
        *answered = early != NULL;
    if (early == NULL)
        return false;
    *ret_early = span_make(early->octets, early->len);
    early->len = 0;
    return true;
}

static void wait_for_question(struct pairs *pairs, const struct question *question, int64_t now,
                              struct span wire)
{
    if (wire.len > PAIRS_OCTETS)
        return;
    struct early *early = &pairs->early[pairs->next];
    pairs->next = (pairs->next + 1) % PAIRS_PLACES;
    early->question = *question;
    early->time = now;
    early->len = wire.len;
    memcpy(early->octets, wire.at, wire.len);
}

enum pairs_verdict pairs_answer(struct pairs *pairs, const struct ip_info *ip,
                                const struct message *message)
{
    struct question question = question_of(ip, message);
    lru_expire(pairs->questions, ip->time);
    bool *answered = lru_peek(pairs->questions, &question);
    if (answered == NULL && !pairs->met)
        return PAIRS_COUNTS;
    if (answered == NULL) {
        wait_for_question(pairs, &question, ip->time, message->wire);
        return PAIRS_UNASKED;
    }
    if (*answered)
        return PAIRS_REPEATED;
    pairs->met = *answered = true;
    return PAIRS_COUNTS;
}
