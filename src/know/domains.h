/*
 * domains: the MX and NS hosts of domains as answers told them; know.h has what is asked of it.
 *
 * Up to DOMAINS_HOSTS hosts of each kind; a newer answer replaces an older one. Owned by know, one
 * thread.
 */
#ifndef MXTAP_DOMAINS_H
#define MXTAP_DOMAINS_H

#include <mxtap/know.h>
#include <mxtap/lru.h>

#define DOMAINS_HOSTS 8

struct domains {
    struct lru *table; /* by namekey */
    struct budget share;
};

enum err domains_init(struct domains *domains, struct budget *budget, size_t reserve,
                      int64_t max_idle) MXTAP_MUST_CHECK;
void domains_done(struct domains *domains);
/* role is KNOW_ROLE_MX or KNOW_ROLE_NS; count is not 0. */
void domains_learn(struct domains *domains, struct span domain, enum know_role role,
                   const struct span *hosts, size_t count, int64_t now, int64_t until);

/* For know_save and know_load (remember.h). What ended at over or earlier is left out. */
void domains_save(const struct domains *domains, struct image *image, int64_t over);
void domains_load(struct domains *domains, const struct image *image, int64_t ttl_max);

#endif
