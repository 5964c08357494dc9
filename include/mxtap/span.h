/*
 * span: borrowed bytes.
 *
 * A span points at bytes that somebody else owns, most often a packet; it lives until the callback
 * that received it returns. Keep means copy (buf.h). Never NUL-terminated. A span of length 0 may
 * have a NULL pointer. Comparisons are of octets; the _nocase ones fold ASCII letters only, as SMTP
 * (RFC 5321 2.4) and DNS do.
 */
#ifndef MXTAP_SPAN_H
#define MXTAP_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *at;
    size_t len;
};

#define SPAN_NULL ((struct span){NULL, 0})
/* A span over a string literal, without its NUL. */
#define SPAN_LITERAL(text) ((struct span){(const uint8_t *)(text), sizeof(text) - 1})

static inline struct span span_make(const void *at, size_t len)
{
    return (struct span){at, len};
}

/* A span over a C string; text may be NULL. */
static inline struct span span_text(const char *text)
{
    return (struct span){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

/* The span without its first count octets (fewer if it is shorter). */
static inline struct span span_skip(struct span span, size_t count)
{
    if (count > span.len)
        count = span.len;
    return count == 0 ? span : (struct span){span.at + count, span.len - count};
}

/* At most the first count octets. */
static inline struct span span_head(struct span span, size_t count)
{
    return (struct span){span.at, count < span.len ? count : span.len};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline uint8_t span_lower_octet(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

bool span_equal_nocase(struct span a, struct span b);
bool span_starts(struct span span, struct span with);
bool span_starts_nocase(struct span span, struct span with);
bool span_ends_nocase(struct span span, struct span with);

/* Index of the first such octet (or of the needle's start), or span.len where there is none. */
size_t span_find(struct span span, uint8_t octet);
size_t span_find_span(struct span span, struct span needle);
size_t span_find_nocase(struct span span, struct span needle);

/* Without space, tab, CR and LF at both ends. */
struct span span_trim(struct span span);

/* Cuts the next word (up to space or tab) off *rest; empty at the end. */
struct span span_word(struct span *rest);

/* All octets decimal digits, 1 to 19 of them: true and the value; else false, untouched. */
bool span_number(struct span span, uint64_t *ret_value);

#endif
