/* clear-credentials (1100): AUTH PLAIN or LOGIN without TLS (RFC 4954 4) that was accepted. */
#include "detect_private.h"
#include "once.h"

static const struct setting settings[] = {SETTING_END};

static void clear_event(void *arg, const struct event *event)
{
    const struct once *once = arg;
    if (event->kind != EVENT_AUTH || !event->auth.clear || event->auth.reply.code != 235)
        return;
    char client[ADDR_TEXT_SIZE];
    char server[ADDR_TEXT_SIZE];
    struct span mechanism = event_text(event, event->auth.mechanism);
    struct json_object *evidence = json_object_new_object();
    evidence_span(once->detect, evidence, "mechanism", mechanism);
    evidence_span(once->detect, evidence, "helo", event_text(event, event->session.helo));
    evidence_count(evidence, "refused_before", event->session.auth_failed);
    struct buf reason;
    buf_init(&reason, 512);
    buf_printf(&reason, "%s gave its password to %s in the clear (AUTH ",
               evidence_addr_text(&event->flow.client, client),
               evidence_addr_text(&event->flow.server, server));
    privacy_escape(&reason, mechanism);
    buf_add_text(&reason, "), and the server took it: whoever sees this wire knows it.");
    once_report(once->detect, &detector_clear_credentials, detector_clear_credentials.severity, 0,
                event, &reason, evidence);
    buf_done(&reason);
}

const struct detector detector_clear_credentials = {
    .id = 1100,
    .rev = 1,
    .name = "clear-credentials",
    .signature = "SMTP AUTH in the clear was accepted",
    .category = "Potential Corporate Privacy Violation",
    .key = "session",
    .severity = 3,
    .manual = "A client authenticated with PLAIN or LOGIN without TLS and the server accepted it.\n"
              "Credentials are never shown.",
    .advice = "Have the server offer AUTH under TLS only (smtpd_tls_auth_only), and have the "
              "password changed.",
    .contact = CONTACT_NOBODY,
    .kinds = DETECT_KIND(EVENT_AUTH),
    .settings = settings,
    .options_size = 0,
    .open = once_open,
    .event = clear_event,
    .close = once_close,
};
