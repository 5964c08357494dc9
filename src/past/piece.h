/*
 * piece: the checksum of a piece of a section.
 *
 * It covers the section's name and length and the place of the piece, so that pieces that got
 * mixed up are noticed as well. It guards against damage, not against people.
 */
#ifndef MXTAP_PIECE_H
#define MXTAP_PIECE_H

#include <mxtap/hash.h>

#define PIECE_MAX ((size_t)1 << 20) /* octets */

static inline int64_t piece_checksum(struct span name, size_t length, size_t place,
                                     struct span octets)
{
    const struct hash_key key = {hash_stable(name), (uint64_t)place << 32 | length};
    return (int64_t)hash_keyed(key, octets.at, octets.len);
}

/* Of the row in meta. */
static inline int64_t piece_checksum_meta(int64_t time, struct span version, int64_t pieces)
{
    const struct hash_key key = {(uint64_t)time, (uint64_t)pieces};
    return (int64_t)hash_keyed(key, version.at, version.len);
}

#endif
