/*
 * pcapng interface description blocks and time stamps (draft-ietf-opsawg-pcapng 4.2).
 */
#include "pcapng.h"

#include <mxtap/clock.h>

#define PCAPNG_OPTION_END      0
#define PCAPNG_OPTION_TSRESOL  9
#define PCAPNG_OPTION_TSOFFSET 14

#define PCAPNG_RESOLUTION_DEFAULT 6
#define PCAPNG_RESOLUTION_BINARY  0x80

static int64_t pcapng_clamp(__int128 value)
{
    if (value > INT64_MAX)
        return INT64_MAX;
    return value <= INT64_MIN ? INT64_MIN + 1 : (int64_t)value;
}

static uint32_t pcapng_scale(uint8_t resolution)
{
    if (resolution > 9)
        return 0;
    uint32_t scale = 1;
    for (unsigned digits = resolution; digits < 9; digits++)
        scale *= 10;
    return scale;
}

static void pcapng_option(struct pcapng_interface *interface, uint16_t code, struct span value,
                          bool little)
{
    struct rd rd = rd_make(value);
    if (code == PCAPNG_OPTION_TSRESOL && value.len >= 1) {
        interface->resolution = rd_u8(&rd);
    } else if (code == PCAPNG_OPTION_TSOFFSET && value.len >= 8) {
        uint64_t first = pcapng_u32(&rd, little);
        uint64_t second = pcapng_u32(&rd, little);
        interface->offset = (int64_t)(little ? second << 32 | first : first << 32 | second);
    }
}

bool pcapng_interface(struct span body, bool little, struct pcapng_interface *ret_interface)
{
    struct rd rd = rd_make(body);
    struct pcapng_interface interface = {.resolution = PCAPNG_RESOLUTION_DEFAULT};
    interface.linktype = pcapng_u16(&rd, little);
    rd_skip(&rd, 2);
    interface.snap = pcapng_u32(&rd, little);
    if (!rd_ok(&rd))
        return false;
    while (rd_left(&rd) >= 4) {
        uint16_t code = pcapng_u16(&rd, little);
        uint16_t len = pcapng_u16(&rd, little);
        struct span value = rd_take(&rd, len);
        if (code == PCAPNG_OPTION_END || !rd_ok(&rd))
            break;
        pcapng_option(&interface, code, value, little);
        rd_skip(&rd, (4 - len % 4u) % 4);
    }
    interface.scale = pcapng_scale(interface.resolution);
    *ret_interface = interface;
    return true;
}

/* Resolutions finer than a nanosecond, and powers of two. */
static __int128 pcapng_time_fine(uint8_t resolution, uint64_t ticks)
{
    if (resolution & PCAPNG_RESOLUTION_BINARY) {
        unsigned shift = resolution & 0x7f;
        return (__int128)ticks * CLOCK_SECOND >> shift;
    }
    for (unsigned i = 9; i < resolution && ticks > 0; i++)
        ticks /= 10;
    return ticks;
}

int64_t pcapng_time(const struct pcapng_interface *interface, uint64_t ticks)
{
    __int128 time = interface->scale != 0 ? (__int128)ticks * interface->scale
                                          : pcapng_time_fine(interface->resolution, ticks);
    return pcapng_clamp(time + (__int128)interface->offset * CLOCK_SECOND);
}
