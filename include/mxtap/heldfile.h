/*
 * heldfile: a file that one process has at a time: had, held against others, set aside.
 *
 * A file is held by flock(2), which goes with the process, on a descriptor of its own: SQLite's
 * locks are of another kind and come and go with its transactions, so that others can read. Lines
 * for the log begin with the path. One thread at a time.
 */
#ifndef MXTAP_HELDFILE_H
#define MXTAP_HELDFILE_H

#include <mxtap/err.h>

#include <stdbool.h>
#include <stddef.h>

/* The file at path, made where there is none, with mode 0600. ERR_SYSTEM: it cannot be had, or
 * another process holds it. */
enum err heldfile_hold(const char *path, int *ret_fd, char *ret_message,
                       size_t size) MXTAP_MUST_CHECK;
/* Is the file that is held still the one at path? */
bool heldfile_is_at(const char *path, int fd);
/* Renames the file and what SQLite keeps beside it to PATH.aside-TIME. The message has why, and
 * where it went. */
enum err heldfile_set_aside(const char *path, const char *why, char *ret_message,
                            size_t size) MXTAP_MUST_CHECK;

#endif
