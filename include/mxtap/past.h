/*
 * past: the file in which an image survives a restart (SQLite).
 *
 * Called by app's correlator: past_open at the start, past_load once, past_save at each interval,
 * past_close at the end. Saving is done in a thread of its own, one image at a time, all of it in
 * one transaction: a process that is killed leaves the image before. A file that is damaged or not
 * ours is renamed to FILE.aside-TIME and a new one is begun. The file has mode 0600; its folder
 * must let us make, rename and remove files. One process has a file: the second is told so.
 *
 * An image that cannot be written (disk full) or is not whole is counted and told in past_stats,
 * and forgotten: the file keeps the one before, and the next is tried. Without SQLite past_open
 * gives ERR_SUPPORT; the other functions take a past that is NULL, and do nothing. past_open,
 * past_load, past_save and past_close are one thread's; past_wait and past_stats anybody's.
 */
#ifndef MXTAP_PAST_H
#define MXTAP_PAST_H

#include <mxtap/image.h>

struct past;

struct past_options {
    const char *path;
    /* Called first in the saving thread (signals, sandbox); may be NULL. */
    void (*on_thread)(void *arg);
    void *arg;
};

struct past_stats {
    uint64_t saved, failed; /* images */
    uint64_t octets;        /* of the last image */
    int64_t took;           /* nanoseconds that writing the last one took */
    int64_t saved_at;       /* event time of the last image in the file; 0: none */
    char trouble[512]; /* of the last image: why it is not in the file, or what was set aside for
                          it; or empty */
};

/* Where something was set aside or could not be had, ret_message (size octets) has a line for the
 * log, with ERR_NONE too. */
enum err past_open(const struct past_options *options, struct past **ret_past, char *ret_message,
                   size_t size) MXTAP_MUST_CHECK;
/* The image of the last save: *ret_image is the caller's, NULL where there is none; *ret_time is
 * the event time of it. A damaged file is set aside as above. */
enum err past_load(struct past *past, struct image **ret_image, int64_t *ret_time,
                   char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Takes the image over and writes it in the background; false (and the image is freed) where the
 * one before is not written yet. time: event time of the image. */
bool past_save(struct past *past, struct image *image, int64_t time);
/* Waits until the image that was handed over is written. */
void past_wait(struct past *past);
void past_stats(struct past *past, struct past_stats *ret_stats);
/* Waits as above, ends the thread, closes the file. */
void past_close(struct past *past);

#endif
