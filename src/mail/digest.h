/*
 * digest: a stable hash of octets that come in pieces, sixteen octets a step.
 *
 * The same octets give the same value on every machine and in every version, however they were cut:
 * it stands in records and tells copies of a message. It is not keyed; tables use hash.h.
 */
#ifndef MAIL_DIGEST_H
#define MAIL_DIGEST_H

#include <mxtap/span.h>

#define DIGEST_STEP 16

struct digest {
    uint64_t state;
    uint64_t len; /* octets so far */
    uint8_t rest[DIGEST_STEP];
};

static inline void digest_begin(struct digest *digest)
{
    *digest = (struct digest){.state = UINT64_C(0x6d78746170)};
}

void digest_add(struct digest *digest, struct span data);
uint64_t digest_end(struct digest *digest);
/* All at once. */
uint64_t digest_span(struct span data);

#endif
