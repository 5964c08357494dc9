/*
 * forward: the addresses of names as A and AAAA answers told them, and which names are MX hosts.
 *
 * Up to FORWARD_ADDRS addresses a name, each until its time is over; a name with more is never
 * refuted. Reading changes nothing. Owned by know, one thread.
 */
#ifndef MXTAP_FORWARD_H
#define MXTAP_FORWARD_H

#include <mxtap/know.h>
#include <mxtap/lru.h>

#include "namekey.h"

#define FORWARD_ADDRS 8

struct forward {
    struct lru *table; /* by namekey */
    struct budget share;
};

/* The addresses of one answer. */
struct forward_addrs {
    const struct addr *addrs;
    size_t count;
    bool more; /* than these */
};

enum err forward_init(struct forward *forward, struct budget *budget, size_t reserve,
                      int64_t max_idle) MXTAP_MUST_CHECK;
void forward_done(struct forward *forward);

/* An answer to A (v4) or AAAA. */
void forward_learn(struct forward *forward, const struct namekey *name, bool v4,
                   const struct forward_addrs *answer, int64_t now, int64_t until);
/* Some domain has an MX host of this name. */
void forward_mark_mx(struct forward *forward, const struct namekey *name, int64_t now,
                     int64_t until);
/* Until when the name is an MX host's; now or earlier: it is not. */
int64_t forward_mx(const struct forward *forward, const struct namekey *name);
enum know_confirmed forward_check(const struct forward *forward, const struct namekey *name,
                                  const struct addr *addr, int64_t now);
/* The addresses that are known at this time; how many. */
size_t forward_addrs(const struct forward *forward, const struct namekey *name, int64_t now,
                     struct addr addrs[FORWARD_ADDRS]);

/* For know_save and know_load (remember.h). What ended at over or earlier is left out. */
void forward_save(const struct forward *forward, struct image *image, int64_t over);
void forward_load(struct forward *forward, const struct image *image, int64_t ttl_max);

#endif
