/*
 * quoted: what the header quoted in a failure report says of where the mail came from.
 *
 * The site that reports put its own Received lines on top of the message, so the topmost quoted
 * lines are genuine as far as their by-hosts are of that site: of the organisation of the reporting
 * MTA, of the client that brings the report, or of the recipient that failed, or its MX. The first
 * of them that names a host outside that site tells who handed the mail over. Everything below was
 * brought along by that host and may be made up. Lines are called forged from the first one on that
 * cannot be true (trace.h, or an impossible address): what stands below a forged line is worth no
 * more. Spans point into the event. Nothing is kept; one thread.
 */
#ifndef MXTAP_QUOTED_H
#define MXTAP_QUOTED_H

#include "trace.h"

enum quoted_origin {
    QUOTED_UNKNOWN, /* no quoted line, or none that can be believed */
    QUOTED_INSIDE,  /* all lines are of the reporting site: it began there */
    QUOTED_HANDED,  /* a host outside handed it over */
};

struct quoted {
    enum quoted_origin origin;
    struct addr from;   /* QUOTED_HANDED: that host */
    struct span name;   /* ... its name as the site found it, or empty */
    bool authenticated; /* ... it had authenticated (RFC 3848: ESMTPA, ESMTPSA) */
    uint32_t forged;    /* index of the first forged line; the number of lines where none is */
    const char *why;    /* what gave it away, as in forged-received, or "impossible_address" */
};

/* event: an EVENT_MESSAGE that is a report. */
void quoted_judge(struct know *know, const struct event *event, struct quoted *ret_quoted);

/* Why the line of this index, which is the first forged one or stands below it, is not believed. */
const char *quoted_why(const struct event *event, const struct quoted *quoted, uint32_t index);

#endif
