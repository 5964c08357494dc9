/*
 * file: one capture file being read, whatever its kind (captures.def).
 *
 * Called by capture.c. A reader (struct file_ops) is found by the first octets; it reads from
 * file->input, keeps its own state, and lends each packet until the next one. Offsets are those of
 * the capture format: in a gzipped file, of what gzip holds. One thread a file.
 */
#ifndef FILE_H
#define FILE_H

#include "input.h"

#include <mxtap/capture.h>

#define FILE_BUFFER       ((size_t)256 << 10) /* octets of read-ahead: fewer system calls */
#define FILE_BUFFER_PROBE ((size_t)8 << 10)   /* when only the first packet is wanted */

/* Octets of one packet; more than this is damage. libpcap draws the same line. */
#define FILE_PACKET_MAX 262144

struct file;

struct file_ops {
    const char *name;
    bool (*match)(struct span head); /* INPUT_HEAD octets */
    enum err (*open)(struct file *file, size_t buffer);
    /* 1: time, data, wire_len and linktype are set; 0: the end; ERR_DAMAGED: see file_damage. */
    int (*next)(struct file *file, struct packet *ret_packet);
    void (*close)(struct file *file); /* also after an open that failed */
};

struct file {
    const struct file_ops *ops; /* NULL: not open */
    struct input *input;
    void *state;        /* the reader's */
    uint64_t damage_at; /* octet where the damaged record starts */
    char cause[240];
};

/* Opens by name and finds the reader. On failure, cause is set and nothing is left open:
 * ERR_SYSTEM: cannot be opened; ERR_SUPPORT: no capture; ERR_DAMAGED: its header is damaged. */
enum err file_open(struct file *file, const char *name, size_t buffer) MXTAP_MUST_CHECK;
void file_close(struct file *file);

/* For readers: notes damage and returns ERR_DAMAGED. Where the input itself failed (zlib, disk),
 * that is the cause that people are told. */
enum err file_damage(struct file *file, uint64_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
