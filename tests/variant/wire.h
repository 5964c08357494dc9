/* wire.h: big-endian numbers in a byte array.
 *
 * Called by every file of the variant tool. The caller has checked that the bytes are there.
 */
#ifndef VARIANT_WIRE_H
#define VARIANT_WIRE_H

#include <stdint.h>

static inline uint16_t wire_get16(const uint8_t *at)
{
    return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

static inline uint32_t wire_get32(const uint8_t *at)
{
    return (uint32_t)wire_get16(at) << 16 | wire_get16(at + 2);
}

static inline void wire_put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void wire_put32(uint8_t *at, uint32_t value)
{
    wire_put16(at, value >> 16);
    wire_put16(at + 2, value);
}

#endif
