/* remember: the tables one by one, each by the table of fields beside its struct. */
#include "remember.h"

#include "know_private.h"

#define LAST_SERVER "know.learn.server"

static void put_name(const void *value, struct buf *out)
{
    buf_add(out, *(const struct span *)value);
}

static bool get_name(void *value, struct span in, void *arg)
{
    (void)arg;
    if (in.len > KNOW_NAME_MAX)
        return false;
    *(struct span *)value = in;
    return true;
}

const struct pack_kind remember_name = {put_name, get_name};

void remember_table(struct image *image, const char *section, const struct pack_field *fields,
                    struct lru *table, bool (*visit)(void *arg, const void *key, void *value),
                    int64_t over)
{
    struct remember_saving saving = {image_add(image, section), over};
    if (saving.out == NULL)
        return;
    pack_begin(saving.out, fields);
    lru_each(table, visit, &saving);
}

bool remember_open(struct remember_loading *loading, const struct image *image, const char *section,
                   const struct pack_field *fields, int64_t ttl_max)
{
    loading->ttl_max = ttl_max;
    loading->used = CLOCK_EARLIEST;
    return pack_open(&loading->reader, image_find(image, section), fields, NULL);
}

bool remember_next(struct remember_loading *loading, void *ret_saved, size_t size,
                   const int64_t *used)
{
    memset(ret_saved, 0, size);
    if (!pack_get(&loading->reader, ret_saved))
        return false;
    if (loading->used < *used)
        loading->used = *used;
    return true;
}

void remember_limit(const struct remember_loading *loading, int64_t *until, unsigned times)
{
    int64_t most = loading->used + loading->ttl_max * (int64_t)times;
    if (*until > most)
        *until = most;
}

/* ---- the server that was learned last (learn.c) ---- */

/* Not all: tables are sections of their own, the rest comes from the configuration. */
static const struct pack_field last_fields[] = {
    {"server", PACK_OCTETS, PACK_AT(struct know, last_server)},
    {"time", PACK_TIME, PACK_AT(struct know, last_learned)},
    PACK_END,
};

static void save_last(const struct know *know, struct image *image)
{
    struct buf *out = image_add(image, LAST_SERVER);
    if (out == NULL)
        return;
    pack_begin(out, last_fields);
    pack_put(out, last_fields, know);
}

static void load_last(struct know *know, const struct image *image)
{
    struct pack_reader reader;
    if (pack_open(&reader, image_find(image, LAST_SERVER), last_fields, NULL))
        (void)!pack_get(&reader, know);
}

void know_save(const struct know *know, struct image *image)
{
    int64_t over = know->now - REMEMBER_AFTER;
    hosts_save(&know->hosts, image, over);
    forward_save(&know->forward, image, over);
    domains_save(&know->domains, image, over);
    servers_save(&know->servers, image, over);
    save_last(know, image);
}

void know_load(struct know *know, const struct image *image)
{
    hosts_load(&know->hosts, image, know->ttl_max);
    forward_load(&know->forward, image, know->ttl_max);
    domains_load(&know->domains, image, know->ttl_max);
    servers_load(&know->servers, image, know->ttl_max);
    load_last(know, image);
}
