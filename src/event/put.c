/* put: what smtp and mail know of a dialogue, copied into a record. */
#include <mxtap/event.h>

#define MAIL_TEXT_MAX  512 /* octets of a header field's value that are kept */
#define REPLY_TEXT_MAX 256 /* octets of a reply's text: enough for its class and for people */

static struct event_reply put_reply(struct event_builder *builder, const struct smtp_reply *reply)
{
    struct event_reply out = {.code = (uint16_t)reply->code};
    if (reply->code == 0)
        return out;
    out.enhanced = event_add_text(builder, reply->enhanced, 16);
    out.text = event_add_text(builder, reply->text, REPLY_TEXT_MAX);
    return out;
}

void event_put_session(struct event_builder *builder, struct event *event,
                       const struct smtp_summary *summary, uint32_t dialect)
{
    event_flow_set(&event->flow, summary->flow);
    event->time = summary->now;
    event->number = summary->number;
    struct event_session *session = &event->session;
    session->facts = summary->facts;
    session->helo = event_add_text(builder, summary->helo, EVENT_PATH_MAX);
    session->helo_reply = event_add_text(builder, summary->helo_reply, REPLY_TEXT_MAX);
    session->greeting = event_add_text(builder, summary->greeting, REPLY_TEXT_MAX);
    session->helo_verb = (uint8_t)summary->helo_verb;
    session->transactions = summary->transactions;
    session->messages = summary->messages;
    session->octets[FROM_CLIENT] = summary->octets[FROM_CLIENT];
    session->octets[FROM_SERVER] = summary->octets[FROM_SERVER];
    session->commands = summary->commands;
    session->unknown_commands = summary->unknown_commands;
    session->unseen_replies = summary->unseen_replies;
    session->auth_failed = summary->auth_failed;
    session->gaps = summary->gaps;
    session->gap_octets = summary->gap_octets;
    session->syn = summary->flow->syn;
    session->dialect = dialect;
}

void event_put_transaction(struct event_builder *builder, struct event *event,
                           const struct smtp_transaction *transaction)
{
    struct event_message *message = &event->message;
    message->tx_id = transaction->tx_id;
    message->mail_path = event_add_text(builder, transaction->mail_path, EVENT_PATH_MAX);
    message->mail_address = event_add_address(builder, transaction->mail_address);
    message->mail_params = event_add_text(builder, transaction->mail_params, EVENT_TEXT_MAX);
    message->mail_reply = put_reply(builder, &transaction->mail_reply);
    message->data_reply = put_reply(builder, &transaction->data_reply);
    message->content_reply = put_reply(builder, &transaction->content_reply);
    message->rcpt_total = transaction->recipient_total;
    message->ended_by = (uint8_t)transaction->ended_by;
    message->data_command = transaction->data_command;
    message->content = transaction->content;
    message->complete = transaction->complete;
    message->bdat = transaction->bdat;
    message->holes = transaction->holes;
    message->octets = transaction->octets;
    message->bare_lf = transaction->bare_lf;
    message->bare_cr = transaction->bare_cr;
    message->nul = transaction->nul;
    message->long_lines = transaction->long_lines;
    message->lookalikes = transaction->lookalikes;
    message->smuggled = transaction->smuggled;
    size_t count = transaction->recipient_count;
    if (count > EVENT_RCPTS_MAX)
        count = EVENT_RCPTS_MAX;
    void *items = NULL;
    message->rcpts = event_add_list(builder, sizeof(struct event_rcpt), count, &items);
    struct event_rcpt *rcpts = items;
    for (uint32_t i = 0; i < message->rcpts.len; i++) {
        const struct smtp_recipient *from = &transaction->recipients[i];
        rcpts[i].path = event_add_text(builder, from->path, EVENT_PATH_MAX);
        rcpts[i].address = event_add_address(builder, from->address);
        rcpts[i].reply = put_reply(builder, &from->reply);
    }
}

static void put_received_one(struct event_builder *builder, const struct mail_received *from,
                             struct event_received *to)
{
    to->raw = event_add_text(builder, from->raw, MAIL_TEXT_MAX);
    to->helo = event_add_text(builder, from->helo, EVENT_PATH_MAX);
    to->name = event_add_text(builder, from->name, EVENT_PATH_MAX);
    to->addr_text = event_add_text(builder, from->addr_text, 64);
    to->by = event_add_text(builder, from->by, EVENT_PATH_MAX);
    to->with = event_add_text(builder, from->with, 64);
    to->id = event_add_text(builder, from->id, EVENT_PATH_MAX);
    to->for_path = event_add_text(builder, from->for_path, EVENT_PATH_MAX);
    to->has_addr = from->has_addr;
    to->impossible = from->impossible;
    to->addr = from->addr;
}

static struct event_ref put_received(struct event_builder *builder,
                                     const struct mail_received *received, size_t count)
{
    void *items = NULL;
    struct event_ref ref = event_add_list(builder, sizeof(struct event_received), count, &items);
    struct event_received *to = items;
    for (uint32_t i = 0; i < ref.len; i++)
        put_received_one(builder, &received[i], &to[i]);
    return ref;
}

static struct event_ref put_texts(struct event_builder *builder, const struct span *texts,
                                  size_t count)
{
    void *items = NULL;
    struct event_ref ref = event_add_list(builder, sizeof(struct event_ref), count, &items);
    struct event_ref *to = items;
    for (uint32_t i = 0; i < ref.len; i++)
        to[i] = event_add_text(builder, texts[i], EVENT_PATH_MAX);
    return ref;
}

static void put_report(struct event_builder *builder, struct event_mail *mail,
                       const struct mail_report *report)
{
    mail->is_report = report->is_report;
    mail->report_status = event_add_text(builder, report->status, 32);
    mail->report_action = event_add_text(builder, report->action, 32);
    mail->report_recipient = event_add_text(builder, report->final_recipient, EVENT_PATH_MAX);
    mail->report_message_id = event_add_text(builder, report->quoted_message_id, EVENT_PATH_MAX);
    mail->report_mta = event_add_text(builder, report->reporting_mta, EVENT_PATH_MAX);
    mail->report_from = event_add_text(builder, report->quoted_from, EVENT_PATH_MAX);
    mail->report_subject = event_add_text(builder, report->quoted_subject, MAIL_TEXT_MAX);
    mail->report_received = put_received(builder, report->quoted, report->quoted_count);
}

void event_put_mail(struct event_builder *builder, struct event *event,
                    const struct mail_summary *summary)
{
    event->message.has_mail = true;
    struct event_mail *mail = &event->message.mail;
    mail->present = summary->present;
    mail->repeated = summary->repeated;
    mail->id_state = (uint8_t)summary->id_state;
    mail->header_complete = summary->header_complete;
    mail->header_malformed = summary->header_malformed;
    mail->visible = summary->visible;
    mail->holes = summary->holes;
    mail->header_holes = summary->header_holes;
    mail->from = event_add_text(builder, summary->from, MAIL_TEXT_MAX);
    mail->subject = event_add_text(builder, summary->subject, MAIL_TEXT_MAX);
    mail->date = event_add_text(builder, summary->date_text, 128);
    mail->message_id = event_add_text(builder, summary->message_id, MAIL_TEXT_MAX);
    mail->x_mailer = event_add_text(builder, summary->x_mailer, MAIL_TEXT_MAX);
    mail->content_type = event_add_text(builder, summary->content_type, MAIL_TEXT_MAX);
    mail->to = put_texts(builder, summary->to, summary->to_count);
    mail->to_total = summary->to_total;
    mail->cc = put_texts(builder, summary->cc, summary->cc_count);
    mail->cc_total = summary->cc_total;
    mail->received = put_received(builder, summary->received, summary->received_count);
    mail->received_total = summary->received_total;
    mail->dkim = put_texts(builder, summary->dkim_domains, summary->dkim_count);
    mail->header_octets = summary->header_octets;
    mail->body_octets = summary->body_octets;
    mail->field_count = summary->field_count;
    mail->parts = summary->parts;
    mail->shape = summary->shape;
    mail->digest = summary->digest;
    put_report(builder, mail, &summary->report);
}

void event_put_verdict(struct event_builder *builder, struct event *event,
                       const struct smtp_command *command, const struct smtp_reply *reply,
                       const struct smtp_transaction *transaction)
{
    struct event_verdict *verdict = &event->verdict;
    verdict->verb = (uint8_t)command->verb;
    if (transaction != NULL) {
        verdict->mail_path = event_add_text(builder, transaction->mail_path, EVENT_PATH_MAX);
        verdict->mail_address = event_add_address(builder, transaction->mail_address);
    }
    verdict->rcpt.path = event_add_text(builder, command->path, EVENT_PATH_MAX);
    verdict->rcpt.address = event_add_address(builder, command->address);
    verdict->rcpt.reply = put_reply(builder, reply);
}

void event_put_auth(struct event_builder *builder, struct event *event,
                    const struct smtp_command *command, const struct smtp_reply *reply,
                    uint64_t facts)
{
    struct span rest = command->argument;
    struct span mechanism = span_word(&rest);
    const uint64_t hidden = SMTP_BIT(SMTP_FACT_TLS) | SMTP_BIT(SMTP_FACT_DECRYPTED);
    event->auth.reply = put_reply(builder, reply);
    event->auth.mechanism = event_add_text(builder, mechanism, 64);
    event->auth.clear =
        (facts & hidden) == 0 && (span_equal_nocase(mechanism, SPAN_LITERAL("PLAIN")) ||
                                  span_equal_nocase(mechanism, SPAN_LITERAL("LOGIN")));
}

void event_put_asked(struct event *event, const struct ip_info *ip)
{
    struct flow_info flow = {
        .opened = ip->time,
        .source = ip->source,
        .client = ip->src,
        .server = ip->dst,
        .client_port = ip->src_port,
        .server_port = ip->dst_port,
        .vlan_count = ip->vlan_count,
    };
    memcpy(flow.vlan, ip->vlan, sizeof flow.vlan);
    flow.flow_id = stream_flow_id(&flow);
    event->time = ip->time;
    event->number = ip->number;
    event_flow_set(&event->flow, &flow);
}

void event_put_dns(struct event_builder *builder, struct event *event,
                   const struct dns_answer *answer)
{
    event->time = answer->time;
    event->number = answer->number;
    event->dns.qtype = answer->qtype;
    event->dns.rcode = answer->rcode;
    event->dns.negative_ttl = answer->negative_ttl;
    event->dns.qname = event_add_text(builder, answer->qname, DNS_NAME_MAX);
    void *items = NULL;
    event->dns.records =
        event_add_list(builder, sizeof(struct event_dns_record), answer->count, &items);
    struct event_dns_record *to = items;
    for (uint32_t i = 0; i < event->dns.records.len; i++) {
        const struct dns_record *from = &answer->records[i];
        to[i].type = from->type;
        to[i].preference = from->preference;
        to[i].ttl = from->ttl;
        to[i].owner = event_add_text(builder, from->owner, DNS_NAME_MAX);
        to[i].name = event_add_text(builder, from->name, DNS_NAME_MAX);
        to[i].addr = from->addr;
    }
}
