/* early-talker (1081): the client spoke before the server's greeting (RFC 5321 3.1). */
#include "detect_private.h"
#include "once.h"

static const struct setting settings[] = {SETTING_END};

static void early_event(void *arg, const struct event *event)
{
    const struct once *once = arg;
    if (event->kind != EVENT_CLOSE ||
        (event->session.facts & SMTP_BIT(SMTP_FACT_EARLY_TALKER)) == 0)
        return;
    bool http = (event->session.facts & SMTP_BIT(SMTP_FACT_HTTP)) != 0;
    char client[ADDR_TEXT_SIZE];
    struct json_object *evidence = json_object_new_object();
    evidence_span(once->detect, evidence, "helo", event_text(event, event->session.helo));
    evidence_count(evidence, "commands", event->session.commands);
    evidence_count(evidence, "messages", event->session.messages);
    json_object_object_add(evidence, "http", json_object_new_boolean(http));
    struct buf reason;
    buf_init(&reason, 512);
    buf_printf(&reason, "%s spoke before the server had greeted it; it sent %ju commands%s.",
               evidence_addr_text(&event->flow.client, client), (uintmax_t)event->session.commands,
               http ? ", HTTP among them" : "");
    once_report(once->detect, &detector_early_talker, detector_early_talker.severity, 0, event,
                &reason, evidence);
    buf_done(&reason);
}

const struct detector detector_early_talker = {
    .id = 1081,
    .rev = 1,
    .name = "early-talker",
    .signature = "SMTP client speaks before the greeting",
    .category = "Generic Protocol Command Decode",
    .key = "session",
    .severity = 3,
    .manual =
        "The server speaks first in SMTP. Programs that send mail in bulk often do not wait for\n"
        "it. Told when the session is over; not where the greeting may have been lost.",
    .advice = "Make the MX wait some seconds before its greeting and refuse those who do not "
              "(postscreen's pregreet test).",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_CLOSE),
    .settings = settings,
    .options_size = 0,
    .open = once_open,
    .event = early_event,
    .close = once_close,
};
