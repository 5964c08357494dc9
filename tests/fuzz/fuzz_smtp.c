/*
 * A session fed with anything. The first octet chooses midstream, budget and so on; then come
 * steps: an octet for direction and kind, one or two for a length, and that many octets.
 */
#include <mxtap/clock.h>
#include <mxtap/rd.h>
#include <mxtap/smtp.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    bool open;       /* a message has begun and not ended */
    uint64_t octets; /* all that was handed out: every span is read */
};

static void touch(struct heard *heard, struct span span)
{
    for (size_t i = 0; i < span.len; i++)
        heard->octets += span.at[i];
}

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void touch_reply(struct heard *heard, const struct smtp_reply *reply)
{
    must(reply->code == 0 || (reply->code >= 200 && reply->code <= 599));
    must(reply->text.len <= SMTP_REPLY_TEXT_MAX);
    touch(heard, reply->enhanced);
    touch(heard, reply->text);
}

static void on_greeting(void *arg, struct smtp_session *session, const struct smtp_reply *reply)
{
    (void)session;
    touch_reply(arg, reply);
}

static void on_exchange(void *arg, struct smtp_session *session, const struct smtp_command *command,
                        const struct smtp_reply *reply)
{
    const struct smtp_summary *summary = smtp_session_summary(session);
    must(command->verb > SMTP_NONE && command->verb < SMTP_VERBS);
    must(command->line.len <= SMTP_LINE_MAX);
    touch(arg, command->line);
    touch(arg, command->argument);
    touch(arg, command->path);
    touch(arg, command->address);
    touch(arg, command->params);
    touch_reply(arg, reply);
    touch(arg, summary->helo);
    touch(arg, summary->helo_reply);
    touch(arg, summary->greeting);
    touch(arg, summary->xclient);
}

static void on_content_begin(void *arg, struct smtp_session *session)
{
    struct heard *heard = arg;
    (void)session;
    must(!heard->open);
    heard->open = true;
}

static void on_content(void *arg, struct smtp_session *session, struct span data)
{
    struct heard *heard = arg;
    (void)session;
    must(heard->open && data.len > 0);
    touch(heard, data);
}

static void on_content_gap(void *arg, struct smtp_session *session, uint64_t length)
{
    struct heard *heard = arg;
    (void)session;
    (void)length;
    must(heard->open);
}

static void on_content_end(void *arg, struct smtp_session *session)
{
    struct heard *heard = arg;
    (void)session;
    must(heard->open);
    heard->open = false;
}

static void on_transaction(void *arg, struct smtp_session *session,
                           const struct smtp_transaction *transaction)
{
    (void)session;
    must(transaction->recipient_count <= SMTP_RECIPIENTS_MAX);
    must(transaction->opened || transaction->recipient_total > 0);
    touch(arg, transaction->mail_path);
    touch(arg, transaction->mail_address);
    touch(arg, transaction->mail_params);
    touch_reply(arg, &transaction->content_reply);
    for (size_t i = 0; i < transaction->recipient_count; i++) {
        touch(arg, transaction->recipients[i].path);
        touch(arg, transaction->recipients[i].address);
        touch_reply(arg, &transaction->recipients[i].reply);
    }
}

static void on_line(void *arg, struct smtp_session *session, enum direction direction,
                    struct span line, int64_t time)
{
    (void)session;
    (void)direction;
    (void)time;
    touch(arg, line);
}

static void steps(struct smtp_session *session, struct rd *rd)
{
    int64_t now = 0;
    for (uint64_t number = 1; rd_left(rd) > 0 && rd_ok(rd); number++) {
        uint8_t kind = rd_u8(rd);
        enum direction direction = (kind & 1) != 0 ? FROM_SERVER : FROM_CLIENT;
        size_t len = (kind & 2) != 0 ? rd_u16(rd) : rd_u8(rd);
        now += (kind & 8) != 0 ? 20 * CLOCK_SECOND : 1000;
        if ((kind & 4) != 0) {
            smtp_session_gap(session, direction, len, now, number);
            continue;
        }
        if (len > rd_left(rd))
            len = rd_left(rd);
        struct span part = rd_take(rd, len);
        /* On the heap, of exactly its size, so that a sanitizer sees every step too far. */
        uint8_t *copy = malloc(len + 1);
        if (copy == NULL)
            return;
        memcpy(copy + 1, part.at == NULL ? (const uint8_t *)"" : part.at, len);
        smtp_session_data(session, direction, span_make(copy + 1, len), now, number);
        free(copy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rd rd = rd_make(span_make(data, size));
    uint8_t options = rd_u8(&rd);
    struct heard heard = {0};
    struct flow_info flow = {.midstream = (options & 1) != 0};
    struct smtp_sink sink = {
        .on_greeting = on_greeting,
        .on_exchange = on_exchange,
        .on_content_begin = on_content_begin,
        .on_content = on_content,
        .on_content_gap = on_content_gap,
        .on_content_end = on_content_end,
        .on_transaction = on_transaction,
        .on_line = on_line,
        .arg = &heard,
    };
    struct budget budget;
    struct smtp_session *session;
    budget_init(&budget, (options & 2) != 0 ? 8 * 1024 : 16 * 1024 * 1024);
    if (smtp_session_new(&flow, &sink, &budget, NULL, &session) != ERR_NONE)
        return 0;
    steps(session, &rd);
    smtp_session_end(session, CLOSE_FIN, 0, 0);
    must(!heard.open);
    must(budget.used == 0);
    return 0;
}
