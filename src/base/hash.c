/* hash: SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), and a fast
 * one that is not keyed. */
#include <mxtap/hash.h>

struct state {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static inline void sip_round(struct state *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(struct state *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

uint64_t hash_keyed(struct hash_key key, const void *data, size_t len)
{
    struct state s = {
        key.k0 ^ 0x736f6d6570736575U,
        key.k1 ^ 0x646f72616e646f6dU,
        key.k0 ^ 0x6c7967656e657261U,
        key.k1 ^ 0x7465646279746573U,
    };
    const uint8_t *at = data;
    size_t left = len;
    for (; left >= 8; at += 8, left -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        sip_word(&s, word);
    }
    uint64_t last = (uint64_t)len << 56;
    for (size_t i = 0; i < left; i++)
        last |= (uint64_t)at[i] << 8 * i;
    sip_word(&s, last);
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* Eight octets a step: FNV's idea with a wider word, for its multiplication an octet costs too
 * much. */
uint64_t hash_stable(struct span span)
{
    uint64_t hash = 0xcbf29ce484222325U ^ span.len;
    const uint8_t *at = span.at;
    size_t left = span.len;
    for (; left >= 8; at += 8, left -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 32;
    }
    uint64_t last = 0;
    for (size_t i = 0; i < left; i++)
        last |= (uint64_t)at[i] << 8 * i;
    return hash_mix(hash ^ last);
}
