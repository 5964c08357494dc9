/* eve_own: what of alerts and transactions no schema of others has a place for. */
#include "eve.h"
#include "plain.h"

#include <stdio.h>

struct json_object *eve_own_alert(const struct alert *alert, const char *id)
{
    struct json_object *object = json_object_new_object();
    char text[20];
    snprintf(text, sizeof text, "%016jx", (uintmax_t)alert->case_id);
    eve_add_string(object, "id", id);
    eve_add_string(object, "detector", alert->detector->name);
    eve_add_string(object, "case", text);
    eve_add_string(object, "state", plain_state(alert->state));
    eve_add_string(object, "reason", alert->reason);
    json_object_object_foreach(alert->evidence, name, value)
    {
        json_object_object_add_ex(object, name, json_object_get(value),
                                  JSON_C_OBJECT_ADD_CONSTANT_KEY);
    }
    return object;
}

static void verdict_list(const struct format_options *options, struct json_object *mxtap,
                         const struct event *event)
{
    struct json_object *list = json_object_new_array();
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++) {
        struct json_object *verdict = json_object_new_object();
        eve_add(verdict, "rcpt", eve_address(options, event_text(event, rcpts[i].address)));
        if (rcpts[i].reply.code != 0)
            eve_add_count(verdict, "code", rcpts[i].reply.code);
        eve_add_text(verdict, "enhanced", event_text(event, rcpts[i].reply.enhanced));
        eve_add_string(verdict, "class", plain_class(&rcpts[i].reply));
        json_object_array_add(list, verdict);
    }
    eve_add(mxtap, "verdicts", list);
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
        eve_add_flag(object, "accepted", message->content_reply.code < 400);
        eve_add_count(object, "code", message->content_reply.code);
    }
    eve_add_string(object, "class", plain_class(&message->content_reply));
    eve_add_flag(object, "complete", message->complete);
    if (message->holes)
        eve_add_flag(object, "holes", true);
    eve_add(mxtap, "message", object);
}

/* The name of the client, or that it has none; and how that is known. */
static void client_name(struct know *know, struct json_object *object, const struct event *event)
{
    struct know_host host;
    know_client(know, event, &host);
    if (host.nameless)
        eve_add_flag(object, "ptr_absent", true);
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
    eve_add(mxtap, "client", object);
}

static bool has(const struct event *event, enum smtp_fact fact)
{
    return (event->session.facts & SMTP_BIT(fact)) != 0;
}

static void session_keys(struct json_object *mxtap, const struct event *event)
{
    eve_add_flag(mxtap, "tls", has(event, SMTP_FACT_TLS));
    eve_add_count(mxtap, "gaps", event->session.gaps);
    bool client = has(event, SMTP_FACT_CLIENT_SEEN);
    bool server = has(event, SMTP_FACT_SERVER_SEEN);
    eve_add_flag(mxtap, "one_sided", client != server);
    eve_add_flag(mxtap, "midstream", has(event, SMTP_FACT_MIDSTREAM));
    struct json_object *anomalies = json_object_new_array();
    for (unsigned i = 0; i < SMTP_FACTS; i++)
        if (has(event, (enum smtp_fact)i) && smtp_anomaly_name((enum smtp_fact)i) != NULL)
            json_object_array_add(anomalies,
                                  json_object_new_string(smtp_anomaly_name((enum smtp_fact)i)));
    eve_add(mxtap, "anomalies", anomalies);
}

struct json_object *eve_own_smtp(const struct format_options *options, const struct event *event,
                                 const char *id)
{
    struct json_object *mxtap = json_object_new_object();
    eve_add_string(mxtap, "id", id);
    if (event->kind == EVENT_MESSAGE) {
        verdict_list(options, mxtap, event);
        message_object(mxtap, &event->message);
    }
    client_object(options, mxtap, event);
    session_keys(mxtap, event);
    return mxtap;
}
