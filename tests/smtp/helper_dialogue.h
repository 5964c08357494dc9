/*
 * Runs a written dialogue through a session and writes down what the sink hears.
 *
 * A script is text, a line a step:
 *     "C: EHLO x"    the client sends the line and CR LF
 *     "C! a\r\n"     the client sends exactly this; \r \n \0 \t \\ and \xHH mean octets
 *     "S: 250 ok", "S! ..."  the server, likewise
 *     "C- 12", "S- 0"        octets are missing
 *     "T 15"         so many seconds pass
 * Neighbouring steps of one side travel in one packet; "|" alone ends a packet.
 */
#ifndef HELPER_DIALOGUE_H
#define HELPER_DIALOGUE_H

#include <mxtap/buf.h>
#include <mxtap/smtp.h>

#define DIALOGUE_STEPS 256

struct dialogue_step {
    enum direction direction;
    bool gap;
    uint64_t missing;
    int64_t wait;
    size_t at, len; /* in octets */
};

struct dialogue {
    struct buf octets;
    struct dialogue_step steps[DIALOGUE_STEPS];
    size_t count;
    bool midstream;
};

/* What the sink heard of one session. */
struct record {
    struct buf text;    /* one line for each call, content joined */
    struct buf content; /* of the message that is open */
    bool open;
    uint64_t facts;
    uint64_t unseen;
    struct buf verdicts; /* "VERB line code", one a line, for those that were seen */
    struct buf messages; /* "recipient code", one a line */
    struct buf spoken;   /* what on_line said */
    uint64_t commands, replies, messages_count, transactions, auth_failed, vrfy;
    struct buf helo, helo_reply, greeting, xclient;
};

void dialogue_read(struct dialogue *dialogue, const char *script);
void dialogue_done(struct dialogue *dialogue);

/* How a run differs from the script as it stands. */
struct dialogue_cut {
    size_t piece;             /* deliver in pieces of so many octets; 0: packets */
    size_t split;             /* deliver an extra packet border at this octet; SIZE_MAX: none */
    size_t hole_at, hole_len; /* octets that are missing; length 0: none */
    bool client_only, server_only;
    size_t midstream_at; /* start here; 0: at the beginning */
};

#define DIALOGUE_WHOLE ((struct dialogue_cut){.split = SIZE_MAX})

void dialogue_run(const struct dialogue *dialogue, struct dialogue_cut cut, struct record *record);
/* Empties the record and makes the sink that fills it. */
struct smtp_sink record_init(struct record *record);
void record_done(struct record *record);

/* Facts as names, for messages. */
void record_facts(uint64_t facts, char *room, size_t size);

/* The script gives exactly this text, whole, in single octets and split in two anywhere; with any
 * hole, one-sided or begun anywhere it gives no verdict that differs. facts: the names of all
 * that are set, in their order. */
void dialogue_check(const char *script, const char *expected, const char *facts);
/* The same without holes, for scripts whose lines repeat each other. */
void dialogue_check_whole(const char *script, const char *expected, const char *facts);

#endif
