/* ecs_dialogue: email, outcome and TLS; the envelope has no fields in ECS and stands under mxtap.
 */
#include "ecs.h"
#include "plain.h"

void ecs_related_user(const struct format_options *options, struct json_object *record,
                      struct span text)
{
    struct span address = plain_address(text);
    if (address.len == 0)
        return;
    struct json_object *shown = eve_address(options, address);
    ecs_related(record, "user", json_object_get_string(shown));
    json_object_put(shown);
}

/* email.<name>.address, always a list. */
static void add_addresses(const struct format_options *options, struct json_object *record,
                          const char *name, const struct span *texts, size_t count)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < count; i++) {
        struct span address = plain_address(texts[i]);
        if (address.len == 0)
            continue;
        json_object_array_add(list, eve_address(options, address));
        ecs_related_user(options, record, address);
    }
    if (json_object_array_length(list) > 0)
        eve_add(ecs_part(ecs_part(record, "email"), name), "address", list);
    else
        json_object_put(list);
}

static void add_list(const struct format_options *options, struct json_object *record,
                     const char *name, const struct event *event, struct event_ref list)
{
    struct span texts[EVE_LIST_MAX];
    size_t count = 0;
    const struct event_ref *items = event_refs(event, list);
    while (count < list.len && count < EVE_LIST_MAX) {
        texts[count] = event_text(event, items[count]);
        count++;
    }
    add_addresses(options, record, name, texts, count);
}

/* Message-ID without its brackets, as ECS has it. */
static struct span bare_id(struct span id)
{
    id = span_trim(id);
    bool brackets = id.len > 2 && id.at[0] == '<' && id.at[id.len - 1] == '>';
    return brackets ? span_head(span_skip(id, 1), id.len - 2) : id;
}

static void email_object(const struct format_options *options, struct json_object *record,
                         const struct event *event)
{
    const struct event_mail *mail = &event->message.mail;
    const struct span from = event_text(event, mail->from);
    add_addresses(options, record, "from", &from, 1);
    add_list(options, record, "to", event, mail->to);
    add_list(options, record, "cc", event, mail->cc);
    if (mail->subject.len > 0)
        eve_add(ecs_part(record, "email"), "subject",
                eve_header(options, event_text(event, mail->subject)));
    struct span id = bare_id(event_text(event, mail->message_id));
    if (id.len > 0)
        eve_add_text(ecs_part(record, "email"), "message_id", id);
    if (mail->x_mailer.len > 0)
        eve_add_text(ecs_part(record, "email"), "x_mailer", event_text(event, mail->x_mailer));
    int64_t date;
    if (mail_date_parse(event_text(event, mail->date), &date) && date >= CLOCK_EARLIEST &&
        date <= CLOCK_LATEST)
        ecs_add_time(ecs_part(record, "email"), "origination_timestamp", date);
}

static void envelope(const struct format_options *options, struct json_object *record,
                     const struct event *event)
{
    if (event->kind == EVENT_VERDICT) {
        ecs_related_user(options, record, event_text(event, event->verdict.mail_path));
        ecs_related_user(options, record, event_text(event, event->verdict.rcpt.path));
    } else if (event->kind == EVENT_MESSAGE) {
        const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
        ecs_related_user(options, record, event_text(event, event->message.mail_path));
        for (uint32_t i = 0; i < event->message.rcpts.len && i < EVE_LIST_MAX; i++)
            ecs_related_user(options, record, event_text(event, rcpts[i].path));
    }
}

void ecs_dialogue(const struct format_options *options, struct json_object *record,
                  const struct event *event)
{
    struct json_object *mxtap = ecs_part(record, "mxtap");
    eve_tx_id(mxtap, event);
    eve_smtp(options, mxtap, event);
    envelope(options, record, event);
    if (event->kind == EVENT_MESSAGE && event->message.has_mail) {
        email_object(options, record, event);
        eve_email(options, mxtap, event);
    }
    enum know_helo helo = know_helo_class(options->know, event);
    if (helo == KNOW_HELO_FULL || helo == KNOW_HELO_DYNAMIC || helo == KNOW_HELO_SERVER_NAME) {
        struct json_object *name = eve_address(options, event_text(event, event->session.helo));
        ecs_related(record, "hosts", json_object_get_string(name));
        json_object_put(name);
    }
    if ((event->session.facts & SMTP_BIT(SMTP_FACT_TLS)) != 0)
        eve_add_flag(ecs_part(record, "tls"), "established", true);
}
