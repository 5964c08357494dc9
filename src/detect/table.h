/*
 * table: the tables of detectors, all charged to the one budget of the detectors.
 */
#ifndef MXTAP_DETECT_TABLE_H
#define MXTAP_DETECT_TABLE_H

#include <mxtap/detect.h>
#include <mxtap/lru.h>

struct table_shape {
    size_t key, value; /* octets */
    size_t max;        /* entries */
    int64_t idle;      /* nanoseconds of event time; 0: no limit */
    void (*leave)(void *arg, const void *key, void *value, enum lru_reason reason); /* or NULL */
};

enum err table_new(struct detect *detect, struct table_shape shape, void *arg,
                   struct lru **ret_table) MXTAP_MUST_CHECK;

#endif
