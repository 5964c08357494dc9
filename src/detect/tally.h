/*
 * tally: how often the hosts of one source network did a thing, with samples, as a case.
 *
 * For detectors whose key is the source network and whose count is of events: each event is added
 * with a sample (or none); where the detector says that the threshold is crossed, the case is
 * reported by the detector's own function, again at each doubling, and when the network has been
 * quiet. Bounded, charged to the detectors' budget. One thread.
 */
#ifndef MXTAP_TALLY_H
#define MXTAP_TALLY_H

#include "cases.h"
#include "distinct.h"
#include "namelist.h"

#include <mxtap/lru.h>

#define TALLY_TIMES 64

struct tally {
    struct detect_case c;
    uint64_t count;             /* events in all */
    int64_t times[TALLY_TIMES]; /* of the newest events, a ring by count */
    struct distinct clients, distinct;
    struct namelist client_names, samples;
    uint64_t extra; /* the detector's own */
};

struct tallies;

/* quiet: nanoseconds without an event after which a case ends. */
enum err tallies_new(struct detect *detect, const struct detector *detector, const void *options,
                     int64_t quiet,
                     void (*report)(struct tallies *tallies, const struct tally *tally,
                                    enum case_state state, const struct event *event),
                     struct tallies **ret_tallies);
/* The close of a detector whose state is the tallies: reports the cases that grew. */
void tallies_free(void *tallies);

/* The options of a detector that needs no more than the quiet time. */
struct tally_options {
    int64_t quiet;
};
extern const struct setting tally_settings[];

/* The tally of the event's client; NULL where there is no room. */
struct tally *tallies_at(struct tallies *tallies, const struct event *event);
/* Counts the event. sample is listed once for each distinct value; it may be empty. */
void tallies_count(struct tallies *tallies, struct tally *tally, const struct event *event,
                   struct span sample);
/* Were there count events within the window that ends now? count is at most TALLY_TIMES. */
bool tally_within(const struct tally *tally, uint64_t count, int64_t window);
/* The threshold is crossed, or the case is open. */
void tallies_step(struct tallies *tallies, struct tally *tally, const struct event *event);

/* A message that the server asked for: where its reply to DATA was not seen, nobody knows. */
static inline bool tally_is_message(const struct event *event)
{
    return event_is_message(event) && (event->message.bdat || event->message.data_reply.code != 0);
}

/* All in one, where each event is a case's: at, count, step. */
void tallies_add(struct tallies *tallies, const struct event *event, struct span sample);

struct detect *tallies_detect(const struct tallies *tallies);
const void *tallies_options(const struct tallies *tallies);
/* source_network, clients (list and count). */
struct json_object *tally_evidence(const struct tallies *tallies, const struct tally *tally);
/* The network of the case as text. */
const char *tally_network(const struct tally *tally, char text[ADDR_TEXT_SIZE]);
/* Reports with the tally's case and flow. */
void tally_alert(const struct tallies *tallies, const struct tally *tally, enum case_state state,
                 const struct event *event, const char *reason, struct json_object *evidence);

#endif
