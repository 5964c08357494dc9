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

/* Not keyed, the same in every run: names and texts in case ids and evidence. */
uint64_t hash_stable(struct span span);

/* A fast keyed hash of a few words (multiply and fold), for tables asked for every packet. */
static inline uint64_t hash_words(struct hash_key key, const uint64_t *words, size_t count)
{
    uint64_t hash = key.k0 ^ 0x9e3779b97f4a7c15U;
    for (size_t i = 0; i < count; i++) {
        unsigned __int128 product =
            (unsigned __int128)(words[i] ^ hash) * (0xd6e8feb86659fd93U ^ (key.k1 << 1));
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    return hash;
}

/* The same for pairs of words, one multiplication for both (as in wyhash, Wang Yi 2019). */
static inline uint64_t hash_pair(uint64_t secret, uint64_t a, uint64_t b)
{
    unsigned __int128 product =
        (unsigned __int128)(a ^ secret ^ 0x9e3779b97f4a7c15U) * (b ^ secret ^ 0xd6e8feb86659fd93U);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#endif
