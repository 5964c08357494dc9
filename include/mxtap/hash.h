/*
 * hash: a keyed hash for tables whose keys strangers choose (SipHash-1-3, Aumasson and Bernstein
 * 2012), so that nobody can aim at one bucket.
 *
 * The key is fixed for a process and zero by default, which keeps a replay's order the same each
 * time; run sets a random one. Values must never decide an order in the output.
 */
#ifndef MXTAP_HASH_H
#define MXTAP_HASH_H

#include <mxtap/span.h>

struct hash_key {
    uint64_t k0, k1;
};

uint64_t hash_keyed(struct hash_key key, const void *data, size_t len);

/* A fast mixing step for keys that are hashes or counters already (not keyed). */
static inline uint64_t hash_mix(uint64_t value)
{
    value ^= value >> 30;
    value *= 0xbf58476d1ce4e5b9U;
    value ^= value >> 27;
    value *= 0x94d049bb133111ebU;
    return value ^ value >> 31;
}

/* FNV-1a over 64 bits: names and texts in records and evidence, where stability matters. */
uint64_t hash_stable(struct span span);

#endif
