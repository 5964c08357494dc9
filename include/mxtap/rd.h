/*
 * rd: a bounds-checked cursor over a span, with a sticky error.
 *
 * Reading past the end gives zeros, sets failed and moves nothing, so that a decoder reads a whole
 * header and looks at rd_ok() once. Integers are big-endian (network order) unless the name says
 * le.
 */
#ifndef MXTAP_RD_H
#define MXTAP_RD_H

#include <mxtap/span.h>

struct rd {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

static inline struct rd rd_make(struct span span)
{
    return (struct rd){span.at, span.len == 0 ? span.at : span.at + span.len, false};
}

static inline bool rd_ok(const struct rd *rd)
{
    return !rd->failed;
}

static inline size_t rd_left(const struct rd *rd)
{
    return rd->at == NULL ? 0 : (size_t)(rd->end - rd->at);
}

/* The bytes not yet read. */
static inline struct span rd_rest(const struct rd *rd)
{
    return (struct span){rd->at, rd_left(rd)};
}

static inline bool rd_need(struct rd *rd, size_t count)
{
    if (!rd->failed && rd_left(rd) >= count)
        return true;
    rd->failed = true;
    return false;
}

static inline uint8_t rd_u8(struct rd *rd)
{
    return rd_need(rd, 1) ? *rd->at++ : 0;
}

static inline uint16_t rd_u16(struct rd *rd)
{
    if (!rd_need(rd, 2))
        return 0;
    uint16_t value = (uint16_t)(rd->at[0] << 8 | rd->at[1]);
    rd->at += 2;
    return value;
}

static inline uint32_t rd_u32(struct rd *rd)
{
    if (!rd_need(rd, 4))
        return 0;
    uint32_t value = (uint32_t)rd->at[0] << 24 | (uint32_t)rd->at[1] << 16 |
                     (uint32_t)rd->at[2] << 8 | rd->at[3];
    rd->at += 4;
    return value;
}

static inline uint16_t rd_u16le(struct rd *rd)
{
    uint16_t value = rd_u16(rd);
    return (uint16_t)(value << 8 | value >> 8);
}

static inline uint32_t rd_u32le(struct rd *rd)
{
    return __builtin_bswap32(rd_u32(rd));
}

static inline uint64_t rd_u64(struct rd *rd)
{
    if (!rd_need(rd, 8))
        return 0;
    uint64_t high = rd_u32(rd);
    return high << 32 | rd_u32(rd);
}

/* The next count octets as a span; empty and failed where there are fewer. */
static inline struct span rd_take(struct rd *rd, size_t count)
{
    if (!rd_need(rd, count))
        return SPAN_NULL;
    struct span span = {rd->at, count};
    if (count > 0)
        rd->at += count;
    return span;
}

static inline void rd_skip(struct rd *rd, size_t count)
{
    (void)rd_take(rd, count);
}

#endif
