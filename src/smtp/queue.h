/*
 * queue: commands that wait for their replies, oldest first (RFC 2920 pipelining).
 *
 * Holds what the client said, copied, as offsets into one run of octets. Where octets are missing
 * it also holds what may be true: a hole stands for any number of commands that nobody saw, and
 * the alive bits say which entries the next reply may answer (pair.c moves them). Ceilings:
 * SMTP_PENDING_MAX entries, QUEUE_TEXT_MAX octets of text, and the budget.
 */
#ifndef SMTP_QUEUE_H
#define SMTP_QUEUE_H

#include "command.h"

#define QUEUE_TEXT_MAX   (128 * 1024)
#define QUEUE_FIRST      8   /* entries that need no memory of their own */
#define QUEUE_FIRST_TEXT 320 /* octets, the same */

enum pending_kind {
    PENDING_COMMAND,
    PENDING_GREETING, /* what the server says first: no command */
    /* From here on no commands but holes. */
    PENDING_HOLE, /* any number of commands that were not captured */
    PENDING_JUNK, /* any number of lines that the server takes for commands and refuses */
};

enum {
    PENDING_ALIVE = 1,      /* in doubt: the next reply may answer this */
    PENDING_FRESH_WAIT = 2, /* in doubt: when it was sent, all before it seemed answered */
    PENDING_FRESH_SYNC = 4, /* ... and surely were */
    PENDING_TENTATIVE = 8,  /* perhaps a line of a message: not given out before a reply came */
    PENDING_GIVEN = 16,     /* given out as unseen already; its reply is still due */
    PENDING_BARE_LF = 32,   /* its line ended in LF alone */
    PENDING_LAST = 64,      /* BDAT LAST */
    PENDING_AHEAD = 128,    /* sent before the reply to the command before it */
};

struct pending {
    int64_t time;
    uint32_t text;   /* where its line begins */
    uint32_t expect; /* replies still to come, where a command has several (LMTP); AUTH: lines
                        sent without being asked */
    uint16_t line, argument_at, argument, path_at, path, address_at, address, params_at, params;
    uint8_t verb, kind, flags;
};

struct queue {
    struct pending *entries;
    uint32_t head, count, room;
    uint8_t *text;
    uint32_t text_len, text_room;
    uint32_t holes;   /* entries that are holes or junk */
    uint32_t replies; /* since the last command was put in */
    uint32_t strays;  /* in doubt: replies that may have been for commands nobody saw */
    bool gap;         /* replies may have been lost since then */
    bool doubt;       /* the alive bits count; otherwise the next reply answers the head */
    bool alive_end;   /* in doubt: the next reply may answer a command still to come */
    struct budget *budget;
    struct pending first[QUEUE_FIRST];
    uint8_t first_text[QUEUE_FIRST_TEXT];
};

void queue_init(struct queue *queue, struct budget *budget);
void queue_done(struct queue *queue);

/* The entry at index from the oldest; index < count. */
static inline struct pending *queue_at(struct queue *queue, uint32_t index)
{
    return &queue->entries[queue->head + index];
}

/* Entries that are commands. */
static inline uint32_t queue_commands(const struct queue *queue)
{
    return queue->count - queue->holes;
}

/* Appends; parsed may be NULL (a hole, the greeting). NULL: a ceiling is reached. */
struct pending *queue_push(struct queue *queue, enum pending_kind kind, const struct parsed *parsed,
                           int64_t time);

/* Takes the oldest off; its text stays readable until the next push. */
void queue_pop(struct queue *queue);
/* Takes the youngest off. */
void queue_unpush(struct queue *queue);
void queue_clear(struct queue *queue);

/* The entry as the sink sees it. */
void queue_command(const struct queue *queue, const struct pending *entry,
                   struct smtp_command *ret_command);

/* The youngest command, or NULL. */
struct pending *queue_youngest(struct queue *queue);

#endif
