/* Multiply and fold, two words of eight octets (little-endian) at a time; the length closes it. */
#include "digest.h"

#include <endian.h>

#include <mxtap/hash.h>

static uint64_t word(const uint8_t *octets)
{
    uint64_t word;
    memcpy(&word, octets, sizeof word);
    return le64toh(word);
}

static uint64_t step(uint64_t state, const uint8_t *octets)
{
    unsigned __int128 product = (unsigned __int128)(word(octets) ^ state) *
                                (word(octets + 8) ^ UINT64_C(0x9e3779b97f4a7c15));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* All the whole steps of data; data becomes what remains. */
static uint64_t steps(uint64_t state, struct span *data)
{
    const uint8_t *at = data->at;
    size_t left = data->len;
    for (; left >= DIGEST_STEP; left -= DIGEST_STEP) {
        state = step(state, at);
        at += DIGEST_STEP;
    }
    *data = span_make(at, left);
    return state;
}

void digest_add(struct digest *digest, struct span data)
{
    size_t held = digest->len % DIGEST_STEP;
    digest->len += data.len;
    if (held > 0) {
        size_t take = DIGEST_STEP - held < data.len ? DIGEST_STEP - held : data.len;
        if (take > 0)
            memcpy(digest->rest + held, data.at, take);
        if (held + take < DIGEST_STEP)
            return;
        digest->state = step(digest->state, digest->rest);
        data = span_skip(data, take);
    }
    digest->state = steps(digest->state, &data);
    if (data.len > 0)
        memcpy(digest->rest, data.at, data.len);
}

uint64_t digest_end(struct digest *digest)
{
    size_t held = digest->len % DIGEST_STEP;
    memset(digest->rest + held, 0, DIGEST_STEP - held);
    return hash_mix(step(digest->state, digest->rest) ^ digest->len);
}

uint64_t digest_span(struct span data)
{
    struct digest digest;
    uint8_t rest[DIGEST_STEP] = {0};
    size_t len = data.len;
    digest_begin(&digest);
    uint64_t state = steps(digest.state, &data);
    if (data.len > 0)
        memcpy(rest, data.at, data.len);
    return hash_mix(step(state, rest) ^ len);
}
