/*
 * arena: what a message's summary points at.
 *
 * Texts and tables of one message are laid one behind the other into chunks that never move, so
 * spans into them live until arena_reset. The first chunk is kept from message to message: an
 * ordinary header costs no malloc. Total size is under a ceiling and charged to the budget, if
 * there is one; a refusal gives an empty span or NULL and sets refused. Owned by one parser, one
 * thread.
 */
#ifndef MAIL_ARENA_H
#define MAIL_ARENA_H

#include <mxtap/budget.h>
#include <mxtap/span.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *newest; /* the one being filled; the oldest is last */
    struct budget *budget;
    size_t total, ceiling; /* octets of all chunks */
    bool refused;
};

void arena_init(struct arena *arena, struct budget *budget, size_t ceiling);
void arena_done(struct arena *arena);
/* Forgets everything; keeps the first chunk. */
void arena_reset(struct arena *arena);

/* Memory for size octets, aligned for any struct, not cleared; NULL on refusal. */
void *arena_take(struct arena *arena, size_t size);
/* A copy; empty on refusal. */
struct span arena_keep(struct arena *arena, struct span text);
/* A copy without CR and LF (RFC 5322 2.2.3) and without blanks at both ends. */
struct span arena_unfold(struct arena *arena, struct span text);

#endif
