/*
 * left: mail that was seen leaving, so that its bounces can be told from backscatter.
 *
 * Remembers Message-IDs and pairs of sender and recipient of the mail of home_net's hosts and of
 * authenticated clients. Where home_net is not configured, it remembers all mail, by its Message-ID
 * alone where it has one, with the host that brought it, and a report is about mail that left where
 * that host is of the network or the organisation of the server that the report comes to. Bounded:
 * LEFT_MAX entries, the one seen longest ago goes first; charged to the detectors' memory. One
 * thread.
 */
#ifndef MXTAP_LEFT_H
#define MXTAP_LEFT_H

#include "quoted.h"

#include <mxtap/detect.h>

#define LEFT_MAX 32768 /* a power of two */

struct left;

/* keep: nanoseconds for which mail is remembered. */
enum err left_new(struct detect *detect, int64_t keep, struct left **ret_left) MXTAP_MUST_CHECK;
void left_free(struct left *left);

/* An EVENT_MESSAGE that is no report. */
void left_learn(struct left *left, const struct event *event);
/* Is the report, as it comes to recipient, about mail that left: because it was seen leaving, or
 * because the quoted lines that can be believed say so? */
bool left_knows(struct left *left, const struct event *event, struct span recipient,
                const struct quoted *quoted);

/* For a detector's save and load: the section "detect.backscatter-received.left". */
void left_save(struct left *left, struct image *image);
void left_load(struct left *left, const struct image *image);

#endif
