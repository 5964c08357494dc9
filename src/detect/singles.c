/* singles: one place for each client, by a hash of its address. */
#include "singles.h"

#include "detect_private.h"

#include <mxtap/pack.h>
#include <stdlib.h>

#define SINGLES 4096 /* a power of two */
#define SECTION "detect.helo-spoof.singles"

static const struct pack_field fields[] = {
    {"client", PACK_OCTETS, PACK_AT(struct single, client)},
    {"time", PACK_TIME, PACK_AT(struct single, time)},
    {"len", PACK_UNSIGNED, PACK_AT(struct single, len)},
    {"name", PACK_OCTETS, PACK_AT(struct single, name)},
    PACK_END,
};

/* Where there is little memory it is better spent on the detector's table. */
struct single *singles_new(struct detect *detect)
{
    struct budget *budget = detect_budget(detect);
    const size_t size = SINGLES * sizeof(struct single);
    if (size > budget->reserve / 2 || !budget_take(budget, size))
        return NULL;
    struct single *singles = calloc(1, size);
    if (singles == NULL)
        budget_give(budget, size);
    return singles;
}

void singles_free(struct detect *detect, struct single *singles)
{
    if (singles != NULL)
        budget_give(detect_budget(detect), SINGLES * sizeof *singles);
    free(singles);
}

static struct single *place_of(struct single *singles, const struct addr *client)
{
    uint64_t hash = hash_mix(hash_stable(span_make(client, sizeof *client)));
    return &singles[hash & (SINGLES - 1)];
}

struct single *singles_find(struct single *singles, const struct addr *client)
{
    if (singles == NULL)
        return NULL;
    struct single *single = place_of(singles, client);
    return single->len > 0 && addr_equal(&single->client, client) ? single : NULL;
}

bool singles_note(struct single *singles, const struct addr *client, struct span name, int64_t now)
{
    const struct single *known = singles_find(singles, client);
    if (singles == NULL || name.len > SINGLE_NAME ||
        (known != NULL && !span_equal(span_make(known->name, known->len), name)))
        return false;
    struct single *single = place_of(singles, client);
    *single = (struct single){*client, now, (uint8_t)name.len, ""};
    memcpy(single->name, name.at, name.len);
    return true;
}

void singles_save(const struct single *singles, struct image *image)
{
    struct buf *out = singles == NULL ? NULL : image_add(image, SECTION);
    if (out == NULL)
        return;
    pack_begin(out, fields);
    for (size_t i = 0; i < SINGLES; i++)
        if (singles[i].len > 0)
            pack_put(out, fields, &singles[i]);
}

void singles_load(struct detect *detect, struct single *singles, const struct image *image)
{
    struct pack_reader reader;
    struct single single = {0};
    if (singles == NULL || !pack_open(&reader, image_find(image, SECTION), fields, NULL))
        return;
    while (pack_get(&reader, &single))
        if (single.len > 0 && single.len <= SINGLE_NAME && single.time <= detect_latest(detect))
            *place_of(singles, &single.client) = single;
}
