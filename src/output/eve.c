/* eve: common keys, smtp and email. */
#include "eve.h"

#define TEXT_MAX     1024 /* octets of one text, as it came */
#define GROWTH       10   /* how much longer it may get: "a@" becomes "h-0123456789abcdef@" */
#define FLOW_ID_BITS 53

static struct json_object *plain_string(struct span text)
{
    return json_object_new_string_len(text.len == 0 ? "" : (const char *)text.at, (int)text.len);
}

static struct json_object *string_of(struct buf *text)
{
    struct json_object *json = plain_string(buf_span(text));
    buf_done(text);
    return json;
}

/* Most texts need no escape: they are taken as they are. */
static bool is_plain(struct span text)
{
    if (text.len > TEXT_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] > '~')
            return false;
    return true;
}

struct json_object *eve_text(struct span text)
{
    if (is_plain(text))
        return plain_string(text);
    struct buf out;
    buf_init(&out, TEXT_MAX * GROWTH);
    privacy_escape(&out, span_head(text, TEXT_MAX));
    return string_of(&out);
}

struct json_object *eve_address(const struct format_options *options, struct span text)
{
    const struct privacy *privacy = know_privacy(options->know);
    if (is_plain(text) && (privacy->mode == PRIVACY_CLEAR || span_find(text, '@') == text.len))
        return plain_string(text);
    struct buf out;
    buf_init(&out, TEXT_MAX * GROWTH);
    privacy_addresses(privacy, &out, span_head(text, TEXT_MAX));
    return string_of(&out);
}

void eve_add(struct json_object *object, const char *name, struct json_object *value)
{
    json_object_object_add_ex(object, name, value,
                              JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void eve_add_flag(struct json_object *object, const char *name, bool flag)
{
    eve_add(object, name, json_object_new_boolean(flag));
}

void eve_add_text(struct json_object *object, const char *name, struct span text)
{
    if (text.len > 0)
        eve_add(object, name, eve_text(text));
}

void eve_add_address(const struct format_options *options, struct json_object *object,
                     const char *name, struct span text)
{
    if (text.len > 0)
        eve_add(object, name, eve_address(options, text));
}

void eve_add_count(struct json_object *object, const char *name, uint64_t count)
{
    eve_add(object, name, json_object_new_uint64(count));
}

void eve_add_string(struct json_object *object, const char *name, const char *text)
{
    eve_add(object, name, json_object_new_string(text));
}

struct json_object *eve_new(const struct format_options *options, int64_t time,
                            const char *event_type)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(time, text);
    struct json_object *record = json_object_new_object();
    eve_add_string(record, "timestamp", text);
    eve_add_string(record, "event_type", event_type);
    if (options->sensor != NULL)
        eve_add_text(record, "host", span_text(options->sensor));
    return record;
}

uint64_t eve_flow_id(const struct event_flow *flow)
{
    return flow->flow_id & ((UINT64_C(1) << FLOW_ID_BITS) - 1);
}

void eve_flow(const struct format_options *options, struct json_object *record,
              const struct event_flow *flow)
{
    char text[ADDR_TEXT_SIZE];
    eve_add_count(record, "flow_id", eve_flow_id(flow));
    if (flow->source != NULL)
        eve_add_text(record, options->live ? "in_iface" : "pcap_filename", span_text(flow->source));
    if (flow->vlan_count > 0) {
        struct json_object *vlan = json_object_new_array();
        for (unsigned i = 0; i < flow->vlan_count; i++)
            json_object_array_add(vlan, json_object_new_int(flow->vlan[i]));
        eve_add(record, "vlan", vlan);
    }
    addr_text(&flow->client, text);
    eve_add_string(record, "src_ip", text);
    eve_add_count(record, "src_port", flow->client_port);
    addr_text(&flow->server, text);
    eve_add_string(record, "dest_ip", text);
    eve_add_count(record, "dest_port", flow->server_port);
    eve_add_string(record, "proto", "TCP");
    eve_add_string(record, "app_proto", "smtp");
    char community[EVE_COMMUNITY_ID];
    eve_community_id(flow, community);
    eve_add_string(record, "community_id", community);
}

void eve_tx_id(struct json_object *record, const struct event *event)
{
    eve_add_count(record, "tx_id",
                  event->kind == EVENT_MESSAGE ? event->message.tx_id : event->session.messages);
}

static struct json_object *recipients(const struct format_options *options,
                                      const struct event *event)
{
    struct json_object *list = json_object_new_array();
    if (event->kind == EVENT_VERDICT) {
        json_object_array_add(list,
                              eve_address(options, event_text(event, event->verdict.rcpt.path)));
        return list;
    }
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len && i < EVE_LIST_MAX; i++)
        json_object_array_add(list, eve_address(options, event_text(event, rcpts[i].path)));
    return list;
}

void eve_smtp(const struct format_options *options, struct json_object *record,
              const struct event *event)
{
    struct json_object *smtp = json_object_new_object();
    eve_add_address(options, smtp, "helo", event_text(event, event->session.helo));
    if (event->kind == EVENT_VERDICT && event->verdict.verb == SMTP_RCPT) {
        eve_add_address(options, smtp, "mail_from", event_text(event, event->verdict.mail_path));
        eve_add(smtp, "rcpt_to", recipients(options, event));
    } else if (event->kind == EVENT_MESSAGE) {
        eve_add_address(options, smtp, "mail_from", event_text(event, event->message.mail_path));
        if (event->message.rcpts.len > 0)
            eve_add(smtp, "rcpt_to", recipients(options, event));
    }
    if (json_object_object_length(smtp) > 0)
        eve_add(record, "smtp", smtp);
    else
        json_object_put(smtp);
}

/* The value of a header field: the tabs of its folding (RFC 5322 2.2.3) as blanks. */
struct json_object *eve_header(const struct format_options *options, struct span text)
{
    if (span_find(text, '\t') == text.len)
        return eve_address(options, text);
    uint8_t copy[TEXT_MAX];
    struct span head = span_head(text, sizeof copy);
    for (size_t i = 0; i < head.len; i++)
        copy[i] = head.at[i] == '\t' ? ' ' : head.at[i];
    return eve_address(options, span_make(copy, head.len));
}

static void add_header(const struct format_options *options, struct json_object *email,
                       const char *name, struct span text)
{
    if (text.len > 0)
        eve_add(email, name, eve_header(options, text));
}

static void add_list(const struct format_options *options, struct json_object *email,
                     const char *name, const struct event *event, struct event_ref list)
{
    if (list.len == 0)
        return;
    struct json_object *array = json_object_new_array();
    const struct event_ref *items = event_refs(event, list);
    for (uint32_t i = 0; i < list.len && i < EVE_LIST_MAX; i++)
        json_object_array_add(array, eve_header(options, event_text(event, items[i])));
    eve_add(email, name, array);
}

/* In the words of Suricata: how far the parser came. */
static const char *parse_status(const struct event_message *message)
{
    if (message->mail.header_complete)
        return message->complete ? "PARSE_DONE" : "BODY_STARTED";
    return "HEADER_STARTED";
}

void eve_email(const struct format_options *options, struct json_object *record,
               const struct event *event)
{
    if (event->kind != EVENT_MESSAGE || !event->message.has_mail)
        return;
    const struct event_mail *mail = &event->message.mail;
    struct json_object *email = json_object_new_object();
    eve_add_string(email, "status", parse_status(&event->message));
    add_header(options, email, "from", event_text(event, mail->from));
    add_list(options, email, "to", event, mail->to);
    add_list(options, email, "cc", event, mail->cc);
    add_header(options, email, "subject", event_text(event, mail->subject));
    eve_add_text(email, "message_id", event_text(event, mail->message_id));
    eve_add_text(email, "date", event_text(event, mail->date));
    eve_add_text(email, "x_mailer", event_text(event, mail->x_mailer));
    if (mail->received.len > 0) {
        struct json_object *array = json_object_new_array();
        const struct event_received *items = event_received(event, mail->received);
        for (uint32_t i = 0; i < mail->received.len && i < EVE_LIST_MAX; i++)
            json_object_array_add(array, eve_header(options, event_text(event, items[i].raw)));
        eve_add(email, "received", array);
    }
    eve_add(record, "email", email);
}
