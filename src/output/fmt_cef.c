/* cef: records as lines of ArcSight's Common Event Format; custom fields hold what it has no key
 * for. */
#include "cef.h"
#include "eve.h"
#include "output_private.h"
#include "plain.h"

#include <stdio.h>

#define ID_MAX      40
#define DEVICE_MAX  100
#define IFACE_MAX   128
#define MESSAGE_MAX 1023

/* 1 high, 2 medium, 3 low on CEF's scale of 10, where 7 begins High and 4 Medium. */
static unsigned severity_of(unsigned severity)
{
    return severity == 1 ? 8 : severity == 2 ? 5 : 3;
}

static void add_address(const struct format_options *options, struct buf *out, const char *key,
                        struct span path)
{
    struct buf text;
    struct span address = plain_address(path);
    buf_init(&text, PLAIN_MAX);
    privacy_addresses(know_privacy(options->know), &text, address.len > 0 ? address : path);
    cef_add(out, key, buf_span(&text), MESSAGE_MAX);
    buf_done(&text);
}

static void add_shown(const struct format_options *options, struct buf *out, const char *key,
                      const char *label, struct span octets)
{
    struct buf text;
    buf_init(&text, PLAIN_MAX);
    privacy_addresses(know_privacy(options->know), &text, octets);
    cef_add_custom(out, key, label, buf_span(&text));
    buf_done(&text);
}

/* What every record has. */
static void add_common(const struct format_options *options, struct buf *out, const char *id)
{
    cef_add(out, "externalId", span_text(id), ID_MAX);
    if (options->sensor == NULL)
        return;
    struct buf text;
    buf_init(&text, PLAIN_MAX);
    privacy_escape(&text, span_text(options->sensor));
    cef_add(out, "dvchost", buf_span(&text), DEVICE_MAX);
    cef_add(out, "deviceExternalId", buf_span(&text), DEVICE_MAX);
    buf_done(&text);
}

/* CEF 0 knows IPv4 addresses as src and dst; IPv6 ones have custom fields. */
static void add_end(struct buf *out, const char *key, const char *key6, const char *label6,
                    const struct addr *addr)
{
    char text[ADDR_TEXT_SIZE];
    addr_text(addr, text);
    if (addr_is_v4(addr))
        cef_add_text(out, key, text);
    else
        cef_add_custom(out, key6, label6, span_text(text));
}

static void add_source(const struct format_options *options, struct buf *out,
                       const struct event_flow *flow)
{
    if (flow->source == NULL)
        return;
    struct buf text;
    buf_init(&text, PLAIN_MAX);
    privacy_escape(&text, span_text(flow->source));
    cef_add(out, options->live ? "deviceInboundInterface" : "filePath", buf_span(&text),
            options->live ? IFACE_MAX : MESSAGE_MAX);
    buf_done(&text);
}

static void add_flow(const struct format_options *options, struct buf *out,
                     const struct event_flow *flow)
{
    char community[EVE_COMMUNITY_ID];
    add_end(out, "src", "c6a2", "Source IPv6 Address", &flow->client);
    cef_add_count(out, "spt", flow->client_port);
    add_end(out, "dst", "c6a3", "Destination IPv6 Address", &flow->server);
    cef_add_count(out, "dpt", flow->server_port);
    cef_add_text(out, "proto", "TCP");
    cef_add_text(out, "app", "SMTP");
    bool inside = know_is_home(options->know, &flow->client);
    if (inside != know_is_home(options->know, &flow->server))
        cef_add_count(out, "deviceDirection", inside ? 1 : 0);
    cef_add_time(out, "start", flow->opened);
    add_source(options, out, flow);
    eve_community_id(flow, community);
    cef_add_custom(out, "cs4", "communityId", span_text(community));
}

static void add_recipients(const struct format_options *options, const struct event *event,
                           struct buf *out)
{
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    struct buf text;
    buf_init(&text, PLAIN_MAX);
    for (uint32_t i = 0; i < event->message.rcpts.len && i < EVE_LIST_MAX; i++) {
        struct span path = event_text(event, rcpts[i].path);
        struct span address = plain_address(path);
        if (i > 0)
            buf_add_octet(&text, ',');
        privacy_addresses(know_privacy(options->know), &text, address.len > 0 ? address : path);
    }
    cef_add(out, "duser", buf_span(&text), MESSAGE_MAX);
    buf_done(&text);
}

/* outcome may be NULL. */
static void add_dialogue(const struct format_options *options, const struct event *event,
                         const char *outcome, struct buf *out)
{
    struct know_host host;
    know_client(options->know, event, &host);
    if (host.confirmed != KNOW_REFUTED) {
        struct buf text;
        buf_init(&text, PLAIN_MAX);
        privacy_escape(&text, host.name);
        cef_add(out, "shost", buf_span(&text), MESSAGE_MAX);
        buf_done(&text);
    }
    if (outcome != NULL)
        cef_add_text(out, "outcome", outcome);
    add_shown(options, out, "cs5", "helo", event_text(event, event->session.helo));
    if (event->kind == EVENT_VERDICT) {
        add_address(options, out, "suser", event_text(event, event->verdict.mail_path));
        add_address(options, out, "duser", event_text(event, event->verdict.rcpt.path));
    } else if (event->kind == EVENT_MESSAGE) {
        add_address(options, out, "suser", event_text(event, event->message.mail_path));
        add_recipients(options, event, out);
        if (event->message.content)
            cef_add_custom_count(out, "cn3", "octets", event->message.octets);
    }
    if (event->kind == EVENT_MESSAGE && event->message.has_mail)
        add_shown(options, out, "cs6", "messageId",
                  event_text(event, event->message.mail.message_id));
}

static void cef_alert(const struct format_options *options, const struct alert *alert,
                      const char *id, struct buf *out)
{
    char text[24];
    snprintf(text, sizeof text, "%u", alert->detector->id);
    cef_begin(out, text, alert->detector->signature, severity_of(alert->severity), alert->time);
    add_common(options, out, id);
    cef_add_text(out, "cat", alert->detector->category);
    cef_add_text(out, "act", "allowed");
    add_flow(options, out, alert->flow);
    cef_add_custom(out, "cs1", "detector", span_text(alert->detector->name));
    snprintf(text, sizeof text, "%016jx", (uintmax_t)alert->case_id);
    cef_add_custom(out, "cs2", "case", span_text(text));
    cef_add_custom(out, "cs3", "state", span_text(plain_state(alert->state)));
    if (alert->event != NULL && alert->event->kind != EVENT_OPEN)
        add_dialogue(options, alert->event, plain_alert_outcome(alert), out);
    cef_add(out, "msg", span_text(alert->reason), MESSAGE_MAX);
}

/* "accepted,unknown_user": how each recipient was judged, in their order. */
static void add_verdicts(const struct event *event, struct buf *out)
{
    struct buf text;
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    buf_init(&text, PLAIN_MAX);
    for (uint32_t i = 0; i < event->message.rcpts.len && i < EVE_LIST_MAX; i++) {
        buf_add_text(&text, i == 0 ? "" : ",");
        buf_add_text(&text, plain_class(&rcpts[i].reply));
    }
    cef_add_custom(out, "cs1", "verdicts", buf_span(&text));
    buf_done(&text);
}

static void cef_smtp(const struct format_options *options, const struct event *event,
                     const char *id, struct buf *out)
{
    bool message = event->kind == EVENT_MESSAGE;
    struct buf sentence;
    cef_begin(out, message ? "smtp-transaction" : "smtp-session",
              message ? "SMTP transaction" : "SMTP session without a transaction", 0, event->time);
    add_common(options, out, id);
    cef_add_text(out, "cat", "smtp");
    add_flow(options, out, &event->flow);
    add_dialogue(options, event, plain_outcome(event), out);
    if (message) {
        add_verdicts(event, out);
        cef_add_custom_count(out, "cn1", "recipients", event->message.rcpt_total);
        if (event->message.content_reply.code != 0)
            cef_add_custom_count(out, "cn2", "replyCode", event->message.content_reply.code);
    }
    buf_init(&sentence, PLAIN_MAX);
    plain_smtp(options, event, &sentence);
    cef_add(out, "msg", buf_span(&sentence), MESSAGE_MAX);
    buf_done(&sentence);
}

static void cef_stats(const struct format_options *options, const struct stats *stats,
                      const char *id, struct buf *out)
{
    struct buf sentence;
    cef_begin(out, "stats", "Counters", stats->drop_warning ? 5 : 0, stats->time);
    add_common(options, out, id);
    cef_add_text(out, "cat", "stats");
    cef_add_custom_count(out, "cn1", "packets", stats->capture.packets);
    cef_add_custom_count(out, "cn2", "lostPackets",
                         stats->capture.kernel_drops + stats->capture.interface_drops);
    cef_add_custom_count(out, "cn3", "alerts", detect_stats_alerts(&stats->detect));
    buf_init(&sentence, PLAIN_MAX);
    plain_stats(stats, &sentence);
    cef_add(out, "msg", buf_span(&sentence), MESSAGE_MAX);
    buf_done(&sentence);
}

const struct format format_cef = {
    .name = "cef",
    .summary = "lines of ArcSight's Common Event Format",
    .alert = cef_alert,
    .smtp = cef_smtp,
    .stats = cef_stats,
};
