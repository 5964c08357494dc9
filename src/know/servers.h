/*
 * servers: addresses that are mail servers, each until its time is over: they were seen to take
 * mail, or an MX host's address is theirs.
 *
 * Reading changes nothing. Owned by know, one thread.
 */
#ifndef MXTAP_SERVERS_H
#define MXTAP_SERVERS_H

#include <mxtap/know.h>
#include <mxtap/lru.h>

struct servers {
    struct lru *table; /* int64_t until, by address */
    struct budget share;
};

enum err servers_init(struct servers *servers, struct budget *budget, size_t reserve,
                      int64_t max_idle) MXTAP_MUST_CHECK;
void servers_done(struct servers *servers);
void servers_learn(struct servers *servers, const struct addr *addr, int64_t now, int64_t until);
bool servers_has(const struct servers *servers, const struct addr *addr, int64_t now);

/* For know_save and know_load (remember.h). What ended at over or earlier is left out. */
void servers_save(const struct servers *servers, struct image *image, int64_t over);
void servers_load(struct servers *servers, const struct image *image, int64_t ttl_max);

#endif
