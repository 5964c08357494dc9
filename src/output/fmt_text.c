/* text: one line a record, for people. */
#include "output_private.h"
#include "paint.h"

#include <mxtap/replies.h>

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
                       struct buf *out)
{
    static const char *const states[] = {"new", "growing", "ended"};
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
    for (uint32_t i = 0; i < event->message.rcpts.len && i < 3; i++) {
        const struct event_reply *reply = &rcpts[i].reply;
        buf_add_octet(out, ' ');
        privacy_addresses(know_privacy(options->know), out, event_text(event, rcpts[i].path));
        buf_printf(out, " (%s)",
                   reply->code == 0 ? "unseen"
                                    : replies_name((enum reply_class)reply->reply_class));
    }
    if (event->message.rcpt_total > 3)
        buf_printf(out, " and %ju more", (uintmax_t)event->message.rcpt_total - 3);
}

static void text_smtp(const struct format_options *options, const struct event *event,
                      struct buf *out)
{
    put_time(out, event->time);
    paint(out, options->color, PAINT_DIM);
    buf_add_text(out, "smtp   ");
    paint(out, options->color, PAINT_OFF);
    put_flow(out, &event->flow);
    buf_add_text(out, " HELO ");
    privacy_escape(out, event_text(event, event->session.helo));
    if (event->kind != EVENT_MESSAGE) {
        buf_printf(out, ", no transaction, %ju commands", (uintmax_t)event->session.commands);
        return;
    }
    const struct event_message *message = &event->message;
    buf_add_text(out, " from ");
    privacy_addresses(know_privacy(options->know), out, event_text(event, message->mail_path));
    buf_add_text(out, " to");
    put_recipients(options, event, out);
    if (!message->content)
        buf_add_text(out, ", no message");
    else
        buf_printf(out, ", %ju octets: %u", (uintmax_t)message->octets,
                   message->content_reply.code);
}

static void text_stats(const struct format_options *options, const struct stats *stats,
                       struct buf *out)
{
    put_time(out, stats->time);
    paint(out, options->color, PAINT_DIM);
    buf_add_text(out, "stats  ");
    paint(out, options->color, PAINT_OFF);
    uint64_t alerts = 0;
    for (size_t i = 0; i < detect_count(); i++)
        alerts += stats->detect.alerts[i];
    buf_printf(out,
               "%ju packets, %ju flows, %ju sessions, %ju messages, %ju gaps, %ju events, %ju "
               "alerts",
               (uintmax_t)stats->capture.packets, (uintmax_t)stats->stream.flows,
               (uintmax_t)stats->sessions, (uintmax_t)stats->messages,
               (uintmax_t)stats->stream.gaps, (uintmax_t)stats->events, (uintmax_t)alerts);
}

const struct format format_text = {
    .name = "text",
    .summary = "one line a record, for people",
    .alert = text_alert,
    .smtp = text_smtp,
    .stats = text_stats,
};
