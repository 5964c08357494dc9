/* eve: alert and smtp records; eve_stats.c has the third kind. */
#include "eve.h"
#include "eve_stats.h"
#include "output_private.h"

#include <stdio.h>

static const char *state_name(enum case_state state)
{
    return state == CASE_NEW ? "new" : state == CASE_GROWING ? "growing" : "ended";
}

static void alert_object(struct json_object *record, const struct alert *alert)
{
    const struct detector *detector = alert->detector;
    struct json_object *object = json_object_new_object();
    eve_add_string(object, "action", "allowed");
    eve_add_count(object, "gid", 25);
    eve_add_count(object, "signature_id", detector->id);
    eve_add_count(object, "rev", detector->rev);
    eve_add_string(object, "signature", detector->signature);
    eve_add_string(object, "category", detector->category);
    eve_add_count(object, "severity", alert->severity);
    json_object_object_add(record, "alert", object);
}

static void evidence_object(struct json_object *record, const struct alert *alert,
                            const char *record_id)
{
    struct json_object *object = json_object_new_object();
    char id[20];
    snprintf(id, sizeof id, "%016jx", (uintmax_t)alert->case_id);
    eve_add_string(object, "id", record_id);
    eve_add_string(object, "detector", alert->detector->name);
    eve_add_string(object, "case", id);
    eve_add_string(object, "state", state_name(alert->state));
    eve_add_string(object, "reason", alert->reason);
    json_object_object_foreach(alert->evidence, name, value)
    {
        json_object_object_add(object, name, json_object_get(value));
    }
    json_object_object_add(record, "mxtap", object);
}

static void eve_alert(const struct format_options *options, const struct alert *alert,
                      const char *id, struct buf *out)
{
    struct json_object *record = eve_new(options, alert->time, "alert");
    eve_flow(options, record, alert->flow);
    if (alert->event != NULL)
        eve_tx_id(record, alert->event);
    alert_object(record, alert);
    if (alert->event != NULL) {
        eve_smtp(options, record, alert->event);
        eve_email(options, record, alert->event);
    }
    evidence_object(record, alert, id);
    eve_write(record, out);
}

static const char *class_of(const struct event_reply *reply)
{
    return reply->code == 0 ? "unseen" : replies_name((enum reply_class)reply->reply_class);
}

static void verdict_list(const struct format_options *options, struct json_object *mxtap,
                         const struct event *event)
{
    struct json_object *list = json_object_new_array();
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++) {
        struct json_object *verdict = json_object_new_object();
        json_object_object_add(verdict, "rcpt",
                               eve_address(options, event_text(event, rcpts[i].address)));
        if (rcpts[i].reply.code != 0)
            eve_add_count(verdict, "code", rcpts[i].reply.code);
        eve_add_text(verdict, "enhanced", event_text(event, rcpts[i].reply.enhanced));
        eve_add_string(verdict, "class", class_of(&rcpts[i].reply));
        json_object_array_add(list, verdict);
    }
    json_object_object_add(mxtap, "verdicts", list);
    eve_add_count(mxtap, "verdict_count", event->message.rcpt_total);
}

static void message_object(struct json_object *mxtap, const struct event_message *message)
{
    if (!message->content && !message->complete)
        return;
    struct json_object *object = json_object_new_object();
    eve_add_count(object, "octets", message->octets);
    if (message->has_mail)
        eve_add_count(object, "body_octets", message->mail.body_octets);
    if (message->content_reply.code != 0) {
        json_object_object_add(object, "accepted",
                               json_object_new_boolean(message->content_reply.code < 400));
        eve_add_count(object, "code", message->content_reply.code);
    }
    eve_add_string(object, "class", class_of(&message->content_reply));
    json_object_object_add(object, "complete", json_object_new_boolean(message->complete));
    if (message->holes)
        json_object_object_add(object, "holes", json_object_new_boolean(true));
    json_object_object_add(mxtap, "message", object);
}

/* The name of the client, or that it has none; and how that is known. */
static void client_name(struct know *know, struct json_object *object, const struct event *event)
{
    struct know_host host;
    know_client(know, event, &host);
    if (host.nameless)
        json_object_object_add(object, "ptr_absent", json_object_new_boolean(true));
    if (host.source == KNOW_FROM_NOWHERE)
        return;
    eve_add_text(object, "ptr", host.name);
    eve_add_string(object, "ptr_class", names_class_name(host.name_class));
    eve_add_string(object, "ptr_source", know_source_name(host.source));
    if (host.name.len > 0)
        eve_add_string(object, "ptr_confirmed", know_confirmed_name(host.confirmed));
}

static void client_object(const struct format_options *options, struct json_object *mxtap,
                          const struct event *event)
{
    struct json_object *object = json_object_new_object();
    char text[KNOW_SYN_TEXT];
    know_dialect_text(event->session.dialect, text);
    eve_add_string(object, "dialect", text);
    if (know_dialect_software(event->session.dialect) != NULL)
        eve_add_string(object, "software", know_dialect_software(event->session.dialect));
    know_syn_text(&event->flow.client, &event->session.syn, text);
    if (text[0] != '\0') {
        eve_add_string(object, "syn", text);
        eve_add_string(object, "os", know_os_name(know_syn_class(&event->session.syn)));
        if (know_syn_system(&event->session.syn) != NULL)
            eve_add_string(object, "system", know_syn_system(&event->session.syn));
    }
    client_name(options->know, object, event);
    eve_add_string(object, "helo_class", know_helo_name(know_helo_class(options->know, event)));
    json_object_object_add(mxtap, "client", object);
}

static bool has(const struct event *event, enum smtp_fact fact)
{
    return (event->session.facts & SMTP_BIT(fact)) != 0;
}

static void session_keys(struct json_object *mxtap, const struct event *event)
{
    json_object_object_add(mxtap, "tls", json_object_new_boolean(has(event, SMTP_FACT_TLS)));
    eve_add_count(mxtap, "gaps", event->session.gaps);
    bool client = has(event, SMTP_FACT_CLIENT_SEEN);
    bool server = has(event, SMTP_FACT_SERVER_SEEN);
    json_object_object_add(mxtap, "one_sided", json_object_new_boolean(client != server));
    json_object_object_add(mxtap, "midstream",
                           json_object_new_boolean(has(event, SMTP_FACT_MIDSTREAM)));
    struct json_object *anomalies = json_object_new_array();
    for (unsigned i = 0; i < SMTP_FACTS; i++)
        if (has(event, (enum smtp_fact)i) && smtp_anomaly_name((enum smtp_fact)i) != NULL)
            json_object_array_add(anomalies,
                                  json_object_new_string(smtp_anomaly_name((enum smtp_fact)i)));
    json_object_object_add(mxtap, "anomalies", anomalies);
}

static void eve_event(const struct format_options *options, const struct event *event,
                      const char *id, struct buf *out)
{
    struct json_object *record = eve_new(options, event->time, "smtp");
    eve_flow(options, record, &event->flow);
    eve_tx_id(record, event);
    eve_smtp(options, record, event);
    eve_email(options, record, event);
    struct json_object *mxtap = json_object_new_object();
    eve_add_string(mxtap, "id", id);
    if (event->kind == EVENT_MESSAGE) {
        verdict_list(options, mxtap, event);
        message_object(mxtap, &event->message);
    }
    client_object(options, mxtap, event);
    session_keys(mxtap, event);
    json_object_object_add(record, "mxtap", mxtap);
    eve_write(record, out);
}

const struct format format_eve = {
    .name = "eve",
    .summary = "JSON lines in the shape of Suricata's EVE",
    .alert = eve_alert,
    .smtp = eve_event,
    .stats = eve_stats,
};
