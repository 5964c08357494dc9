/* plain: addresses (RFC 5322 3.4, RFC 5321 4.1.2), outcomes, and lines for people. */
#include "plain.h"

#include <mxtap/replies.h>

#define RECIPIENTS_SHOWN 3

const char *plain_state(enum case_state state)
{
    return state == CASE_NEW ? "new" : state == CASE_GROWING ? "growing" : "ended";
}

const char *plain_class(const struct event_reply *reply)
{
    return reply->code == 0 ? "unseen" : replies_name((enum reply_class)reply->reply_class);
}

/* What stands between the last '>' and the '<' before it, or all of it. */
static struct span in_brackets(struct span text)
{
    size_t close = text.len;
    while (close > 0 && text.at[close - 1] != '>')
        close--;
    size_t open = close;
    while (open > 0 && text.at[open - 1] != '<')
        open--;
    return open > 0 ? span_head(span_skip(text, open), close - open - 1) : text;
}

struct span plain_address(struct span text)
{
    text = span_trim(in_brackets(text));
    size_t colon = text.len > 0 && text.at[0] == '@' ? span_find(text, ':') : text.len;
    if (colon < text.len)
        text = span_skip(text, colon + 1);
    size_t at = span_find(text, '@');
    bool good = at > 0 && at + 1 < text.len && span_find(text, ' ') == text.len &&
                span_find(text, '\t') == text.len;
    return good ? text : SPAN_NULL;
}

/* The reply that says what became of a transaction; 0: none was seen. A refusal before the content
 * decides, an acceptance does not. */
static unsigned deciding_code(const struct event *event)
{
    const struct event_message *message = &event->message;
    if (message->content || message->content_reply.code != 0)
        return message->content_reply.code;
    unsigned code = message->mail_reply.code;
    if (message->data_reply.code != 0)
        code = message->data_reply.code;
    else if (message->rcpts.len > 0)
        code = event_rcpts(event, message->rcpts)[message->rcpts.len - 1].reply.code;
    return code >= 400 ? code : 0;
}

const char *plain_outcome(const struct event *event)
{
    unsigned code = 0;
    if (event->kind == EVENT_MESSAGE)
        code = deciding_code(event);
    else if (event->kind == EVENT_VERDICT)
        code = event->verdict.rcpt.reply.code;
    else if (event->kind == EVENT_AUTH)
        code = event->auth.reply.code;
    else
        return NULL;
    return code == 0 ? "unknown" : code < 400 ? "success" : "failure";
}

const char *plain_alert_outcome(const struct alert *alert)
{
    bool one = strcmp(alert->detector->key, "message") == 0 ||
               alert->detector->kinds == DETECT_KIND(EVENT_AUTH);
    return one && alert->event != NULL ? plain_outcome(alert->event) : NULL;
}

void plain_flow(const struct event_flow *flow, struct buf *out)
{
    char client[ADDR_TEXT_SIZE];
    char server[ADDR_TEXT_SIZE];
    addr_text(&flow->client, client);
    addr_text(&flow->server, server);
    const char *open = addr_is_v4(&flow->server) ? "" : "[";
    const char *close = addr_is_v4(&flow->server) ? "" : "]";
    buf_printf(out, "%s -> %s%s%s:%u", client, open, server, close, flow->server_port);
}

static void put_recipients(const struct format_options *options, const struct event *event,
                           struct buf *out)
{
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    uint32_t shown = event->message.rcpts.len;
    if (shown > RECIPIENTS_SHOWN)
        shown = RECIPIENTS_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        buf_add_text(out, i == 0 ? " to " : ", ");
        privacy_addresses(know_privacy(options->know), out, event_text(event, rcpts[i].path));
        buf_printf(out, " (%s)", plain_class(&rcpts[i].reply));
    }
    if (event->message.rcpt_total > shown)
        buf_printf(out, " and %ju more", (uintmax_t)event->message.rcpt_total - shown);
}

static void put_outcome(const struct event_message *message, struct buf *out)
{
    if (!message->content) {
        buf_add_text(out, ": no message");
        return;
    }
    buf_printf(out, ": %ju octets", (uintmax_t)message->octets);
    if (message->content_reply.code == 0)
        buf_add_text(out, ", the answer was not seen");
    else
        buf_printf(out, ", %s with %u", message->content_reply.code < 400 ? "accepted" : "refused",
                   message->content_reply.code);
}

void plain_smtp(const struct format_options *options, const struct event *event, struct buf *out)
{
    plain_flow(&event->flow, out);
    struct span helo = event_text(event, event->session.helo);
    if (helo.len > 0) {
        buf_printf(out, " %s ", smtp_verb_name((enum smtp_verb)event->session.helo_verb));
        privacy_addresses(know_privacy(options->know), out, helo);
    }
    if (event->kind != EVENT_MESSAGE) {
        buf_printf(out, ": no transaction in %ju commands", (uintmax_t)event->session.commands);
        return;
    }
    struct span from = event_text(event, event->message.mail_path);
    if (from.len > 0) {
        buf_add_text(out, " from ");
        privacy_addresses(know_privacy(options->know), out, from);
    }
    put_recipients(options, event, out);
    put_outcome(&event->message, out);
}

void plain_stats(const struct stats *stats, struct buf *out)
{
    buf_printf(out,
               "%ju packets, %ju flows, %ju sessions, %ju messages, %ju gaps, %ju events, %ju "
               "alerts",
               (uintmax_t)stats->capture.packets, (uintmax_t)stats->stream.flows,
               (uintmax_t)stats->sessions, (uintmax_t)stats->messages,
               (uintmax_t)stats->stream.gaps, (uintmax_t)stats->events,
               (uintmax_t)detect_stats_alerts(&stats->detect));
    if (stats->interface_count == 0)
        return;
    buf_printf(out, ", lost: %ju packets in the kernel, %ju in interfaces, %ju events",
               (uintmax_t)stats->capture.kernel_drops, (uintmax_t)stats->capture.interface_drops,
               (uintmax_t)stats->event_queue_drops);
}
