/* text: one line a record, for people. */
#include "output_private.h"
#include "paint.h"

#include <mxtap/replies.h>

#define RECIPIENTS_SHOWN 3

/* "2006-06-19 06:18:46" */
static void put_time(struct buf *out, int64_t time)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(time, text);
    text[10] = ' ';
    buf_add(out, span_make(text, 19));
    buf_add_octet(out, ' ');
}

static void put_flow(struct buf *out, const struct event_flow *flow)
{
    char client[ADDR_TEXT_SIZE];
    char server[ADDR_TEXT_SIZE];
    addr_text(&flow->client, client);
    addr_text(&flow->server, server);
    const char *open = addr_is_v4(&flow->server) ? "" : "[";
    const char *close = addr_is_v4(&flow->server) ? "" : "]";
    buf_printf(out, "%s -> %s%s%s:%u", client, open, server, close, flow->server_port);
}

static void text_alert(const struct format_options *options, const struct alert *alert,
                       const char *id, struct buf *out)
{
    static const char *const states[] = {"new", "growing", "ended"};
    (void)id; /* for machines */
    put_time(out, alert->time);
    paint(out, options->color, paint_of_severity(alert->severity));
    buf_printf(out, "%-6s %s", paint_severity_name(alert->severity), alert->detector->name);
    paint(out, options->color, PAINT_OFF);
    buf_printf(out, " (%s) ", states[alert->state]);
    put_flow(out, alert->flow);
    buf_add_text(out, ": ");
    buf_add_text(out, alert->reason);
}

static void put_recipients(const struct format_options *options, const struct event *event,
                           struct buf *out)
{
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    uint32_t shown = event->message.rcpts.len;
    if (shown > RECIPIENTS_SHOWN)
        shown = RECIPIENTS_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        const struct event_reply *reply = &rcpts[i].reply;
        buf_add_text(out, i == 0 ? " to " : ", ");
        privacy_addresses(know_privacy(options->know), out, event_text(event, rcpts[i].path));
        buf_printf(out, " (%s)",
                   reply->code == 0 ? "unseen"
                                    : replies_name((enum reply_class)reply->reply_class));
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

static void text_smtp(const struct format_options *options, const struct event *event,
                      const char *id, struct buf *out)
{
    (void)id;
    put_time(out, event->time);
    paint(out, options->color, PAINT_DIM);
    buf_add_text(out, "smtp   ");
    paint(out, options->color, PAINT_OFF);
    put_flow(out, &event->flow);
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

static void text_stats(const struct format_options *options, const struct stats *stats,
                       const char *id, struct buf *out)
{
    (void)id;
    put_time(out, stats->time);
    paint(out, options->color, PAINT_DIM);
    buf_add_text(out, "stats  ");
    paint(out, options->color, PAINT_OFF);
    uint64_t alerts = detect_stats_alerts(&stats->detect);
    buf_printf(out,
               "%ju packets, %ju flows, %ju sessions, %ju messages, %ju gaps, %ju events, %ju "
               "alerts",
               (uintmax_t)stats->capture.packets, (uintmax_t)stats->stream.flows,
               (uintmax_t)stats->sessions, (uintmax_t)stats->messages,
               (uintmax_t)stats->stream.gaps, (uintmax_t)stats->events, (uintmax_t)alerts);
    if (stats->interface_count == 0)
        return;
    buf_printf(out, ", lost: %ju packets in the kernel, %ju in interfaces, %ju events",
               (uintmax_t)stats->capture.kernel_drops, (uintmax_t)stats->capture.interface_drops,
               (uintmax_t)stats->event_queue_drops);
    if (stats->drop_warning) {
        paint(out, options->color, PAINT_HIGH);
        buf_printf(out, " WARNING: %.3g %% of the packets are lost", stats->drop_rate * 100);
        paint(out, options->color, PAINT_OFF);
    }
}

const struct format format_text = {
    .name = "text",
    .summary = "one line a record, for people",
    .alert = text_alert,
    .smtp = text_smtp,
    .stats = text_stats,
};
