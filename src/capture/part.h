/*
 * part: one input of a capture, open or not, with the packet it has to give next.
 *
 * Called by capture.c. Each part is opened once at the start for the time of its first packet; a
 * regular file is then closed again until that time comes, so that any number of rotated files
 * needs one descriptor. The octets of the waiting packet live until the next part_advance.
 */
#ifndef PART_H
#define PART_H

#include "file.h"

enum part_state {
    PART_WAITING, /* a packet is at hand, or will be once opened */
    PART_ENDED,   /* no more packets */
    PART_DAMAGED, /* no more packets: file.damage_at, file.cause */
};

struct part {
    struct file file;
    const char *name;
    size_t folder;        /* of names.h */
    size_t order;         /* among all parts: breaks ties of time */
    bool skipped;         /* something else that a directory held */
    int64_t first;        /* time of the first packet */
    struct packet packet; /* waiting */
    uint64_t size;        /* on disk; 0: unknown */
    uint64_t done;        /* octets read, once it is closed */
};

/* Opens it for its first packet; keep leaves it open with that packet waiting. ERR_SYSTEM and
 * ERR_SUPPORT as file_open says; ERR_DAMAGED where not one packet can be read; *ret_state says
 * whether there are packets. */
enum err part_probe(struct part *part, bool keep, enum part_state *ret_state) MXTAP_MUST_CHECK;

/* Opens it (if it is not open) and makes its first packet wait. */
enum part_state part_start(struct part *part);

/* Closes the file after its reader gave got instead of a packet. */
enum part_state part_end(struct part *part, int got);

/* Makes the next packet wait. The file is closed where there is none. */
enum part_state part_advance(struct part *part);

/* The same without the place where it waits: for an input that is alone. */
static inline enum part_state part_read(struct part *part, struct packet *ret_packet)
{
    int got = part->file.ops->next(&part->file, ret_packet);
    if (__builtin_expect(got != 1, 0))
        return part_end(part, got);
    ret_packet->source = part->name;
    return PART_WAITING;
}

void part_close(struct part *part);
uint64_t part_consumed(const struct part *part);

#endif
