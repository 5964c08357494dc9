/*
 * pcapng: interfaces and times of a pcapng section (draft-ietf-opsawg-pcapng).
 *
 * Called by file_pcapng.c. An interface is made from the body of its description block; times come
 * in its resolution and go out in nanoseconds, clamped where 64 bits do not hold them.
 */
#ifndef PCAPNG_H
#define PCAPNG_H

#include <mxtap/err.h>
#include <mxtap/rd.h>

struct pcapng_interface {
    int linktype;
    uint32_t snap;      /* octets; 0: no limit */
    uint8_t resolution; /* if_tsresol as it stands: a power of 10, or of 2 with the top bit */
    uint32_t scale;     /* nanoseconds a tick where that is a whole number, else 0 */
    int64_t offset;     /* seconds, if_tsoffset */
};

/* Integers in the byte order of the section. */
static inline uint16_t pcapng_u16(struct rd *rd, bool little)
{
    return little ? rd_u16le(rd) : rd_u16(rd);
}

static inline uint32_t pcapng_u32(struct rd *rd, bool little)
{
    return little ? rd_u32le(rd) : rd_u32(rd);
}

/* False where the body is too short. Options that run past the end are left out. */
bool pcapng_interface(struct span body, bool little, struct pcapng_interface *ret_interface);

int64_t pcapng_time(const struct pcapng_interface *interface, uint64_t ticks);

#endif
