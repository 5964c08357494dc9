/* left: one table for both kinds of keys, with the host that brought the mail as the value. */
#include "left.h"

#include "reports.h"

#include <stdlib.h>

struct left {
    struct detect *detect;
    struct lru *table; /* struct addr of the client, by a hash */
};

enum err left_new(struct detect *detect, int64_t keep, struct left **ret_left)
{
    struct left *left = calloc(1, sizeof *left);
    if (left == NULL)
        return ERR_MEMORY;
    left->detect = detect;
    const struct table_shape shape = {sizeof(uint64_t), sizeof(struct addr), LEFT_MAX, keep, NULL};
    enum err err = table_new(detect, shape, NULL, &left->table);
    if (err != ERR_NONE) {
        free(left);
        return err;
    }
    *ret_left = left;
    return ERR_NONE;
}

void left_free(struct left *left)
{
    if (left == NULL)
        return;
    lru_free(left->table);
    free(left);
}

void left_tick(struct left *left, int64_t now)
{
    lru_expire(left->table, now);
}

static uint64_t pair_key(struct span sender, struct span recipient)
{
    uint64_t parts[2] = {reports_address_hash(sender), reports_address_hash(recipient)};
    return hash_stable(span_make(parts, sizeof parts));
}

static void remember(struct left *left, uint64_t key, const struct event *event)
{
    struct addr *client = lru_make(left->table, &key, event->time, NULL);
    if (client != NULL)
        *client = event->flow.client;
}

void left_learn(struct left *left, const struct event *event)
{
    const struct know *know = detect_know(left->detect);
    const struct event_message *message = &event->message;
    bool trusted = (event->session.facts & SMTP_BIT(SMTP_FACT_AUTHENTICATED)) != 0;
    if (know_has_home(know) && !trusted && !know_is_home(know, &event->flow.client))
        return;
    struct span sender = event_text(event, message->mail_address);
    if (sender.len == 0)
        return;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    for (uint32_t i = 0; i < message->rcpts.len; i++)
        if (rcpts[i].reply.code < 500)
            remember(left, pair_key(sender, event_text(event, rcpts[i].address)), event);
    struct span id = span_trim(event_text(event, message->mail.message_id));
    if (message->has_mail && id.len > 0)
        remember(left, hash_stable(id), event);
}

/* Is the host on the side of the server that the report comes to? */
static bool is_ours(struct left *left, const struct event *event, const struct addr *addr,
                    struct span name)
{
    struct know *know = detect_know(left->detect);
    if (know_has_home(know))
        return know_is_home(know, addr);
    struct addr_net net = addr_network(&event->flow.server);
    if (addr_net_has(&net, addr))
        return true;
    struct span greeting = event_text(event, event->session.greeting);
    return know_same_organisation(know, name, span_word(&greeting));
}

static bool knows(struct left *left, const struct event *event, uint64_t key)
{
    const struct addr *client = lru_peek(left->table, &key);
    if (client == NULL)
        return false;
    struct know *know = detect_know(left->detect);
    if (know_has_home(know))
        return true;
    struct know_host host;
    know_host_of(know, client, event->time, &host);
    return is_ours(left, event, client, host.name);
}

bool left_knows(struct left *left, const struct event *event, struct span recipient,
                const struct quoted *quoted)
{
    const struct event_mail *mail = &event->message.mail;
    struct span id = span_trim(event_text(event, mail->report_message_id));
    struct span failed = event_text(event, mail->report_recipient);
    return (id.len > 0 && knows(left, event, hash_stable(id))) ||
           (failed.len > 0 && knows(left, event, pair_key(recipient, failed))) ||
           (quoted->origin == QUOTED_HANDED && is_ours(left, event, &quoted->from, quoted->name));
}
