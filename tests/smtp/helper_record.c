/* What a sink hears, written down: see helper_dialogue.h. */
#include "smtp/helper_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define RECORD_MAX (8U << 20) /* octets of each text */

/* Octets as they can be printed. */
static void add_shown(struct buf *buf, struct span span)
{
    for (size_t i = 0; i < span.len; i++) {
        uint8_t octet = span.at[i];
        if (octet == '\r')
            buf_add_text(buf, "\\r");
        else if (octet == '\n')
            buf_add_text(buf, "\\n");
        else if (octet < ' ' || octet > '~')
            buf_printf(buf, "\\x%02x", octet);
        else
            buf_add_octet(buf, octet);
    }
}

static void add_reply(struct buf *buf, const struct smtp_reply *reply)
{
    if (reply->code == 0) {
        buf_add_text(buf, "unseen");
        return;
    }
    buf_printf(buf, "%u", reply->code);
    if (reply->enhanced.len > 0) {
        buf_add_text(buf, " [");
        add_shown(buf, reply->enhanced);
        buf_add_text(buf, "]");
    }
    if (reply->text.len > 0)
        buf_add_octet(buf, ' ');
    add_shown(buf, reply->text);
}

static void on_greeting(void *arg, struct smtp_session *session, const struct smtp_reply *reply)
{
    struct record *record = arg;
    (void)session;
    buf_add_text(&record->text, "greeting ");
    add_reply(&record->text, reply);
    buf_add_text(&record->text, "\n");
}

static void on_exchange(void *arg, struct smtp_session *session, const struct smtp_command *command,
                        const struct smtp_reply *reply)
{
    struct record *record = arg;
    (void)session;
    buf_add_text(&record->text, smtp_verb_name(command->verb));
    if (command->path.len > 0) {
        buf_add_text(&record->text, " ");
        add_shown(&record->text, command->address);
    } else if (command->argument.len > 0 || command->verb == SMTP_UNKNOWN) {
        buf_add_text(&record->text, " ");
        add_shown(&record->text, command->verb == SMTP_UNKNOWN ? command->line : command->argument);
    }
    if (command->params.len > 0) {
        buf_add_text(&record->text, " {");
        add_shown(&record->text, command->params);
        buf_add_text(&record->text, "}");
    }
    buf_add_text(&record->text, ": ");
    add_reply(&record->text, reply);
    buf_add_text(&record->text, "\n");
    if (reply->code != 0 && command->verb != SMTP_CONTENT) {
        buf_printf(&record->verdicts, "%s ", smtp_verb_name(command->verb));
        add_shown(&record->verdicts, command->line);
        buf_printf(&record->verdicts, " %u\n", reply->code);
    }
}

static void on_content_begin(void *arg, struct smtp_session *session)
{
    struct record *record = arg;
    (void)session;
    assert_false(record->open);
    record->open = true;
    buf_clear(&record->content);
}

static void on_content(void *arg, struct smtp_session *session, struct span data)
{
    struct record *record = arg;
    (void)session;
    assert_true(record->open);
    assert_true(data.len > 0);
    buf_add(&record->content, data);
}

static void on_content_gap(void *arg, struct smtp_session *session, uint64_t length)
{
    struct record *record = arg;
    (void)session;
    assert_true(record->open);
    (void)length;
    buf_add_text(&record->content, "(gap)");
}

static void on_content_end(void *arg, struct smtp_session *session)
{
    struct record *record = arg;
    (void)session;
    assert_true(record->open);
    record->open = false;
    buf_add_text(&record->text, "content \"");
    add_shown(&record->text, buf_span(&record->content));
    buf_add_text(&record->text, "\"\n");
}

static void add_recipients(struct record *record, const struct smtp_transaction *transaction)
{
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        buf_add_text(&record->text, i == 0 ? "" : ",");
        add_shown(&record->text, transaction->recipients[i].address);
        buf_printf(&record->text, "=%u", transaction->recipients[i].reply.code);
    }
}

static void on_transaction(void *arg, struct smtp_session *session,
                           const struct smtp_transaction *transaction)
{
    struct record *record = arg;
    (void)session;
    buf_printf(&record->text, "tx%u <", transaction->tx_id);
    add_shown(&record->text, transaction->mail_address);
    buf_printf(&record->text, ">=%u ", transaction->mail_reply.code);
    add_recipients(record, transaction);
    if (transaction->data_command)
        buf_printf(&record->text, " %s=%u", transaction->bdat ? "bdat" : "data",
                   transaction->data_reply.code);
    if (transaction->content)
        buf_printf(&record->text, " octets=%lu%s%s verdict=%u", (unsigned long)transaction->octets,
                   transaction->complete ? "" : " incomplete", transaction->holes ? " holes" : "",
                   transaction->content_reply.code);
    if (transaction->lookalikes > 0)
        buf_printf(&record->text, " lookalikes=%lu/%lu", (unsigned long)transaction->lookalikes,
                   (unsigned long)transaction->smuggled);
    buf_printf(&record->text, " by %s\n", smtp_verb_name(transaction->ended_by));
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        if (transaction->content_reply.code == 0)
            break;
        add_shown(&record->messages, transaction->recipients[i].path);
        buf_printf(&record->messages, " %u\n", transaction->content_reply.code);
    }
}

static void on_line(void *arg, struct smtp_session *session, enum direction direction,
                    struct span line, int64_t time)
{
    struct record *record = arg;
    (void)session;
    (void)time;
    buf_add_text(&record->spoken, direction == FROM_CLIENT ? "C " : "S ");
    add_shown(&record->spoken, line);
    buf_add_text(&record->spoken, "\n");
}

static void on_end(void *arg, struct smtp_session *session, enum close_reason reason, int64_t time)
{
    struct record *record = arg;
    const struct smtp_summary *summary = smtp_session_summary(session);
    (void)reason;
    (void)time;
    record->facts = summary->facts;
    record->unseen = summary->unseen_replies;
    record->commands = summary->commands;
    record->replies = summary->replies;
    record->messages_count = summary->messages;
    record->transactions = summary->transactions;
    record->auth_failed = summary->auth_failed;
    record->vrfy = summary->vrfy;
    buf_add(&record->helo, summary->helo);
    buf_add(&record->helo_reply, summary->helo_reply);
    buf_add(&record->greeting, summary->greeting);
    buf_add(&record->xclient, summary->xclient);
}

#define RECORD_BUFS 9

static void record_bufs(struct record *record, struct buf *ret_bufs[RECORD_BUFS])
{
    struct buf *bufs[RECORD_BUFS] = {&record->text,       &record->content,  &record->verdicts,
                                     &record->messages,   &record->spoken,   &record->helo,
                                     &record->helo_reply, &record->greeting, &record->xclient};
    memcpy(ret_bufs, bufs, sizeof bufs);
}

struct smtp_sink record_init(struct record *record)
{
    struct buf *bufs[RECORD_BUFS];
    memset(record, 0, sizeof *record);
    record_bufs(record, bufs);
    for (size_t i = 0; i < RECORD_BUFS; i++)
        buf_init(bufs[i], RECORD_MAX);
    return (struct smtp_sink){
        .on_greeting = on_greeting,
        .on_exchange = on_exchange,
        .on_content_begin = on_content_begin,
        .on_content = on_content,
        .on_content_gap = on_content_gap,
        .on_content_end = on_content_end,
        .on_transaction = on_transaction,
        .on_line = on_line,
        .on_end = on_end,
        .arg = record,
    };
}

void record_done(struct record *record)
{
    struct buf *bufs[RECORD_BUFS];
    record_bufs(record, bufs);
    for (size_t i = 0; i < RECORD_BUFS; i++)
        buf_done(bufs[i]);
}

void record_facts(uint64_t facts, char *room, size_t size)
{
    static const char *const plain[SMTP_FACTS] = {
        [SMTP_FACT_PIPELINED] = "pipelined",
        [SMTP_FACT_EHLO] = "ehlo",
        [SMTP_FACT_HELO] = "helo",
        [SMTP_FACT_EHLO_REFUSED] = "ehlo_refused",
        [SMTP_FACT_ESMTP_OFFERED] = "esmtp",
        [SMTP_FACT_QUIT] = "quit",
        [SMTP_FACT_STARTTLS] = "starttls",
        [SMTP_FACT_TLS] = "tls",
        [SMTP_FACT_STARTTLS_REFUSED] = "starttls_refused",
        [SMTP_FACT_AUTHENTICATED] = "authenticated",
        [SMTP_FACT_GAP_CLIENT] = "gap_client",
        [SMTP_FACT_GAP_SERVER] = "gap_server",
        [SMTP_FACT_MIDSTREAM] = "midstream",
        [SMTP_FACT_CLIENT_SEEN] = "client",
        [SMTP_FACT_SERVER_SEEN] = "server",
        [SMTP_FACT_XCLIENT] = "xclient",
        [SMTP_FACT_PROXY] = "proxy",
        [SMTP_FACT_LMTP] = "lmtp",
        [SMTP_FACT_AUTH_UNSEEN] = "auth_unseen",
    };
    size_t len = 0;
    room[0] = '\0';
    for (unsigned i = 0; i < SMTP_FACTS && len + 32 < size; i++) {
        const char *name = smtp_anomaly_name((enum smtp_fact)i);
        if (name == NULL)
            name = plain[i];
        if ((facts >> i & 1) == 0)
            continue;
        assert_non_null(name);
        len += (size_t)snprintf(room + len, size - len, "%s%s", len > 0 ? " " : "", name);
    }
}
