/*
 * build: a record grows in one block of EVENT_MAX octets that the builder owns; texts and lists are
 * appended behind the fixed part, lists aligned to 8 octets. What does not fit is left out and
 * counted.
 */
#include <mxtap/event.h>
#include <mxtap/privacy.h>

#include <stdlib.h>

struct event_builder {
    uint32_t used;
    _Alignas(16) uint8_t octets[EVENT_MAX + sizeof(uint64_t)]; /* lower_words may go beyond */
};

enum err event_builder_new(struct event_builder **ret_builder)
{
    struct event_builder *builder = malloc(sizeof *builder);
    if (builder == NULL)
        return ERR_MEMORY;
    *ret_builder = builder;
    return ERR_NONE;
}

void event_builder_free(struct event_builder *builder)
{
    free(builder);
}

static struct event *record(struct event_builder *builder)
{
    return (struct event *)(void *)builder->octets;
}

/* The fixed part of each kind: what its record need not have is not even cleared. */
static size_t fixed_size(enum event_kind kind)
{
    switch (kind) {
    case EVENT_MESSAGE: return sizeof(struct event);
    case EVENT_VERDICT: return offsetof(struct event, verdict) + sizeof(struct event_verdict);
    case EVENT_AUTH: return offsetof(struct event, auth) + sizeof(struct event_auth);
    case EVENT_DNS: return offsetof(struct event, dns) + sizeof(struct event_dns);
    default: return offsetof(struct event, close) + sizeof(struct event_close);
    }
}

static uint32_t aligned(size_t size)
{
    return (uint32_t)((size + 7) & ~(size_t)7);
}

struct event *event_begin(struct event_builder *builder, enum event_kind kind)
{
    builder->used = aligned(fixed_size(kind));
    memset(builder->octets, 0, builder->used);
    struct event *event = record(builder);
    event->kind = (uint8_t)kind;
    return event;
}

static struct event_ref add(struct event_builder *builder, struct span text)
{
    if (text.len == 0)
        return (struct event_ref){0, 0};
    if (text.len > EVENT_MAX - builder->used) {
        record(builder)->cut++;
        return (struct event_ref){0, 0};
    }
    struct event_ref ref = {builder->used, (uint32_t)text.len};
    memcpy(builder->octets + builder->used, text.at, text.len);
    builder->used += (uint32_t)text.len;
    return ref;
}

/* Rare, so on its own: then the rest is small enough to stand where it is called. */
static __attribute__((noinline)) struct event_ref add_cut(struct event_builder *builder,
                                                          struct span text, size_t max)
{
    record(builder)->cut++;
    return add(builder, privacy_cut(text, max));
}

struct event_ref event_add_text(struct event_builder *builder, struct span text, size_t max)
{
    return text.len > max ? add_cut(builder, text, max) : add(builder, text);
}

/* Small letters for capitals in eight octets at once: no sum below leaves its octet. */
static uint64_t lower_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word & ones * 0x7f;
    uint64_t from_a = low + ones * (0x80 - 'A');
    uint64_t after_z = low + ones * (0x7f - 'Z');
    return word | (from_a & ~after_z & ~word & ones * 0x80) >> 2;
}

/* Behind end is nothing yet that matters. */
static void lower_words(uint8_t *at, const uint8_t *end)
{
    for (uint64_t word; at < end; at += sizeof word) {
        memcpy(&word, at, sizeof word);
        word = lower_word(word);
        memcpy(at, &word, sizeof word);
    }
}

struct event_ref event_add_address(struct event_builder *builder, struct span address)
{
    /* One that is too long for an address stays what it was for those who count: not empty. */
    if (address.len > EVENT_PATH_MAX)
        record(builder)->cut++;
    struct event_ref ref = add(builder, span_head(address, EVENT_PATH_MAX));
    if (ref.len == 0)
        return ref;
    uint8_t *at = builder->octets + ref.at;
    uint8_t *sign = memrchr(at, '@', ref.len);
    lower_words(sign == NULL ? at : sign + 1, at + ref.len);
    return ref;
}

struct event_ref event_add_list(struct event_builder *builder, size_t size, size_t count,
                                void **ret_items)
{
    uint32_t start = aligned(builder->used);
    if (count == 0 || start > EVENT_MAX || size * count > EVENT_MAX - start) {
        if (count > 0)
            record(builder)->cut++;
        return (struct event_ref){0, 0};
    }
    memset(builder->octets + builder->used, 0, start - builder->used + size * count);
    builder->used = start + (uint32_t)(size * count);
    *ret_items = builder->octets + start;
    return (struct event_ref){start, (uint32_t)count};
}

const struct event *event_end(struct event_builder *builder)
{
    struct event *event = record(builder);
    uint32_t size = aligned(builder->used);
    if (size > EVENT_MAX)
        size = EVENT_MAX;
    memset(builder->octets + builder->used, 0, size - builder->used);
    event->size = size;
    return event;
}
