/* rotate: renames within one folder, by its descriptor, so that all names are short. */
#include "rotate.h"

#include "rotate_gzip.h"
#include "rotate_names.h"

#include <errno.h>
#include <fcntl.h>
#include <mxtap/clock.h>
#include <mxtap/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AGAIN (60 * CLOCK_SECOND) /* between tries of what did not work */
#define TRIES 1000                /* names taken by others, one microsecond after the other */
#define NONE  INT64_C(-1)

/* Something that does not work at the moment. */
struct trouble {
    int64_t again_at; /* steady clock: not before; 0: at once */
    bool told;
};

struct rotate {
    int folder;
    char base[ROTATE_BASE + 1];
    uint64_t keep;
    bool compress;
    int64_t newest; /* time of the last old file */
    struct rotate_gzip *gzip;
    int64_t packing; /* time of the file that gzip packs, or NONE */
    bool look;       /* something may have changed in the folder */
    struct trouble moves, packs;
};

/* ---- making ---- */

static enum err open_folder(struct rotate *rotate, const char *path, char *ret_message, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (folder == NULL)
        return ERR_MEMORY;
    rotate->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    struct stat there;
    const char *why = NULL;
    if (strlen(base) > ROTATE_BASE)
        why = "its name is too long";
    else if (rotate->folder < 0 || fstatat(rotate->folder, base, &there, AT_SYMLINK_NOFOLLOW) != 0)
        why = strerror(errno);
    else if (!S_ISREG(there.st_mode))
        why = "it is no file, or a link to one";
    if (why != NULL) {
        snprintf(ret_message, size, "%s cannot be rotated: %s", path, why);
        return ERR_CONFIG;
    }
    snprintf(rotate->base, sizeof rotate->base, "%s", base);
    return ERR_NONE;
}

enum err rotate_new(const char *path, uint64_t keep, bool compress, struct rotate **ret_rotate,
                    char *ret_message, size_t size)
{
    struct rotate *rotate = calloc(1, sizeof *rotate);
    if (rotate == NULL)
        return ERR_MEMORY;
    rotate->keep = keep;
    rotate->compress = compress;
    rotate->newest = rotate->packing = NONE;
    rotate->folder = -1;
    enum err err = open_folder(rotate, path, ret_message, size);
    if (err != ERR_NONE) {
        rotate_free(rotate);
        return err;
    }
    *ret_rotate = rotate;
    return ERR_NONE;
}

void rotate_free(struct rotate *rotate)
{
    if (rotate == NULL)
        return;
    rotate_gzip_free(rotate->gzip);
    if (rotate->folder >= 0)
        close(rotate->folder);
    free(rotate);
}

static bool is_over(const struct trouble *trouble)
{
    return trouble->again_at == 0 || clock_steady() >= trouble->again_at;
}

/* errno says why. */
static void fail(struct rotate *rotate, struct trouble *trouble, const char *what)
{
    if (!trouble->told)
        log_warning("%s: %s: %s", rotate->base, what, strerror(errno));
    *trouble = (struct trouble){.told = true, .again_at = clock_steady() + AGAIN};
}

/* ---- names ---- */

/* A file system that does not know the flag gets a plain rename. */
static bool rename_to_free(const struct rotate *rotate, const char *from, const char *to)
{
    if (renameat2(rotate->folder, from, rotate->folder, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    struct stat there;
    if (fstatat(rotate->folder, to, &there, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    return renameat(rotate->folder, from, rotate->folder, to) == 0;
}

static bool rename_old(const struct rotate *rotate, int64_t time, enum rotate_kind from,
                       enum rotate_kind to)
{
    char here[ROTATE_NAME], there[ROTATE_NAME];
    rotate_name(rotate->base, time, from, here);
    rotate_name(rotate->base, time, to, there);
    return rename_to_free(rotate, here, there);
}

static void remove_old(const struct rotate *rotate, int64_t time, enum rotate_kind kind)
{
    char name[ROTATE_NAME];
    rotate_name(rotate->base, time, kind, name);
    (void)unlinkat(rotate->folder, name, 0);
}

static bool is_taken(const struct rotate *rotate, int64_t time)
{
    for (enum rotate_kind kind = ROTATE_PLAIN; kind < ROTATE_KINDS; kind++) {
        char name[ROTATE_NAME];
        struct stat there;
        rotate_name(rotate->base, time, kind, name);
        if (fstatat(rotate->folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0)
            return true;
    }
    return false;
}

static enum rotate_kind kind_of_new(const struct rotate *rotate)
{
    return rotate->compress ? ROTATE_WAITING : ROTATE_PLAIN;
}

/* The first free one from now on, later than all that are there. */
static bool move(struct rotate *rotate, int64_t now)
{
    int64_t time = now / CLOCK_MICROSECOND;
    if (time <= rotate->newest)
        time = rotate->newest + 1;
    errno = EEXIST;
    for (unsigned i = 0; i < TRIES; i++, time++) {
        char name[ROTATE_NAME];
        if (is_taken(rotate, time))
            continue;
        rotate_name(rotate->base, time, kind_of_new(rotate), name);
        if (rename_to_free(rotate, rotate->base, name)) {
            rotate->newest = time;
            rotate->look = true;
            return true;
        }
        if (errno != EEXIST)
            return false;
    }
    return false;
}

bool rotate_ready(const struct rotate *rotate)
{
    return is_over(&rotate->moves);
}

bool rotate_move(struct rotate *rotate, int64_t now)
{
    if (move(rotate, now)) {
        rotate->moves = (struct trouble){0};
        return true;
    }
    fail(rotate, &rotate->moves, "cannot be rotated");
    return false;
}

void rotate_back(struct rotate *rotate)
{
    char name[ROTATE_NAME];
    fail(rotate, &rotate->moves, "no new file can be begun");
    rotate_name(rotate->base, rotate->newest, kind_of_new(rotate), name);
    (void)rename_to_free(rotate, name, rotate->base);
}

/* ---- packing ---- */

static void stop_packing(struct rotate *rotate)
{
    rotate_gzip_free(rotate->gzip);
    rotate->gzip = NULL;
    if (rotate->packing != NONE)
        remove_old(rotate, rotate->packing, ROTATE_PART);
    rotate->packing = NONE;
}

static void start_packing(struct rotate *rotate, int64_t time)
{
    char from[ROTATE_NAME], into[ROTATE_NAME];
    rotate_name(rotate->base, time, ROTATE_WAITING, from);
    rotate_name(rotate->base, time, ROTATE_PART, into);
    int in = openat(rotate->folder, from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out =
        in < 0 ? -1 : openat(rotate->folder, into, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (out >= 0 && rotate_gzip_new(in, out, &rotate->gzip) == ERR_NONE) {
        rotate->packing = time;
        return;
    }
    int cause = out < 0 ? errno : ENOMEM;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    errno = cause;
    rotate->look = true;
    fail(rotate, &rotate->packs, "an old file cannot be packed");
}

/* What was packed gets its name before the plain one goes: on the disk too. */
static bool finish_packing(struct rotate *rotate)
{
    if (!rename_old(rotate, rotate->packing, ROTATE_PART, ROTATE_PACKED))
        return false;
    (void)fsync(rotate->folder);
    remove_old(rotate, rotate->packing, ROTATE_WAITING);
    rotate->packing = NONE;
    stop_packing(rotate);
    rotate->packs = (struct trouble){0};
    return true;
}

/* False: there is nothing more. */
static bool pack_some(struct rotate *rotate)
{
    enum rotate_gzip_state state = rotate_gzip_step(rotate->gzip);
    if (state == ROTATE_GZIP_MORE)
        return true;
    if (state == ROTATE_GZIP_FAILED || !finish_packing(rotate)) {
        int cause = errno;
        stop_packing(rotate);
        errno = cause;
        fail(rotate, &rotate->packs, "an old file cannot be packed");
    }
    rotate_tend(rotate);
    return rotate->gzip != NULL;
}

bool rotate_work(struct rotate *rotate, int64_t patience)
{
    int64_t until = clock_steady() + patience;
    if (rotate->look && is_over(&rotate->packs))
        rotate_tend(rotate);
    bool more = rotate->gzip != NULL;
    while (more && clock_steady() < until)
        more = pack_some(rotate);
    return more;
}

/* ---- what there is ---- */

/* In whatever form. */
static void remove_all(struct rotate *rotate, const struct rotate_old *old)
{
    if (old->time == rotate->packing)
        stop_packing(rotate);
    for (enum rotate_kind kind = ROTATE_PLAIN; kind < ROTATE_KINDS; kind++)
        if ((old->kinds & 1u << kind) != 0)
            remove_old(rotate, old->time, kind);
}

/* One that an earlier run left; true: it waits to be packed. */
static bool settle(struct rotate *rotate, const struct rotate_old *old)
{
    if (old->time == rotate->packing)
        return false;
    if ((old->kinds & 1u << ROTATE_PART) != 0)
        remove_old(rotate, old->time, ROTATE_PART);
    if ((old->kinds & 1u << ROTATE_WAITING) == 0)
        return false;
    if ((old->kinds & 1u << ROTATE_PACKED) != 0) {
        remove_old(rotate, old->time, ROTATE_WAITING);
        return false;
    }
    if (rotate->compress)
        return true;
    (void)rename_old(rotate, old->time, ROTATE_WAITING, ROTATE_PLAIN);
    return false;
}

static void start_next(struct rotate *rotate, int64_t time)
{
    if (rotate->gzip != NULL)
        return;
    if (is_over(&rotate->packs))
        start_packing(rotate, time);
    else
        rotate->look = true;
}

void rotate_tend(struct rotate *rotate)
{
    struct rotate_list list;
    rotate->look = false;
    if (rotate_list_read(rotate->folder, rotate->base, &list) != ERR_NONE)
        fail(rotate, &rotate->packs, "the folder cannot be read whole");
    size_t beyond = 0;
    if (rotate->keep > 0 && list.count > rotate->keep)
        beyond = list.count - (size_t)rotate->keep;
    int64_t next = NONE;
    for (size_t i = 0; i < list.count; i++) {
        if (list.at[i].time > rotate->newest)
            rotate->newest = list.at[i].time;
        if (i < beyond)
            remove_all(rotate, &list.at[i]);
        else if (settle(rotate, &list.at[i]) && next == NONE)
            next = list.at[i].time;
    }
    rotate_list_done(&list);
    if (next != NONE)
        start_next(rotate, next);
}
