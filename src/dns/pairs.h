/*
 * pairs: which answers have been asked for.
 *
 * Questions are remembered for PAIRS_TIME, at most PAIRS_MAX of them. Where a tap shows an answer
 * just before its question, the answer waits up to PAIRS_EARLY for it, PAIRS_PLACES of them at a
 * time. Until an answer has met its question for the first time, the tap may see one side only, and
 * answers count as they are. One thread.
 */
#ifndef MXTAP_DNS_PAIRS_H
#define MXTAP_DNS_PAIRS_H

#include <mxtap/clock.h>

#include "message.h"

#define PAIRS_TIME   (10 * CLOCK_SECOND)
#define PAIRS_EARLY  CLOCK_SECOND
#define PAIRS_MAX    4096
#define PAIRS_PLACES 16
#define PAIRS_OCTETS 1472 /* of an answer that waits */

struct pairs;

enum pairs_verdict {
    PAIRS_COUNTS,   /* asked for, or nobody can say */
    PAIRS_REPEATED, /* its question has its answer */
    PAIRS_UNASKED,  /* waits, if it is short enough */
};

enum err pairs_new(struct pairs **ret_pairs) MXTAP_MUST_CHECK;
void pairs_free(struct pairs *pairs);
/* A question; true where its answer has come already: ret_early lives until the next call. */
bool pairs_ask(struct pairs *pairs, const struct ip_info *ip, const struct message *message,
               struct span *ret_early);
enum pairs_verdict pairs_answer(struct pairs *pairs, const struct ip_info *ip,
                                const struct message *message);

#endif
