/*
 * reports: which messages tell that mail could not be delivered.
 *
 * A failure report is a delivery status notification with the action failed (RFC 3464), one of the
 * plain forms that mail.h knows (qmail, Exim, Exchange and others), or a message with the null
 * sender (RFC 5321 4.5.5) whose subject is that of a bounce. Delay warnings, reports of success,
 * receipts, vacation answers and call-outs are none. Nothing is kept; one thread.
 */
#ifndef MXTAP_REPORTS_H
#define MXTAP_REPORTS_H

#include <mxtap/event.h>

/* MAIL FROM:<> was seen. */
bool reports_null_sender(const struct event *event);

/* An EVENT_MESSAGE that is a failure report, from the null sender or from a mailer daemon. */
bool reports_failure(const struct event *event);

/* A hash of the address without regard to case, for tables. */
uint64_t reports_address_hash(struct span address);

/* Of the report, for counting each once, however often and on however many legs it is seen: its
 * Message-ID, or its content, or else its place. */
uint64_t reports_hash(const struct event *event);

#endif
