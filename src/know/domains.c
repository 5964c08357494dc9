/* domains: the MX and NS hosts of mail domains. */
#include "know_private.h"

enum know_role know_domain_role(struct know *know, struct span domain, struct span host,
                                int64_t now)
{
    (void)know;
    (void)domain;
    (void)host;
    (void)now;
    return KNOW_ROLE_NONE;
}

bool know_domain_seen(struct know *know, struct span domain, int64_t now)
{
    (void)know;
    (void)domain;
    (void)now;
    return false;
}

const char *know_role_name(enum know_role role)
{
    static const char *const names[] = {"none", "MX", "NS"};
    return names[role];
}
