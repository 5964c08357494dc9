/* reports: RFC 3464 actions, and the subjects of bounces in forms of their own. */
#include "reports.h"

#include <mxtap/hash.h>

/* How the subjects of bounces begin, in the wording of the common mail servers. */
static const char *const subjects[] = {
    "Undelivered Mail Returned to Sender",
    "Mail delivery failed",
    "Returned mail:",
    "failure notice",
    "Delivery Status Notification (Failure)",
    "Undeliverable",
    "Delivery failure",
    "Message delivery failure",
    "Mail delivery failure",
    "Mail System Error - Returned Mail",
    "Delivery Notification: Delivery has failed",
    "Nondeliverable mail",
    "Non-delivery report",
    "Unzustellbar",
};

bool reports_null_sender(const struct event *event)
{
    struct span path = event_text(event, event->message.mail_path);
    return path.len >= 2 && path.at[0] == '<' && path.at[path.len - 1] == '>' &&
           span_trim(span_make(path.at + 1, path.len - 2)).len == 0;
}

static bool is_daemon(struct span address)
{
    struct span local = span_head(address, span_find(address, '@'));
    return span_equal_nocase(local, SPAN_LITERAL("mailer-daemon")) ||
           span_equal_nocase(local, SPAN_LITERAL("postmaster"));
}

static bool has_subject(const struct event *event)
{
    struct span subject = event_text(event, event->message.mail.subject);
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (span_starts_nocase(subject, span_text(subjects[i])))
            return true;
    return false;
}

bool reports_failure(const struct event *event)
{
    const struct event_message *message = &event->message;
    if (event->kind != EVENT_MESSAGE || !message->has_mail)
        return false;
    bool null_sender = reports_null_sender(event);
    if (!message->mail.is_report)
        return null_sender && has_subject(event);
    if (!null_sender && !is_daemon(event_text(event, message->mail_address)))
        return false;
    struct span action = event_text(event, message->mail.report_action);
    struct span status = event_text(event, message->mail.report_status);
    if (action.len > 0)
        return span_equal_nocase(action, SPAN_LITERAL("failed"));
    return has_subject(event) || (status.len > 0 && status.at[0] == '5');
}

uint64_t reports_address_hash(struct span address)
{
    uint8_t copy[EVENT_PATH_MAX];
    address = span_head(address, sizeof copy);
    for (size_t i = 0; i < address.len; i++)
        copy[i] = span_lower_octet(address.at[i]);
    return hash_stable(span_make(copy, address.len));
}

uint64_t reports_hash(const struct event *event)
{
    const struct event_mail *mail = &event->message.mail;
    struct span id = span_trim(event_text(event, mail->message_id));
    if (id.len > 0)
        return hash_stable(id);
    uint64_t parts[2] = {event->flow.flow_id, event->message.tx_id};
    return mail->digest != 0 ? mail->digest : hash_stable(span_make(parts, sizeof parts));
}
