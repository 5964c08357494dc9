/* know: the site's settings, the tables of what is learned, and the judging of replies in events.
 */
#include "know_private.h"

#include <stdio.h>
#include <stdlib.h>

#define KNOW_MEMORY  ((size_t)8 << 20)
#define KNOW_TTL_MIN (60 * CLOCK_SECOND)
#define KNOW_TTL_MAX (24 * 3600 * CLOCK_SECOND)

/* Half of the memory is promised to one table or another, the rest is for whichever needs it. */
static enum err make_tables(struct know *know, const struct know_options *options)
{
    size_t memory = options->memory > 0 ? options->memory : KNOW_MEMORY;
    know->ttl_min = options->ttl_min > 0 ? options->ttl_min : KNOW_TTL_MIN;
    know->ttl_max = options->ttl_max > 0 ? options->ttl_max : KNOW_TTL_MAX;
    if (know->ttl_max < know->ttl_min)
        know->ttl_max = know->ttl_min;
    budget_init(&know->budget, memory);
    enum err err = hosts_init(&know->hosts, &know->budget, memory / 4, know->ttl_max);
    if (err == ERR_NONE)
        err = forward_init(&know->forward, &know->budget, memory / 8, know->ttl_max);
    if (err == ERR_NONE)
        err = domains_init(&know->domains, &know->budget, memory / 16, know->ttl_max);
    if (err == ERR_NONE)
        err = servers_init(&know->servers, &know->budget, memory / 16, know->ttl_max);
    return err;
}

static enum err copy_site(struct know *know, const struct know_options *options)
{
    for (size_t i = 0; i < options->home_net_count && i < KNOW_NETS_MAX; i++)
        know->home_nets[know->home_net_count++] = options->home_nets[i];
    for (size_t i = 0; i < options->local_domain_count && i < KNOW_DOMAINS_MAX; i++) {
        char *copy = strdup(options->local_domains[i]);
        if (copy == NULL)
            return ERR_MEMORY;
        know->local_domains[know->local_domain_count++] = copy;
    }
    return ERR_NONE;
}

enum err know_new(const struct know_options *options, struct know **ret_know, char *ret_message,
                  size_t message_size)
{
    struct know *know = calloc(1, sizeof *know);
    if (know == NULL)
        return ERR_MEMORY;
    know->privacy = options->privacy;
    know->suffixes = psl_builtin();
    know->organisations = calloc(KNOW_NAMES, sizeof *know->organisations);
    char problem[REPLIES_PROBLEM_SIZE] = "";
    enum err err = know->organisations == NULL ? ERR_MEMORY : ERR_NONE;
    if (err == ERR_NONE)
        err = replies_new(options->replies_file, &know->replies, problem);
    if (err != ERR_NONE && ret_message != NULL)
        snprintf(ret_message, message_size, "%s", problem);
    if (err == ERR_NONE && options->names_file != NULL)
        err = namesfile_new(options->names_file, &know->namesfile, ret_message, message_size);
    if (err == ERR_NONE)
        err = copy_site(know, options);
    if (err == ERR_NONE)
        err = make_tables(know, options);
    if (err != ERR_NONE) {
        know_free(know);
        return err;
    }
    *ret_know = know;
    return ERR_NONE;
}

void know_free(struct know *know)
{
    if (know == NULL)
        return;
    for (size_t i = 0; i < know->local_domain_count; i++)
        free(know->local_domains[i]);
    hosts_done(&know->hosts);
    forward_done(&know->forward);
    domains_done(&know->domains);
    servers_done(&know->servers);
    namesfile_free(know->namesfile);
    replies_free(know->replies);
    free(know->organisations);
    free(know);
}

bool know_has_home(const struct know *know)
{
    return know->home_net_count > 0;
}

bool know_is_home(const struct know *know, const struct addr *addr)
{
    for (size_t i = 0; i < know->home_net_count; i++)
        if (addr_net_has(&know->home_nets[i], addr))
            return true;
    return false;
}

bool know_has_local_domains(const struct know *know)
{
    return know->local_domain_count > 0;
}

bool know_is_local_domain(const struct know *know, struct span domain)
{
    for (size_t i = 0; i < know->local_domain_count; i++)
        if (span_equal_nocase(span_text(know->local_domains[i]), domain))
            return true;
    return false;
}

struct replies *know_replies(struct know *know)
{
    return know->replies;
}

const struct privacy *know_privacy(const struct know *know)
{
    return &know->privacy;
}

static void judge_reply(struct know *know, const struct event *event, struct event_reply *reply)
{
    if (reply->code == 0)
        return;
    reply->reply_class =
        (uint8_t)replies_class(know->replies, reply->code, event_text(event, reply->enhanced),
                               event_text(event, reply->text));
}

static void judge_message(struct know *know, struct event *event)
{
    struct event_message *message = &event->message;
    judge_reply(know, event, &message->mail_reply);
    judge_reply(know, event, &message->data_reply);
    judge_reply(know, event, &message->content_reply);
    struct event_rcpt *rcpts = (void *)((uint8_t *)event + message->rcpts.at);
    for (uint32_t i = 0; i < message->rcpts.len; i++)
        judge_reply(know, event, &rcpts[i].reply);
}

void know_judge(struct know *know, struct event *event)
{
    know->judged = event;
    know->helo_known = false;
    if (event->kind == EVENT_VERDICT) {
        struct event_verdict *verdict = &event->verdict;
        judge_reply(know, event, &verdict->rcpt.reply);
        /* RFC 5321 3.5.3: 252 says that the server will not say. */
        if (verdict->rcpt.reply.code == 252)
            verdict->rcpt.reply.reply_class = REPLY_OTHER;
    } else if (event->kind == EVENT_MESSAGE) {
        judge_message(know, event);
    }
}

struct span know_domain_of(struct span address)
{
    const uint8_t *sign = address.len == 0 ? NULL : memrchr(address.at, '@', address.len);
    return sign == NULL ? SPAN_NULL : span_skip(address, (size_t)(sign - address.at) + 1);
}

bool know_is_domain_of(struct span address, struct span domain)
{
    return address.len > domain.len && address.at[address.len - domain.len - 1] == '@' &&
           span_ends_nocase(address, domain) && span_find(domain, '@') == domain.len;
}
