/* Multiply and fold, a word of eight octets (little-endian) at a time; the length closes it. */
#include "digest.h"

#include <endian.h>

#include <mxtap/hash.h>

static uint64_t step(uint64_t state, const uint8_t *octets)
{
    uint64_t word;
    memcpy(&word, octets, sizeof word);
    state = (state ^ le64toh(word)) * UINT64_C(0x9e3779b97f4a7c15);
    return state ^ state >> 32;
}

void digest_add(struct digest *digest, struct span data)
{
    size_t held = digest->len % 8;
    digest->len += data.len;
    if (held > 0) {
        size_t take = 8 - held < data.len ? 8 - held : data.len;
        if (take > 0)
            memcpy(digest->rest + held, data.at, take);
        if (held + take < 8)
            return;
        digest->state = step(digest->state, digest->rest);
        data = span_skip(data, take);
    }
    while (data.len >= 8) {
        digest->state = step(digest->state, data.at);
        data = span_skip(data, 8);
    }
    if (data.len > 0)
        memcpy(digest->rest, data.at, data.len);
}

uint64_t digest_end(struct digest *digest)
{
    size_t held = digest->len % 8;
    memset(digest->rest + held, 0, 8 - held);
    return hash_mix(step(digest->state, digest->rest) ^ digest->len);
}

uint64_t digest_span(struct span data)
{
    struct digest digest;
    digest_begin(&digest);
    digest_add(&digest, data);
    return digest_end(&digest);
}
