/*
 * plain: what records of several formats say in the same words: an address without its trimmings,
 * how a thing ended, and what a record tells in one line of plain text. Mail addresses as privacy
 * says, everything escaped.
 */
#ifndef MXTAP_PLAIN_H
#define MXTAP_PLAIN_H

#include <mxtap/output.h>

#define PLAIN_MAX 65536 /* room that is enough for every line */

/* "new", "growing", "ended". */
const char *plain_state(enum case_state state);
/* The class of a reply, or "unseen". */
const char *plain_class(const struct event_reply *reply);
/* "success", "failure", "unknown"; NULL where the event is about nothing that is answered. */
const char *plain_outcome(const struct event *event);
/* The same of the event that made an alert, where the alert is about that one event. */
const char *plain_alert_outcome(const struct alert *alert);
/* The address in "Joe <joe@example.com>", "<joe@example.com>" or "joe@example.com", without source
 * route; empty where there is none. */
struct span plain_address(struct span text);

/* Who sent what to whom, and what became of it. */
void plain_smtp(const struct format_options *options, const struct event *event, struct buf *out);
/* "203.0.113.9 -> 192.0.2.25:25" */
void plain_flow(const struct event_flow *flow, struct buf *out);
/* The counters that matter most. */
void plain_stats(const struct stats *stats, struct buf *out);

#endif
