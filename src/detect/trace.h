/*
 * trace: which Received lines (RFC 5321 4.4) can be true of the host that brought them.
 *
 * A host that hands mail on puts its own line on top, so the topmost line that a client brings must
 * be by the client itself. It is forged where it says that another host took the message from this
 * very client, or that an MX or NS host of the sender's domain took it while the client is none of
 * theirs. By-hosts that may well be the client under another name are honest: its HELO name, its
 * name and their organisations, localhost, bare and private names, private addresses, its own
 * address or network, a name that leads to its address by answers seen.
 *
 * Used by forged-received, zombie-sender and for the headers quoted in bounces. Spans of a verdict
 * point into the event. Nothing is kept; one thread.
 */
#ifndef MXTAP_TRACE_H
#define MXTAP_TRACE_H

#include <mxtap/know.h>

#define TRACE_SENDERS 2

/* The host that brought the lines, and the domains of the sender it gave. */
struct trace_peer {
    struct addr addr;
    struct span helo, name; /* name: what DNS or a server found; empty: unknown or refuted */
    bool doubtful;    /* the name is dynamic or refuted, or the address was seen to have none */
    bool full_helo;   /* HELO is a full name that does not look dynamic */
    bool mail_server; /* known as one */
    struct span senders[TRACE_SENDERS]; /* envelope, From field; empty or the same: not there */
};

struct forged {
    const struct event_received *line;
    bool took_from_client; /* "from [the client] by another host" */
    enum know_role role;   /* of the by-host for sender, by answers seen */
    struct span by;
    struct span sender; /* the domain whose MX or NS host the by-host is; or the first one given */
    bool certain;       /* DNS answers confirm the role */
};

/* The client of an event and, of an EVENT_MESSAGE, its sender. */
struct trace_peer trace_peer_of(struct know *know, const struct event *event);

/* Is this line forged, as the topmost one that the peer brought? ret_forged is set where it is. */
bool trace_line_forged(struct know *know, const struct event *event,
                       const struct event_received *line, const struct trace_peer *peer,
                       struct forged *ret_forged);

/* Does the message of an EVENT_MESSAGE have a forged topmost line? False where the header was not
 * seen whole, and for clients that are trusted or that stand for another: authenticated ones,
 * XCLIENT, PROXY, LMTP. */
bool trace_forged(struct know *know, const struct event *event, struct forged *ret_forged);

/* The strongest reason: "by_is_mx_of_sender", "by_is_ns_of_sender" or "took_from_client". */
const char *trace_why(const struct forged *forged);

/* Is the last line of the header whole? Not where the message broke off within its header. */
bool trace_has_ended(const struct event *event);

/* The domain of the address in a From field, or empty. */
struct span trace_field_domain(struct span field);

/* Is it an address of this host or of a private network (RFC 1918, 3927, 4193)? */
bool trace_is_private(const struct addr *addr);

#endif
