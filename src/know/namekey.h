/*
 * namekey: a host or domain name as a key of fixed size.
 *
 * What is learned of names is kept by such keys and not by the names themselves: two SipHash
 * values, without regard to case and to a dot at the end, so that two names never meet in practice.
 * Any thread.
 */
#ifndef MXTAP_NAMEKEY_H
#define MXTAP_NAMEKEY_H

#include <mxtap/hash.h>

struct namekey {
    uint64_t hash[2];
};

/* All zero for an empty name and for one that is too long. */
struct namekey namekey_of(struct span name);

static inline bool namekey_equal(const struct namekey *a, const struct namekey *b)
{
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

static inline bool namekey_empty(const struct namekey *key)
{
    return key->hash[0] == 0 && key->hash[1] == 0;
}

#endif
