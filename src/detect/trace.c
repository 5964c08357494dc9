/* trace: RFC 5321 4.4: each relay adds its line on top, so the topmost one names who brought it. */
#include "trace.h"

/* Name spaces that are only valid inside (RFC 6762 appendix G, RFC 6761, RFC 8375). */
static const char *const inside[] = {"local",     "localdomain", "localhost", "lan",
                                     "internal",  "intranet",    "private",   "corp",
                                     "home.arpa", "home"};

bool trace_is_private(const struct addr *addr)
{
    const uint8_t *at = addr->octets;
    if (!addr_is_v4(addr)) {
        struct addr loopback = {.octets = {[15] = 1}};
        return (at[0] & 0xfe) == 0xfc || (at[0] == 0xfe && (at[1] & 0xc0) == 0x80) ||
               addr_equal(addr, &loopback);
    }
    at += 12;
    return at[0] == 127 || at[0] == 10 || (at[0] == 172 && (at[1] & 0xf0) == 16) ||
           (at[0] == 192 && at[1] == 168) || (at[0] == 169 && at[1] == 254);
}

struct span trace_field_domain(struct span field)
{
    const uint8_t *open = field.len == 0 ? NULL : memrchr(field.at, '<', field.len);
    if (open != NULL)
        field = span_skip(field, (size_t)(open - field.at) + 1);
    size_t end = 0;
    while (end < field.len && field.at[end] > ' ' && field.at[end] != '>' && field.at[end] != ',')
        end++;
    return know_domain_of(span_head(field, end));
}

struct trace_peer trace_peer_of(struct know *know, const struct event *event)
{
    struct know_host host;
    know_client(know, event, &host);
    struct trace_peer peer = {
        .addr = event->flow.client,
        .helo = event_text(event, event->session.helo),
        .name = host.confirmed == KNOW_REFUTED ? SPAN_NULL : host.name,
        .doubtful = host.nameless || host.confirmed == KNOW_REFUTED ||
                    (host.name.len > 0 && host.name_class == NAME_DYNAMIC),
        .full_helo = know_helo_class(know, event) == KNOW_HELO_FULL,
        .mail_server = know_is_mail_server(know, &event->flow.client, event->time),
    };
    if (event->kind == EVENT_MESSAGE) {
        const struct event_message *message = &event->message;
        peer.senders[0] = know_domain_of(event_text(event, message->mail_address));
        if (message->has_mail)
            peer.senders[1] = trace_field_domain(event_text(event, message->mail.from));
    }
    return peer;
}

static bool is_inside_name(struct span name)
{
    if (span_find(name, '.') == name.len)
        return true;
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        struct span suffix = span_text(inside[i]);
        if (span_ends_nocase(name, suffix) && name.len > suffix.len &&
            name.at[name.len - suffix.len - 1] == '.')
            return true;
    }
    return false;
}

/* May the by-host be the peer itself? What cannot be told counts as honest. */
static bool may_be_peer(struct know *know, struct span by, const struct trace_peer *peer,
                        int64_t now)
{
    struct addr addr;
    if (addr_literal_parse(by, &addr)) {
        struct addr_net net = addr_network(&peer->addr);
        return trace_is_private(&addr) || addr_net_has(&net, &addr);
    }
    char copy[KNOW_NAME_MAX + 1];
    return is_inside_name(by) || know_organisation(know, by, copy).len == 0 ||
           span_equal_nocase(by, peer->helo) || span_equal_nocase(by, peer->name) ||
           know_same_organisation(know, by, peer->helo) ||
           know_same_organisation(know, by, peer->name) ||
           know_leads_to(know, by, &peer->addr, now) == KNOW_CONFIRMED;
}

/* Does the line say that the message came from this very peer? */
static bool is_from_peer(const struct event *event, const struct event_received *line,
                         const struct trace_peer *peer)
{
    if (line->has_addr)
        return addr_equal(&line->addr, &peer->addr);
    struct span name = event_text(event, line->name);
    if (name.len == 0)
        name = event_text(event, line->helo);
    return peer->name.len > 0 && span_equal_nocase(name, peer->name);
}

/* Is it known that the client is of another organisation? Not where it has a full name in HELO and
 * nothing was seen of its real one. */
static bool is_known_stranger(const struct trace_peer *peer)
{
    return peer->name.len > 0 || peer->doubtful || !peer->full_helo;
}

/* A server that sends for a domain under the domain's name may have yet another name of its own. */
static bool speaks_for(struct know *know, const struct trace_peer *peer, struct span sender)
{
    return know_same_organisation(know, peer->name, sender) ||
           (!peer->doubtful && know_same_organisation(know, peer->helo, sender));
}

bool trace_line_forged(struct know *know, const struct event *event,
                       const struct event_received *line, const struct trace_peer *peer,
                       struct forged *ret_forged)
{
    struct forged forged = {
        .line = line,
        .by = event_text(event, line->by),
        .sender = peer->senders[0].len > 0 ? peer->senders[0] : peer->senders[1],
    };
    if (forged.by.len > 1 && forged.by.at[forged.by.len - 1] == '.')
        forged.by.len--;
    if (forged.by.len == 0 || may_be_peer(know, forged.by, peer, event->time))
        return false;
    forged.took_from_client = is_from_peer(event, line, peer);
    for (size_t i = 0; i < TRACE_SENDERS && forged.role == KNOW_ROLE_NONE; i++) {
        struct span sender = peer->senders[i];
        if (sender.len == 0 || (!forged.took_from_client &&
                                (!is_known_stranger(peer) || speaks_for(know, peer, sender))))
            continue;
        forged.role = know_domain_role(know, sender, forged.by, event->time);
        if (forged.role != KNOW_ROLE_NONE)
            forged.sender = sender;
    }
    forged.certain = forged.role != KNOW_ROLE_NONE;
    if (!forged.certain && (!forged.took_from_client || peer->mail_server))
        return false;
    *ret_forged = forged;
    return true;
}

const char *trace_why(const struct forged *forged)
{
    switch (forged->role) {
    case KNOW_ROLE_MX: return "by_is_mx_of_sender";
    case KNOW_ROLE_NS: return "by_is_ns_of_sender";
    case KNOW_ROLE_NONE: break;
    }
    return "took_from_client";
}

bool trace_has_ended(const struct event *event)
{
    return event->message.complete || event->message.mail.body_octets > 0;
}

bool trace_forged(struct know *know, const struct event *event, struct forged *ret_forged)
{
    /* Without its HELO an honest line cannot be told: it is by what the client calls itself. */
    if (event->kind != EVENT_MESSAGE || (event->session.facts & SMTP_FACTS_EXCUSED) != 0 ||
        event->session.helo.len == 0)
        return false;
    const struct event_message *message = &event->message;
    if (!message->has_mail || !message->mail.header_complete || message->mail.header_holes ||
        message->mail.received.len == 0 || !trace_has_ended(event))
        return false;
    struct trace_peer peer = trace_peer_of(know, event);
    return trace_line_forged(know, event, event_received(event, message->mail.received), &peer,
                             ret_forged);
}
