/* hosts: what is known of an address. */
#include "know_private.h"

void know_learn(struct know *know, const struct event *event)
{
    (void)know;
    (void)event;
}

void know_host_of(struct know *know, const struct addr *addr, int64_t now,
                  struct know_host *ret_host)
{
    (void)know;
    (void)addr;
    (void)now;
    *ret_host = (struct know_host){0};
}

void know_client(struct know *know, const struct event *event, struct know_host *ret_host)
{
    know_host_of(know, &event->flow.client, event->time, ret_host);
    if (ret_host->name.len > 0)
        return;
    ret_host->name = know_client_name(event);
    if (ret_host->name.len == 0)
        return;
    ret_host->source = KNOW_FROM_SERVER;
    ret_host->name_class = names_class_of(ret_host->name, &event->flow.client);
}

const char *know_source_name(enum know_source source)
{
    static const char *const names[] = {"nowhere", "file", "dns", "server", "received"};
    return names[source];
}

const char *know_confirmed_name(enum know_confirmed confirmed)
{
    static const char *const names[] = {"unseen", "confirmed", "refuted"};
    return names[confirmed];
}

bool know_is_mail_server(struct know *know, const struct addr *addr, int64_t now)
{
    (void)know;
    (void)addr;
    (void)now;
    return false;
}

void know_stats(const struct know *know, struct know_stats *ret_stats)
{
    (void)know;
    *ret_stats = (struct know_stats){0};
}
