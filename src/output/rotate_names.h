/*
 * rotate_names: what old files of a rotated file are called, and which there are.
 *
 * FILE-20261122T150405.123456Z: the time at which it was put aside (UTC), always as long, so names
 * sort by time; no two are alike, since a time that is taken counts on by a microsecond. ".gz" at
 * the end where it is packed. One that is not whole yet ends in ".tmp": FILE-TIME.tmp is waiting to
 * be packed, FILE-TIME.gz.tmp is what has been packed of it.
 *
 * Names are names in one folder, without a path. For rotate.c.
 */
#ifndef MXTAP_OUTPUT_ROTATE_NAMES_H
#define MXTAP_OUTPUT_ROTATE_NAMES_H

#include <mxtap/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROTATE_NAME 256 /* octets of a name, with its NUL */
#define ROTATE_BASE 200 /* octets of the rotated file's own name, without a NUL, at most */

enum rotate_kind { ROTATE_PLAIN, ROTATE_PACKED, ROTATE_WAITING, ROTATE_PART, ROTATE_KINDS };

/* An old file: its time in microseconds since 1970, and in which forms it is there. */
struct rotate_old {
    int64_t time;
    unsigned kinds; /* bits 1 << enum rotate_kind */
};

/* Oldest first. */
struct rotate_list {
    struct rotate_old *at;
    size_t count, room;
};

void rotate_name(const char *base, int64_t time, enum rotate_kind kind, char ret_name[ROTATE_NAME]);
/* Is it such a name? */
bool rotate_name_read(const char *base, const char *name, int64_t *ret_time,
                      enum rotate_kind *ret_kind);

/* The old files in the folder (an open directory). ERR_SYSTEM, ERR_MEMORY: what could be read is
 * there; ERR_LIMIT: there are more than 65,536. */
enum err rotate_list_read(int folder, const char *base, struct rotate_list *ret_list);
void rotate_list_done(struct rotate_list *list);

#endif
