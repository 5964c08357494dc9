/* showing: a table of the dialogues under way, by flow_id. */
#include "showing.h"

#include <mxtap/lru.h>
#include <mxtap/replies.h>
#include <stdlib.h>

#define DIALOGUES_MAX 10000
#define LATE_MAX      (1 << 20) /* octets of findings after their session */

struct showing {
    struct dialogue_options options;
    FILE *out;
    struct lru *dialogues; /* struct dialogue * by flow_id */
    struct worker_watch watch;
    struct buf late;
    bool any;
};

static struct dialogue *find(struct showing *showing, uint64_t flow_id)
{
    struct dialogue **slot = lru_peek(showing->dialogues, &flow_id);
    return slot == NULL ? NULL : *slot;
}

static void opened(void *arg, const struct flow_info *flow)
{
    struct showing *showing = arg;
    struct dialogue **slot = lru_make(showing->dialogues, &flow->flow_id, flow->opened, NULL);
    if (slot != NULL && *slot == NULL && dialogue_new(&showing->options, flow, slot) != ERR_NONE)
        *slot = NULL;
}

static void on_line(void *arg, uint64_t flow_id, enum direction direction, struct span line,
                    int64_t time)
{
    struct dialogue *dialogue = find(arg, flow_id);
    if (dialogue != NULL)
        dialogue_add(dialogue, direction == FROM_CLIENT ? DIALOGUE_CLIENT : DIALOGUE_SERVER, line,
                     time);
}

static void on_content(void *arg, uint64_t flow_id, const struct mail_summary *mail, int64_t time)
{
    struct dialogue *dialogue = find(arg, flow_id);
    if (dialogue == NULL)
        return;
    char text[120];
    snprintf(text, sizeof text, "[message, %s%ju octets, %ju header fields]",
             mail->holes ? "at least " : "", (uintmax_t)mail->octets, (uintmax_t)mail->field_count);
    dialogue_add(dialogue, DIALOGUE_CONTENT, span_text(text), time);
}

/* The class of a verdict stands beside the reply that was just shown. */
static void on_exchange(void *arg, uint64_t flow_id, const struct smtp_command *command,
                        const struct smtp_reply *reply)
{
    struct showing *showing = arg;
    struct dialogue *dialogue = find(showing, flow_id);
    if (dialogue == NULL || reply->code == 0 ||
        (command->verb != SMTP_RCPT && command->verb != SMTP_VRFY && command->verb != SMTP_EXPN &&
         command->verb != SMTP_CONTENT))
        return;
    enum reply_class class = replies_class(know_replies(showing->options.know), reply->code,
                                           reply->enhanced, reply->text);
    if (class != REPLY_ACCEPTED)
        dialogue_verdict(dialogue, replies_name(class));
}

static void on_gap(void *arg, uint64_t flow_id, enum direction direction, uint64_t length,
                   int64_t time)
{
    struct dialogue *dialogue = find(arg, flow_id);
    if (dialogue == NULL)
        return;
    char text[120];
    const char *side = direction == FROM_CLIENT ? "client" : "server";
    if (length > 0)
        snprintf(text, sizeof text, "[gap: %ju octets of the %s are missing]", (uintmax_t)length,
                 side);
    else
        snprintf(text, sizeof text, "[gap: octets of the %s are missing]", side);
    dialogue_add(dialogue, DIALOGUE_NOTE, span_text(text), time);
}

static void print(struct showing *showing, const struct buf *text)
{
    if (showing->any)
        fputc('\n', showing->out);
    showing->any = true;
    fwrite(text->at, 1, text->len, showing->out);
}

static void ended(void *arg, const struct smtp_summary *summary, enum close_reason reason,
                  int64_t time)
{
    struct showing *showing = arg;
    struct dialogue *dialogue = find(showing, summary->flow->flow_id);
    if (dialogue == NULL)
        return;
    struct buf text;
    buf_init(&text, 16 << 20);
    dialogue_print(dialogue, summary, reason, time, &text);
    print(showing, &text);
    buf_done(&text);
    lru_remove(showing->dialogues, &summary->flow->flow_id);
}

static void on_alert(void *arg, const struct alert *alert)
{
    struct showing *showing = arg;
    struct dialogue *dialogue = find(showing, alert->flow->flow_id);
    if (dialogue != NULL) {
        dialogue_finding(dialogue, alert);
        return;
    }
    const struct format *format = format_find("text");
    const struct format_options options = {.know = showing->options.know,
                                           .color = showing->options.color};
    format->alert(&options, alert, "", &showing->late);
    buf_add_octet(&showing->late, '\n');
}

static void leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)arg;
    (void)key;
    (void)reason;
    dialogue_free(*(struct dialogue **)value);
}

enum err showing_new(const struct dialogue_options *options, FILE *out,
                     struct showing **ret_showing)
{
    struct showing *showing = calloc(1, sizeof *showing);
    if (showing == NULL)
        return ERR_MEMORY;
    showing->options = *options;
    showing->out = out;
    buf_init(&showing->late, LATE_MAX);
    showing->watch = (struct worker_watch){
        .opened = opened,
        .line = on_line,
        .content = on_content,
        .exchange = on_exchange,
        .gap = on_gap,
        .ended = ended,
        .arg = showing,
    };
    const struct lru_options lru = {
        .key_size = sizeof(uint64_t),
        .value_size = sizeof(struct dialogue *),
        .max_entries = DIALOGUES_MAX,
        .leave = leave,
    };
    enum err err = lru_new(&lru, &showing->dialogues);
    if (err != ERR_NONE) {
        free(showing);
        return err;
    }
    *ret_showing = showing;
    return ERR_NONE;
}

void showing_free(struct showing *showing)
{
    if (showing == NULL)
        return;
    lru_free(showing->dialogues);
    buf_done(&showing->late);
    free(showing);
}

const struct worker_watch *showing_watch(struct showing *showing)
{
    return &showing->watch;
}

struct alert_sink showing_alerts(struct showing *showing)
{
    return (struct alert_sink){on_alert, showing};
}

void showing_end(struct showing *showing)
{
    if (showing->late.len > 0)
        print(showing, &showing->late);
}
