/*
 * hosts: the names of addresses as the wire told them, each until its time is over.
 *
 * A host has up to HOSTS_NAMES names, or is known to have none. What a more trusted source said
 * (enum know_source) is not replaced by a less trusted one while it lives; the same source replaces
 * its own. Names are copies in lower case, charged to the share of the budget like the entries; on
 * refusal the host learned longest ago is forgotten. Reading changes nothing. Owned by know, one
 * thread.
 */
#ifndef MXTAP_HOSTS_H
#define MXTAP_HOSTS_H

#include <mxtap/know.h>
#include <mxtap/lru.h>

#define HOSTS_NAMES 2

struct host_name {
    struct span text;
    enum name_class class; /* with the address */
    int64_t confirmed;     /* until when an A or AAAA answer leads back to the address */
};

struct host {
    int64_t until;
    enum know_source source;
    unsigned count; /* 0: nameless */
    struct host_name names[HOSTS_NAMES];
};

struct hosts {
    struct lru *table; /* struct host by address */
    struct budget share;
};

enum err hosts_init(struct hosts *hosts, struct budget *budget, size_t reserve,
                    int64_t max_idle) MXTAP_MUST_CHECK;
void hosts_done(struct hosts *hosts);
/* No names: nameless. True where it was taken in. */
bool hosts_learn(struct hosts *hosts, const struct addr *addr, enum know_source source,
                 const struct span *names, size_t count, int64_t now, int64_t until);
/* The name, if the host has it, leads back to the address. */
void hosts_confirm(struct hosts *hosts, const struct addr *addr, struct span name, int64_t now,
                   int64_t until);
/* What is known at this time, or NULL; lives until the next call that learns. */
const struct host *hosts_find(const struct hosts *hosts, const struct addr *addr, int64_t now);

/* For know_save and know_load (remember.h). What ended at over or earlier is left out. */
void hosts_save(const struct hosts *hosts, struct image *image, int64_t over);
void hosts_load(struct hosts *hosts, const struct image *image, int64_t ttl_max);

#endif
