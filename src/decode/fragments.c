/*
 * Fragment reassembly (RFC 791 3.2, RFC 8200 4.5) in chunks of 1024 octets with a bit for each
 * eight, so that 8192 pieces in any order cost the same each and a lone piece holds little memory.
 *
 * Overlap policy: the octets that came first win, eight at a time; a piece that brings other octets
 * for the same place is counted in fragments_overlaps. (RFC 5722 would throw such IPv6 packets
 * away; a sensor keeps what at least one receiver may see.) A piece that contradicts the known
 * length is dropped.
 *
 * Snapped pieces: the packet is whole once all pieces were seen, and is handed out up to the first
 * octet that was not captured; the rest of it is missing at the end.
 *
 * A packet that is complete stays in the table until its place is needed, so that its pieces seen
 * again (a SPAN port that shows both sides) are known as copies and do not wait for company; a
 * piece with other octets starts a new packet of the same identification.
 */
#include "fragments.h"

#include <mxtap/lru.h>
#include <stdlib.h>

#define FRAGMENTS_UNIT       8
#define FRAGMENTS_CHUNK      1024
#define FRAGMENTS_UNITS      (FRAGMENTS_CHUNK / FRAGMENTS_UNIT) /* in a chunk */
#define FRAGMENTS_CHUNKS     64
#define FRAGMENTS_HEADER_MAX 256
#define FRAGMENTS_PAYLOAD    (FRAGMENTS_CHUNK * FRAGMENTS_CHUNKS)

struct chunk {
    uint64_t have[FRAGMENTS_UNITS / 64]; /* a bit for each unit */
    uint8_t octets[FRAGMENTS_CHUNK];
};

/* A packet under way, or done. */
struct flight {
    struct chunk *chunks[FRAGMENTS_CHUNKS];
    uint32_t units;    /* seen */
    uint32_t total;    /* octets of the payload; 0: the last piece has not come */
    uint32_t furthest; /* octet that a piece has reached */
    uint32_t cut;      /* first octet that was not captured */
    uint32_t pieces;   /* that wait */
    bool done;
    uint8_t protocol;
    uint16_t naming;
    uint16_t header_len;
    uint8_t header[FRAGMENTS_HEADER_MAX]; /* of the first piece */
};

struct fragments {
    struct lru *flights;
    struct budget own;     /* fragment_memory */
    struct budget *budget; /* the worker's, may be NULL */
    struct decode_stats *stats;
    uint8_t *whole; /* the packet handed out */
};

static bool fragments_take(struct fragments *fragments, size_t octets)
{
    if (!budget_take(&fragments->own, octets))
        return false;
    if (fragments->budget == NULL || budget_take(fragments->budget, octets))
        return true;
    budget_give(&fragments->own, octets);
    return false;
}

static void fragments_give(struct fragments *fragments, size_t octets)
{
    budget_give(&fragments->own, octets);
    if (fragments->budget != NULL)
        budget_give(fragments->budget, octets);
}

static void flight_clear(struct fragments *fragments, struct flight *flight)
{
    for (size_t i = 0; i < FRAGMENTS_CHUNKS; i++) {
        if (flight->chunks[i] == NULL)
            continue;
        free(flight->chunks[i]);
        fragments_give(fragments, sizeof(struct chunk));
    }
    fragments->stats->fragments_dropped += flight->pieces;
    *flight = (struct flight){.cut = UINT32_MAX};
}

static void flight_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    flight_clear(arg, value);
}

enum err fragments_new(const struct decode_options *options, struct budget *budget,
                       struct decode_stats *stats, struct fragments **ret_fragments)
{
    struct fragments *fragments = calloc(1, sizeof *fragments);
    if (fragments == NULL)
        return ERR_MEMORY;
    fragments->budget = budget;
    fragments->stats = stats;
    budget_init(&fragments->own, options->fragment_memory);
    size_t most = options->fragment_memory / sizeof(struct flight);
    struct lru_options table = {
        .key_size = sizeof(struct fragments_key),
        .value_size = sizeof(struct flight),
        .max_entries = most > 0 ? most : 1,
        .max_idle = options->fragment_time,
        .budget = &fragments->own,
        .leave = flight_leave,
        .arg = fragments,
    };
    enum err err = lru_new(&table, &fragments->flights);
    if (err != ERR_NONE) {
        free(fragments);
        return err;
    }
    *ret_fragments = fragments;
    return ERR_NONE;
}

void fragments_free(struct fragments *fragments)
{
    if (fragments == NULL)
        return;
    lru_free(fragments->flights);
    free(fragments->whole);
    free(fragments);
}

static bool fragments_oldest(void *arg, const void *key, void *value)
{
    (void)value;
    memcpy(arg, key, sizeof(struct fragments_key));
    return false;
}

/* Memory for one more chunk: packets waiting longest go first, but not the one that needs it. */
static struct chunk *fragments_chunk(struct fragments *fragments, const struct fragment *fragment)
{
    while (!fragments_take(fragments, sizeof(struct chunk))) {
        struct fragments_key oldest = fragment->key;
        lru_each(fragments->flights, fragments_oldest, &oldest);
        if (memcmp(&oldest, &fragment->key, sizeof oldest) == 0)
            return NULL;
        lru_remove(fragments->flights, &oldest);
    }
    struct chunk *chunk = calloc(1, sizeof *chunk);
    if (chunk == NULL)
        fragments_give(fragments, sizeof *chunk);
    return chunk;
}

static uint32_t fragment_end(const struct fragment *fragment)
{
    return fragment->offset + (uint32_t)fragment->payload.len + fragment->missing;
}

/* The captured octets of the unit at this offset. */
static struct span fragment_unit(const struct fragment *fragment, uint32_t at)
{
    return span_head(span_skip(fragment->payload, at - fragment->offset), FRAGMENTS_UNIT);
}

static struct chunk *flight_chunk(const struct flight *flight, uint32_t at)
{
    return flight->chunks[at / FRAGMENTS_CHUNK];
}

static bool chunk_has(const struct chunk *chunk, uint32_t at)
{
    uint32_t unit = at % FRAGMENTS_CHUNK / FRAGMENTS_UNIT;
    return chunk->have[unit / 64] >> unit % 64 & 1;
}

static void chunk_mark(struct chunk *chunk, uint32_t at)
{
    uint32_t unit = at % FRAGMENTS_CHUNK / FRAGMENTS_UNIT;
    chunk->have[unit / 64] |= UINT64_C(1) << unit % 64;
}

/* All the piece's octets are there already, and are the same. */
static bool flight_is_copy(const struct flight *flight, const struct fragment *fragment)
{
    uint32_t end = fragment_end(fragment);
    if (end > flight->total || fragment->more != (end < flight->total))
        return false;
    for (uint32_t at = fragment->offset; at < end; at += FRAGMENTS_UNIT) {
        struct span unit = fragment_unit(fragment, at);
        const struct chunk *chunk = flight_chunk(flight, at);
        if (unit.len > 0 && memcmp(chunk->octets + at % FRAGMENTS_CHUNK, unit.at, unit.len) != 0)
            return false;
    }
    return true;
}

/* The piece can belong to this packet: it says nothing else about the length. */
static bool flight_agrees(const struct flight *flight, const struct fragment *fragment)
{
    uint32_t end = fragment_end(fragment);
    if (flight->total != 0)
        return end <= flight->total && fragment->more == (end < flight->total);
    return fragment->more || end >= flight->furthest;
}

/* Copies what is new; false where memory is out. */
static bool flight_copy(struct fragments *fragments, struct flight *flight,
                        const struct fragment *fragment)
{
    bool conflict = false;
    uint32_t end = fragment_end(fragment);
    for (uint32_t at = fragment->offset; at < end; at += FRAGMENTS_UNIT) {
        struct chunk **chunk = &flight->chunks[at / FRAGMENTS_CHUNK];
        if (*chunk == NULL)
            *chunk = fragments_chunk(fragments, fragment);
        if (*chunk == NULL)
            return false;
        uint8_t *octets = (*chunk)->octets + at % FRAGMENTS_CHUNK;
        struct span unit = fragment_unit(fragment, at);
        if (chunk_has(*chunk, at)) {
            conflict |= at + unit.len <= flight->cut && unit.len > 0 &&
                        memcmp(octets, unit.at, unit.len) != 0;
            continue;
        }
        if (unit.len > 0)
            memcpy(octets, unit.at, unit.len);
        chunk_mark(*chunk, at);
        flight->units++;
    }
    fragments->stats->fragments_overlaps += conflict;
    return true;
}

static void flight_note(struct flight *flight, const struct fragment *fragment)
{
    uint32_t end = fragment_end(fragment);
    uint32_t captured = fragment->offset + (uint32_t)fragment->payload.len;
    if (end > flight->furthest)
        flight->furthest = end;
    if (!fragment->more)
        flight->total = end;
    if (fragment->missing > 0 && captured < flight->cut)
        flight->cut = captured;
    if (fragment->offset == 0 && flight->header_len == 0) {
        flight->header_len = (uint16_t)fragment->header.len;
        flight->naming = (uint16_t)fragment->naming;
        flight->protocol = fragment->protocol;
        memcpy(flight->header, fragment->header.at, fragment->header.len);
    }
}

static bool flight_complete(const struct flight *flight)
{
    return flight->total != 0 &&
           flight->units == (flight->total + FRAGMENTS_UNIT - 1) / FRAGMENTS_UNIT;
}

/* Writes the packet out. The chunks stay, to know copies by. */
static bool flight_finish(struct fragments *fragments, struct flight *flight,
                          struct fragments_whole *ret_whole)
{
    if (fragments->whole == NULL)
        fragments->whole = malloc(FRAGMENTS_HEADER_MAX + FRAGMENTS_PAYLOAD);
    if (fragments->whole == NULL)
        return false;
    uint8_t *at = fragments->whole;
    uint32_t captured = flight->cut < flight->total ? flight->cut : flight->total;
    memcpy(at, flight->header, flight->header_len);
    at[flight->naming] = flight->protocol;
    for (uint32_t offset = 0; offset < captured; offset += FRAGMENTS_CHUNK) {
        uint32_t count = captured - offset < FRAGMENTS_CHUNK ? captured - offset : FRAGMENTS_CHUNK;
        memcpy(at + flight->header_len + offset, flight_chunk(flight, offset)->octets, count);
    }
    *ret_whole = (struct fragments_whole){
        .at = at,
        .header_len = flight->header_len,
        .len = flight->header_len + captured,
        .naming = flight->naming,
        .missing = flight->total - captured,
    };
    flight->pieces = 0;
    flight->done = true;
    fragments->stats->fragments_done++;
    return true;
}

/* Lengths that no sender makes. */
static bool fragment_sane(const struct fragment *fragment)
{
    uint32_t length = (uint32_t)fragment->payload.len + fragment->missing;
    if (length == 0 || fragment->header.len > FRAGMENTS_HEADER_MAX)
        return false;
    if (fragment->payload.len > FRAGMENTS_PAYLOAD || fragment->missing > FRAGMENTS_PAYLOAD)
        return false;
    if (fragment->more && length % FRAGMENTS_UNIT != 0)
        return false;
    return fragment_end(fragment) <= fragment->limit;
}

bool fragments_add(struct fragments *fragments, const struct fragment *fragment,
                   struct fragments_whole *ret_whole)
{
    fragments->stats->fragments++;
    lru_expire(fragments->flights, fragment->time);
    if (!fragment_sane(fragment)) {
        fragments->stats->fragments_dropped++;
        return false;
    }
    bool fresh;
    struct flight *flight = lru_make(fragments->flights, &fragment->key, fragment->time, &fresh);
    if (flight == NULL) {
        fragments->stats->fragments_dropped++;
        return false;
    }
    if (flight->done && flight_is_copy(flight, fragment))
        return false;
    if (fresh || flight->done)
        flight_clear(fragments, flight);
    if (!flight_agrees(flight, fragment)) {
        fragments->stats->fragments_dropped++;
        fragments->stats->fragments_overlaps++;
        return false;
    }
    flight->pieces++;
    if (!flight_copy(fragments, flight, fragment)) {
        lru_remove(fragments->flights, &fragment->key);
        return false;
    }
    flight_note(flight, fragment);
    return flight_complete(flight) && flight_finish(fragments, flight, ret_whole);
}
