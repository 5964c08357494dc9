/* helper_past: see helper_past.h. */
#include "helper_past.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* In memory where that can be: a disk would be waited for at each save. */
void place_make(struct place *place)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL)
        base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    *place = (struct place){0};
    snprintf(place->folder, sizeof place->folder, "%s/mxtap-past-XXXXXX", base);
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/past.db", place->folder);
}

/* The next name in the folder, or NULL. */
static const char *next_name(DIR *folder)
{
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            return entry->d_name;
    return NULL;
}

void place_remove(struct place *place)
{
    char path[600];
    place_close(place);
    DIR *folder = opendir(place->folder);
    assert_non_null(folder);
    for (const char *name; (name = next_name(folder)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", place->folder, name);
        remove(path);
    }
    closedir(folder);
    assert_int_equal(rmdir(place->folder), 0);
}

unsigned place_others(const struct place *place, const char *part)
{
    unsigned count = 0;
    DIR *folder = opendir(place->folder);
    assert_non_null(folder);
    for (const char *name; (name = next_name(folder)) != NULL;)
        count += strcmp(name, "past.db") != 0 && strstr(name, part) != NULL;
    closedir(folder);
    return count;
}

enum err place_open(struct place *place)
{
    const struct past_options options = {.path = place->path};
    return past_open(&options, &place->past, place->message, sizeof place->message);
}

void place_close(struct place *place)
{
    past_close(place->past);
    place->past = NULL;
}

void place_fill(const struct place *place, const void *octets, size_t size)
{
    FILE *file = fopen(place->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, size, file), size);
    fclose(file);
}

/* ---- images ---- */

static uint8_t octet_of(unsigned seed, size_t i)
{
    return (uint8_t)(i * 2654435761U >> 13 ^ seed * 41);
}

struct image *image_of(unsigned seed, size_t size)
{
    struct image *image = NULL;
    assert_int_equal(image_new(&image), ERR_NONE);
    assert_non_null(image_add(image, "test.empty"));
    buf_printf(image_add(image, "test.short"), "seed %u", seed);
    struct buf *octets = image_add(image, "test.long");
    uint8_t *at = size == 0 ? NULL : buf_extend(octets, size);
    for (size_t i = 0; i < size; i++)
        at[i] = octet_of(seed, i);
    return image;
}

bool image_is(const struct image *image, unsigned seed, size_t size)
{
    char text[40];
    snprintf(text, sizeof text, "seed %u", seed);
    struct span found = image_find(image, "test.long");
    if (image_count(image) != 3 || strcmp(image_name(image, 0), "test.empty") != 0 ||
        image_at(image, 0).len != 0 || found.len != size ||
        !span_equal(image_find(image, "test.short"), span_text(text)))
        return false;
    for (size_t i = 0; i < size; i++)
        if (found.at[i] != octet_of(seed, i))
            return false;
    return true;
}

void place_save(struct place *place, unsigned seed, size_t size)
{
    assert_true(past_save(place->past, image_of(seed, size), seed));
    past_wait(place->past);
}

void place_has(struct place *place, unsigned seed, size_t size)
{
    struct image *image = NULL;
    int64_t time = 0;
    assert_int_equal(past_load(place->past, &image, &time, place->message, sizeof place->message),
                     ERR_NONE);
    assert_string_equal(place->message, "");
    assert_non_null(image);
    assert_int_equal(time, seed);
    assert_true(image_is(image, seed, size));
    image_free(image);
}

void place_has_none(struct place *place)
{
    struct image *image = NULL;
    int64_t time = 1;
    assert_int_equal(past_load(place->past, &image, &time, place->message, sizeof place->message),
                     ERR_NONE);
    assert_null(image);
    assert_int_equal(time, 0);
}
