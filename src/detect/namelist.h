/*
 * namelist: the first few names of a long list, and how many there were.
 *
 * Kept for evidence: at most EVIDENCE_LIST_MAX names of at most 200 octets each. One thread.
 */
#ifndef MXTAP_NAMELIST_H
#define MXTAP_NAMELIST_H

#include "evidence.h"

struct namelist {
    struct buf texts; /* each name with a length octet before it */
    unsigned kept;
    uint64_t total;
};

void namelist_init(struct namelist *list);
void namelist_done(struct namelist *list);
void namelist_add(struct namelist *list, struct span name);
/* Adds the list as name and its total as count_name. */
void namelist_evidence(struct detect *detect, const struct namelist *list,
                       struct json_object *evidence, const char *name, const char *count_name);

#endif
