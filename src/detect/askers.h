/*
 * askers: the source networks that ask a domain for recipients, and how many of their verdicts were
 * unknown_user.
 *
 * For distributed-harvest. A network that has asked for an unknown recipient is remembered with its
 * verdicts by slices of the window, or a sixth longer. Of all others, which are nearly all, only a
 * count is kept, in an array of fixed size where two that share a place overwrite each other; it is
 * taken over when a network asks for its first unknown recipient. It may be of a longer time than
 * the window, to the benefit of the network. Charged to the detectors' memory. One thread.
 */
#ifndef MXTAP_ASKERS_H
#define MXTAP_ASKERS_H

#include "table.h"

struct asker {
    uint64_t domain; /* hash */
    struct addr_net net;
    uint32_t zero;
};

struct askers;

/* window: nanoseconds. */
enum err askers_new(struct detect *detect, int64_t window,
                    struct askers **ret_askers) MXTAP_MUST_CHECK;
void askers_free(struct askers *askers);

struct asker askers_key(uint64_t domain, const struct addr *client);
/* A verdict: unknown_user or another. */
void askers_count(struct askers *askers, const struct asker *asker, bool unknown, int64_t now);
/* A network with an unknown verdict is worth what is known against its domain (table.h). */
void askers_credit(struct askers *askers, const struct asker *asker, uint64_t count,
                   const struct detect_case *c);
/* Were at least this share of the network's verdicts in the window unknown? One that is not
 * remembered has none. */
bool askers_mostly_unknown(struct askers *askers, const struct asker *asker, double share,
                           int64_t now);

/* For a detector's save and load, beside its tables: those without an unknown verdict. */
void askers_save(const struct askers *askers, struct image *image);
void askers_load(struct askers *askers, const struct image *image);

#endif
