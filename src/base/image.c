/* image: an array of sections, each an allocation of its own so that its buf stays where it is;
 * names are few and looked for one by one. */
#include <mxtap/image.h>

#include <stdlib.h>

#define FIRST_ROOM 64

struct section {
    struct buf octets;
    char name[IMAGE_NAME_MAX + 1];
};

struct image {
    struct section **sections;
    size_t count, room;
    bool refused; /* a section */
};

enum err image_new(struct image **ret_image)
{
    struct image *image = calloc(1, sizeof *image);
    if (image == NULL)
        return ERR_MEMORY;
    *ret_image = image;
    return ERR_NONE;
}

void image_free(struct image *image)
{
    if (image == NULL)
        return;
    for (size_t i = 0; i < image->count; i++) {
        buf_done(&image->sections[i]->octets);
        free(image->sections[i]);
    }
    free(image->sections);
    free(image);
}

static struct section *find(const struct image *image, const char *name)
{
    for (size_t i = 0; i < image->count; i++)
        if (strcmp(image->sections[i]->name, name) == 0)
            return image->sections[i];
    return NULL;
}

static bool grow(struct image *image)
{
    if (image->count < image->room)
        return true;
    size_t room = image->room == 0 ? FIRST_ROOM : image->room * 2;
    struct section **sections = reallocarray(image->sections, room, sizeof *sections);
    if (sections == NULL)
        return false;
    image->sections = sections;
    image->room = room;
    return true;
}

static struct section *make(struct image *image, const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > IMAGE_NAME_MAX || image->count == IMAGE_SECTIONS_MAX || !grow(image))
        return NULL;
    struct section *section = calloc(1, sizeof *section);
    if (section != NULL)
        memcpy(section->name, name, len);
    return section;
}

struct buf *image_add(struct image *image, const char *name)
{
    struct section *section = find(image, name);
    if (section != NULL) {
        buf_done(&section->octets);
        return &section->octets;
    }
    section = make(image, name);
    if (section == NULL) {
        image->refused = true;
        return NULL;
    }
    buf_init(&section->octets, IMAGE_SECTION_MAX);
    image->sections[image->count++] = section;
    return &section->octets;
}

bool image_is_whole(const struct image *image)
{
    for (size_t i = 0; i < image->count; i++)
        if (image->sections[i]->octets.truncated)
            return false;
    return !image->refused;
}

struct span image_find(const struct image *image, const char *name)
{
    const struct section *section = find(image, name);
    return section == NULL ? SPAN_NULL : buf_span(&section->octets);
}

size_t image_count(const struct image *image)
{
    return image->count;
}

const char *image_name(const struct image *image, size_t index)
{
    return image->sections[index]->name;
}

struct span image_at(const struct image *image, size_t index)
{
    return buf_span(&image->sections[index]->octets);
}
