/*
 * dialect: how the client of one session speaks, as bits of enum event_dialect.
 *
 * A talk owns one (zero is its beginning) and shows it the greeting, each command with its reply,
 * and the end. What a client did is told where it is sure: a reaction is a command that was sent
 * after the refusal was seen, never one that was under way. Nothing fails, nothing is allocated.
 */
#ifndef MXTAP_APP_DIALECT_H
#define MXTAP_APP_DIALECT_H

#include <mxtap/event.h>

struct dialect {
    uint32_t bits;         /* of enum event_dialect */
    uint32_t refused_line; /* a hash of the command that was refused */
    uint8_t refused;       /* 4 or 5: a refusal whose reaction is still to come; 0: none */
    uint8_t refused_verb;  /* enum smtp_verb; SMTP_NONE: the greeting */
    uint8_t last_verb;     /* of the exchange before; the last chunk counts as content */
    bool accepted;         /* the transaction has a recipient that was accepted */
    bool mail;             /* MAIL was seen */
};

/* facts: of the session, as in struct smtp_summary. */
void dialect_greeting(struct dialect *dialect, const struct smtp_reply *reply, uint64_t facts);
void dialect_exchange(struct dialect *dialect, const struct smtp_command *command,
                      const struct smtp_reply *reply, uint64_t facts);
void dialect_end(struct dialect *dialect, enum close_reason reason, uint64_t facts);

#endif
