/* forged-received (1030): the topmost Received line cannot be by the client that brought it. */
#include "detect_private.h"
#include "evidence.h"
#include "once.h"
#include "trace.h"

static const struct setting settings[] = {SETTING_END};

/* "; ns2.bt.net is an NS host of the sender's domain talk21.com" */
static void say_role(struct detect *detect, struct buf *reason, const struct forged *forged)
{
    buf_add_text(reason, "; ");
    evidence_sentence(detect, reason, forged->by);
    buf_printf(reason, " is an %s host of the sender's domain ", know_role_name(forged->role));
    evidence_sentence(detect, reason, forged->sender);
}

static void say(struct detect *detect, struct buf *reason, const struct event *event,
                const struct forged *forged)
{
    char client[ADDR_TEXT_SIZE];
    addr_text(&event->flow.client, client);
    buf_printf(reason, "%s brought a message whose topmost Received line says that ", client);
    evidence_sentence(detect, reason, forged->by);
    if (forged->took_from_client)
        buf_printf(reason, " took it from %s itself", client);
    else
        buf_add_text(reason, " took it, which is no host of the client's");
    if (forged->role != KNOW_ROLE_NONE)
        say_role(detect, reason, forged);
    buf_add_text(reason, ".");
}

static struct json_object *evidence_of(struct detect *detect, const struct event *event,
                                       const struct forged *forged)
{
    struct json_object *evidence = json_object_new_object();
    evidence_count(evidence, "line_number", 1);
    evidence_span(detect, evidence, "line", event_text(event, forged->line->raw));
    if (forged->took_from_client)
        evidence_list_text(evidence, "why", "took_from_client");
    if (forged->role != KNOW_ROLE_NONE)
        evidence_list_text(evidence, "why", trace_why(forged));
    evidence_span(detect, evidence, "by", forged->by);
    if (forged->role != KNOW_ROLE_NONE) {
        evidence_text(evidence, "role", know_role_name(forged->role));
        evidence_span(detect, evidence, "matched", forged->by);
    }
    if (forged->sender.len > 0)
        evidence_span(detect, evidence, "sender_domain", forged->sender);
    struct know_host host;
    know_client(detect_know(detect), event, &host);
    if (host.name.len > 0)
        evidence_span(detect, evidence, "client_name", host.name);
    evidence_text(evidence, "confidence", forged->certain ? "high" : "low");
    return evidence;
}

static void forged_event(void *arg, const struct event *event)
{
    struct once *once = arg;
    struct forged forged;
    if (!trace_forged(detect_know(once->detect), event, &forged))
        return;
    struct buf reason;
    buf_init(&reason, 1000);
    say(once->detect, &reason, event, &forged);
    once_report(once->detect, &detector_forged_received, detector_forged_received.severity,
                event->message.tx_id, event, &reason, evidence_of(once->detect, event, &forged));
    buf_done(&reason);
}

const struct detector detector_forged_received = {
    .id = 1030,
    .rev = 1,
    .name = "forged-received",
    .signature = "SMTP message with a forged topmost Received line",
    .category = "Misc Attack",
    .key = "message",
    .severity = 2,
    .manual =
        "Who hands mail on puts a Received line of his own on top. Here the topmost line says "
        "that\n"
        "another host took the message from this very client, or that an MX or NS host of the\n"
        "sender's domain took it, while the client is none of theirs. Confidence is high where "
        "DNS\n"
        "answers on the wire show that the host is an MX or NS host of that domain.",
    .advice = "Refuse or quarantine the message, and treat the client as infected: its header is "
              "made up to blame somebody else.",
    .contact = CONTACT_CLIENT,
    .settings = settings,
    .options_size = 0,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .open = once_open,
    .event = forged_event,
    .close = once_close,
};
