/*
 * namelist: the first few names of a long list, and how many there were.
 *
 * Kept for evidence: at most EVIDENCE_LIST_MAX names of at most 200 octets each, charged to the
 * budget; a name for which that has no room is only counted. One thread.
 */
#ifndef MXTAP_NAMELIST_H
#define MXTAP_NAMELIST_H

#include "evidence.h"

#include <mxtap/budget.h>

struct namelist {
    struct budget *budget;
    uint8_t *texts; /* each name with a length octet before it */
    uint32_t len;   /* octets */
    uint32_t kept;  /* names */
    uint64_t total; /* names, kept or not */
};

/* The budget (NULL: none) must outlive the list. */
void namelist_init(struct namelist *list, struct budget *budget);
void namelist_done(struct namelist *list);
void namelist_add(struct namelist *list, struct span name);
/* Adds the list as name and its total as count_name. */
void namelist_evidence(struct detect *detect, const struct namelist *list,
                       struct json_object *evidence, const char *name, const char *count_name);

#endif
