/*
 * helper_actor: a receiver that plays a part, and a sender with a real outbox before it, for the
 * tests of sender.
 *
 * Records are {"number":N}; the receiver asserts that each comes whole and counts how often. A part
 * says of each delivery what becomes of it; it is called with the mutex held.
 */
#ifndef MXTAP_TEST_ACTOR_H
#define MXTAP_TEST_ACTOR_H

#include "test.h"

#include "sender.h"

#include <mxtap/clock.h>
#include <pthread.h>

#define MILLISECOND (1000 * CLOCK_MICROSECOND)
#define LONG        (20 * CLOCK_SECOND) /* nothing takes so long */
#define RECORDS     20000
#define TRIES       2000

struct actor {
    pthread_mutex_t mutex;
    void (*part)(struct actor *actor, struct delivery *delivery);
    unsigned tries, opened, closed;
    size_t batch_max;
    int64_t tried[TRIES];  /* steady clock */
    unsigned got[RECORDS]; /* how often, by number */
    unsigned order[4 * RECORDS];
    size_t order_count;
    unsigned line; /* records of this connection, where a part counts them */
    bool dead;     /* its connection, which is asked about once */
    bool silent;   /* it has begun to hang */
};

struct place {
    char path[64];
    struct outbox *outbox;
    struct actor *actor;
    struct output_row row; /* of the next sender that is made */
    struct sender *sender;
    unsigned put;
};

extern const struct sink actor_asked; /* acknowledges */
extern const struct sink actor_mute;  /* does not */

/* ---- for parts ---- */

/* One parcel that waits; so many of those that wait, from this one on. */
void actor_take_one(struct actor *actor, struct parcel *parcel, enum parcel_state as);
void actor_take(struct actor *actor, struct delivery *delivery, size_t from, size_t count,
                enum parcel_state as);
void actor_all(struct actor *actor, struct delivery *delivery);
/* Until it is told to end. */
void actor_hangs(struct actor *actor, struct delivery *delivery);

/* ---- for tests ---- */

/* With a sender that is not started; skips the test without an outbox. */
void actor_set_up(struct place *place, const struct sink *sink,
                  void (*part)(struct actor *, struct delivery *));
void actor_tear_down(struct place *place);
struct sender *actor_sender(struct place *place);
void actor_start(struct place *place);
void actor_put(struct place *place, unsigned count);
/* Asserts that it ends within a second, and frees it. */
void actor_stop(struct sender *sender);
void actor_nap(int64_t time);
void actor_wait_idle(struct place *place);
unsigned actor_tries(struct place *place);
void actor_wait_tries(struct place *place, unsigned count);
void actor_wait_silent(struct place *place);
void actor_expect(const struct place *place, unsigned from, unsigned to, unsigned times);
void actor_expect_order(const struct place *place);

#endif
