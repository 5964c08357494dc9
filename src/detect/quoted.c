/* quoted: RFC 5321 4.4 lines from the top, as long as the reporting site wrote them. */
#include "quoted.h"

#define SITE_NAMES 4

/* The site that reports: names that its by-hosts have in common. */
struct site {
    struct span names[SITE_NAMES]; /* the last is the domain of the failed recipient */
    struct addr_net net;           /* of the client */
};

static struct site site_of(const struct event *event, const struct trace_peer *client)
{
    const struct event_mail *mail = &event->message.mail;
    return (struct site){
        .names = {event_text(event, mail->report_mta), client->name, client->helo,
                  know_domain_of(event_text(event, mail->report_recipient))},
        .net = addr_network(&client->addr),
    };
}

static bool is_of_site(struct know *know, const struct site *site, struct span name)
{
    for (size_t i = 0; i < SITE_NAMES; i++)
        if (name.len > 0 && (span_equal_nocase(name, site->names[i]) ||
                             know_same_organisation(know, name, site->names[i])))
            return true;
    return false;
}

static bool is_believable(struct know *know, const struct event *event, const struct site *site,
                          struct span by)
{
    return is_of_site(know, site, by) ||
           know_domain_role(know, site->names[SITE_NAMES - 1], by, event->time) == KNOW_ROLE_MX;
}

static bool is_authenticated(struct span with)
{
    return with.len > 1 && span_ends_nocase(with, SPAN_LITERAL("a")) &&
           (span_starts_nocase(with, SPAN_LITERAL("esmtp")) ||
            span_starts_nocase(with, SPAN_LITERAL("utf8smtp")) ||
            span_equal_nocase(with, SPAN_LITERAL("asmtp")));
}

/* The name that the server found; "unknown" is Postfix's and qmail's word for none. */
static struct span found_name(const struct event *event, const struct event_received *line)
{
    struct span name = event_text(event, line->name);
    return span_equal_nocase(name, SPAN_LITERAL("unknown")) ? SPAN_NULL : name;
}

/* Within the site: no address, a private one, one of its network, or a name of its own. */
static bool is_handed_inside(struct know *know, const struct event *event, const struct site *site,
                             const struct event_received *line)
{
    return !line->has_addr || trace_is_private(&line->addr) ||
           addr_net_has(&site->net, &line->addr) || is_of_site(know, site, found_name(event, line));
}

/* The line at which the site took the mail from outside; the number of lines where there is none.
 */
static uint32_t find_handover(struct know *know, const struct event *event, const struct site *site,
                              struct quoted *quoted)
{
    const struct event_ref list = event->message.mail.report_received;
    const struct event_received *lines = event_received(event, list);
    for (uint32_t i = 0; i < list.len; i++) {
        if (!is_believable(know, event, site, event_text(event, lines[i].by))) {
            quoted->origin = QUOTED_UNKNOWN;
            return list.len;
        }
        quoted->origin = QUOTED_INSIDE;
        if (is_handed_inside(know, event, site, &lines[i]))
            continue;
        quoted->origin = QUOTED_HANDED;
        quoted->from = lines[i].addr;
        quoted->name = found_name(event, &lines[i]);
        quoted->authenticated = is_authenticated(event_text(event, lines[i].with));
        return i;
    }
    return list.len;
}

/* The host that handed the mail over, with the sender that the report is about. */
static struct trace_peer peer_of(const struct event *event, const struct event_received *line,
                                 const struct quoted *quoted)
{
    const struct event_message *message = &event->message;
    struct trace_peer peer = {
        .addr = quoted->from,
        .helo = event_text(event, line->helo),
        .name = quoted->name,
        .doubtful =
            quoted->name.len == 0 || names_class_of(quoted->name, &quoted->from) == NAME_DYNAMIC,
    };
    if (message->rcpts.len > 0)
        peer.senders[0] =
            know_domain_of(event_text(event, event_rcpts(event, message->rcpts)[0].address));
    peer.senders[1] = trace_field_domain(event_text(event, message->mail.report_from));
    return peer;
}

/* Is the line by the very server that the report comes to? Mail that a stranger handed over
 * elsewhere had not been there. */
static bool is_by_server(const struct know *know, const struct event *event,
                         const struct event_received *line, struct span helo)
{
    struct span greeting = event_text(event, event->session.greeting);
    struct span server = span_word(&greeting);
    return server.len > 0 && span_equal_nocase(event_text(event, line->by), server) &&
           !span_equal_nocase(helo, server) && !know_same_organisation(know, helo, server);
}

void quoted_judge(struct know *know, const struct event *event, struct quoted *ret_quoted)
{
    const struct event_ref list = event->message.mail.report_received;
    const struct event_received *lines = event_received(event, list);
    struct quoted quoted = {.forged = list.len};
    struct trace_peer client = trace_peer_of(know, event);
    struct site site = site_of(event, &client);
    uint32_t handover = find_handover(know, event, &site, &quoted);
    for (uint32_t i = 0; i < list.len && quoted.forged == list.len; i++)
        if (lines[i].impossible)
            quoted.forged = i;
    quoted.why = "impossible_address";
    uint32_t below = handover + 1;
    if (below < list.len && below < quoted.forged) {
        struct trace_peer peer = peer_of(event, &lines[handover], &quoted);
        struct forged forged;
        if (trace_line_forged(know, event, &lines[below], &peer, &forged)) {
            quoted.forged = below;
            quoted.why = trace_why(&forged);
        } else if (is_by_server(know, event, &lines[below], peer.helo)) {
            quoted.forged = below;
            quoted.why = "by_is_mx_of_sender";
        }
    }
    *ret_quoted = quoted;
}

const char *quoted_why(const struct event *event, const struct quoted *quoted, uint32_t index)
{
    if (index == quoted->forged)
        return quoted->why;
    const struct event_ref list = event->message.mail.report_received;
    return event_received(event, list)[index].impossible ? "impossible_address"
                                                         : "below_forged_line";
}
