/*
 * file: records in a file that is made new or emptied; or, of the live sensor, appended to, and put
 * aside when it is large or old (rotate.h).
 *
 * Lines wait in a buffer and are written when it is flushed or has grown. What a full disk does not
 * take stays there and is tried again from the octet where it stopped, so a line is never cut by
 * it; only when the buffer is full too, records are refused. The file that follows this one, when
 * the configuration is read again, takes over what waits.
 *
 * A file is only put aside when nothing waits, so a record is whole in one file. Whoever moves the
 * file between our opening and our first write (the one before us rotates it; logrotate) makes us
 * open it again.
 */
#include "output_private.h"
#include "rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_AT    (64 * 1024)
#define PENDING_MAX (8 << 20)           /* octets: some records of the largest size */
#define PACK        (CLOCK_SECOND / 50) /* at a time */
#define REST        (2 * PACK)          /* between, while there are records to write */

struct file_options {
    char *file;
    uint64_t rotate_size;
    int64_t rotate_time;
    uint64_t keep;
    bool compress;
};

static const struct setting file_settings[] = {
    {"file", SETTING_TEXT, "", "path", 0, 0, NULL, "where the records go",
     offsetof(struct file_options, file)},
    {"rotate_size", SETTING_OCTETS, "0", "octets", 0, 0, NULL,
     "put the file aside before it would be larger; 0: never",
     offsetof(struct file_options, rotate_size)},
    {"rotate_time", SETTING_SECONDS, "0", "seconds", 0, 0, NULL,
     "put it aside each time so much of UTC has passed (1d: at midnight); 0: never",
     offsetof(struct file_options, rotate_time)},
    {"keep", SETTING_COUNT, "0", "files", 0, 0, NULL,
     "how many old files stay, the oldest are removed; 0: all",
     offsetof(struct file_options, keep)},
    {"compress", SETTING_BOOL, "false", "", 0, 0, NULL, "pack old files (gzip)",
     offsetof(struct file_options, compress)},
    SETTING_END,
};

struct file {
    struct file_options options; /* with a text of its own: a file may outlive its configuration */
    bool live;
    int descriptor;
    struct buf pending;
    bool stuck;            /* the last try failed: the next one is made by a flush */
    bool cut;              /* the octet that was written last is in the midst of a line */
    bool begun;            /* the descriptor is the file's of that name */
    struct rotate *rotate; /* NULL: never */
    uint64_t size;         /* octets in the file */
    int64_t period;        /* of rotate_time, in which its first record was written */
    int64_t rest_until;    /* steady clock: packing waits */
};

/* ---- opening ---- */

static enum err file_check(const void *options, char *ret_message, size_t size)
{
    if (((const struct file_options *)options)->file != NULL)
        return ERR_NONE;
    snprintf(ret_message, size, "file: is missing");
    return ERR_CONFIG;
}

/* Records tell who writes to whom: not everybody may read them. */
static int open_path(const struct file *file, int flags)
{
    return open(file->options.file, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0640);
}

static enum err open_rotate(struct file *file, char *ret_message, size_t size)
{
    const struct file_options *options = &file->options;
    if (!file->live || (options->rotate_size == 0 && options->rotate_time == 0))
        return ERR_NONE;
    return rotate_new(options->file, options->keep, options->compress, &file->rotate, ret_message,
                      size);
}

static void free_file(struct file *file)
{
    rotate_free(file->rotate);
    buf_done(&file->pending);
    free(file->options.file);
    free(file);
}

static enum err open_parts(struct file *file, char *ret_message, size_t size)
{
    if (file->options.file == NULL)
        return ERR_MEMORY;
    file->descriptor = open_path(file, file->live ? O_APPEND : O_TRUNC);
    if (file->descriptor < 0) {
        snprintf(ret_message, size, "%s: %s", file->options.file, strerror(errno));
        return ERR_SYSTEM;
    }
    enum err err = open_rotate(file, ret_message, size);
    if (err != ERR_NONE)
        close(file->descriptor);
    return err;
}

static enum err file_open(const struct sink_how *how, void **ret_state, char *ret_message,
                          size_t size)
{
    struct file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return ERR_MEMORY;
    file->options = *(const struct file_options *)how->options;
    file->options.file = strdup(file->options.file);
    file->live = how->live;
    buf_init(&file->pending, PENDING_MAX);
    enum err err = open_parts(file, ret_message, size);
    if (err != ERR_NONE) {
        int cause = errno;
        free_file(file);
        errno = cause;
        return err;
    }
    *ret_state = file;
    return ERR_NONE;
}

/* ---- beginning ---- */

static bool are_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int64_t period_of(const struct file *file, int64_t time)
{
    int64_t length = file->options.rotate_time;
    return length == 0 ? 0 : time / length;
}

/* What is in the file at the descriptor. */
static bool measure(struct file *file)
{
    struct stat ours;
    if (fstat(file->descriptor, &ours) != 0)
        return false;
    file->size = (uint64_t)ours.st_size;
    file->period = period_of(file, ours.st_mtim.tv_sec * CLOCK_SECOND);
    return true;
}

/* The descriptor becomes that of the file that has the name now; false with errno. */
static bool be_in_place(struct file *file)
{
    struct stat ours, there;
    if (fstat(file->descriptor, &ours) != 0)
        return false;
    if (stat(file->options.file, &there) == 0 && are_same(&ours, &there))
        return true;
    int descriptor = open_path(file, O_APPEND);
    if (descriptor < 0)
        return false;
    close(file->descriptor);
    file->descriptor = descriptor;
    return measure(file);
}

/* With the first write, when whoever had the file before has ended. */
static bool begin(struct file *file)
{
    if (file->begun)
        return true;
    if (file->live && !(be_in_place(file) && measure(file))) {
        file->stuck = true;
        return false;
    }
    if (file->rotate != NULL)
        rotate_tend(file->rotate);
    file->begun = true;
    return true;
}

/* ---- writing ---- */

static enum err write_pending(struct file *file)
{
    size_t done = 0;
    int cause = begin(file) ? 0 : errno;
    while (done < file->pending.len && cause == 0) {
        ssize_t wrote = write(file->descriptor, file->pending.at + done, file->pending.len - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            cause = errno;
    }
    if (done > 0)
        file->cut = file->pending.at[done - 1] != '\n';
    file->size += done;
    if (done == file->pending.len)
        buf_clear_keep(&file->pending, 2 * WRITE_AT);
    else
        buf_drop(&file->pending, done);
    file->stuck = cause != 0;
    errno = cause;
    return cause == 0 ? ERR_NONE : ERR_SYSTEM;
}

/* Is the file to be put aside before so many octets more? */
static bool is_due(const struct file *file, size_t more)
{
    const struct file_options *options = &file->options;
    uint64_t content = file->size + file->pending.len;
    if (file->rotate == NULL || content == 0 || file->stuck || !rotate_ready(file->rotate))
        return false;
    if (options->rotate_size > 0 && content + more > options->rotate_size)
        return true;
    return options->rotate_time > 0 && period_of(file, clock_real()) != file->period;
}

/* Where the new one cannot be opened, nothing is written before the old one has its name again. */
static void put_aside(struct file *file)
{
    if (write_pending(file) != ERR_NONE || !be_in_place(file) || file->size == 0 ||
        !rotate_move(file->rotate, clock_real()))
        return;
    int descriptor = open_path(file, O_APPEND);
    if (descriptor < 0) {
        rotate_back(file->rotate);
        file->begun = false;
        return;
    }
    close(file->descriptor);
    file->descriptor = descriptor;
    file->size = 0;
}

static enum err file_write(void *state, struct span record)
{
    struct file *file = state;
    size_t room = PENDING_MAX - file->pending.len;
    if (file->stuck && record.len + 1 > room) {
        errno = ENOBUFS;
        return ERR_SYSTEM;
    }
    (void)begin(file);
    if (is_due(file, record.len + 1))
        put_aside(file);
    size_t before = file->pending.len;
    if (file->size + before == 0 && file->live)
        file->period = period_of(file, clock_real());
    buf_add(&file->pending, record);
    buf_add_octet(&file->pending, '\n');
    if (file->pending.truncated) {
        file->pending.len = before;
        file->pending.truncated = false;
        errno = ENOMEM;
        return ERR_SYSTEM;
    }
    if (file->pending.len >= WRITE_AT && !file->stuck)
        (void)write_pending(file);
    return ERR_NONE;
}

static bool file_tend(void *state)
{
    struct file *file = state;
    if (file->rotate == NULL)
        return false;
    if (is_due(file, 0))
        put_aside(file);
    return rotate_work(file->rotate, PACK);
}

static enum err file_flush(void *state)
{
    struct file *file = state;
    enum err err = write_pending(file);
    int cause = errno;
    if (err == ERR_NONE && file->rotate != NULL && clock_steady() >= file->rest_until) {
        (void)file_tend(file);
        file->rest_until = clock_steady() + REST;
    }
    errno = cause;
    return err;
}

/* ---- the one after this one, and the end ---- */

static bool is_same(const struct file *file, const struct file *other)
{
    struct stat here, there;
    return file->begun && fstat(file->descriptor, &here) == 0 &&
           fstat(other->descriptor, &there) == 0 && are_same(&here, &there);
}

/* A line that was begun in another file cannot be ended here. */
static size_t file_follow(void *state, void *other)
{
    struct file *file = state;
    struct file *from = other;
    size_t lost = 0;
    if (write_pending(from) == ERR_NONE)
        return 0;
    (void)begin(file);
    if (from->cut && !is_same(file, from)) {
        buf_drop(&from->pending, span_find(buf_span(&from->pending), '\n') + 1);
        lost = 1;
    }
    buf_done(&file->pending);
    file->pending = from->pending;
    file->stuck = from->stuck;
    file->cut = from->cut && lost == 0;
    buf_init(&from->pending, PENDING_MAX);
    return lost;
}

/* What is to be packed does not keep the sensor from ending: the next run does that. */
static enum err file_close(void *state)
{
    struct file *file = state;
    enum err err = write_pending(file);
    int cause = errno;
    if (close(file->descriptor) != 0 && err == ERR_NONE) {
        err = ERR_SYSTEM;
        cause = errno;
    }
    free_file(file);
    errno = cause;
    return err;
}

const struct sink sink_file = {
    .name = "file",
    .summary = "a file",
    .settings = {file_settings},
    .options_size = sizeof(struct file_options),
    .format = "eve",
    .acknowledges = true,
    .check = file_check,
    .open = file_open,
    .write = file_write,
    .flush = file_flush,
    .close = file_close,
    .follow = file_follow,
    .tend = file_tend,
};
