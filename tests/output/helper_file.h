/*
 * helper_file: the file sink in a folder of its own, and what is in its files.
 */
#ifndef MXTAP_HELPER_FILE_H
#define MXTAP_HELPER_FILE_H

#include <mxtap/buf.h>
#include <mxtap/sink.h>

struct helper_file {
    const struct sink *sink;
    void *options;
    char folder[64], path[80]; /* FOLDER/eve.json */
};

/* settings: "name=value" texts, ends with NULL. */
void helper_file_init(struct helper_file *file, const char *const *settings);
/* Removes the folder and what is in it. */
void helper_file_done(struct helper_file *file);
void *helper_file_open(const struct helper_file *file, bool live);
void helper_file_write(const struct helper_file *file, void *state, const char *record);
/* Flushes, and tends until there is nothing more to do. */
void helper_file_finish(const struct helper_file *file, void *state);

/* How many names in the folder end so. */
size_t helper_file_count(const struct helper_file *file, const char *ending);
/* The n-th of the names in the folder, sorted; false: there are not so many. */
bool helper_file_name(const struct helper_file *file, size_t n, char *ret_name, size_t size);
/* All records, the oldest first: of old files in the order of their names, unpacked; then of the
 * file itself. To be done by the caller. */
void helper_file_read(const struct helper_file *file, struct buf *ret_octets);
/* A file in the folder with this text. */
void helper_file_put(const struct helper_file *file, const char *name, const char *text);

#endif
