/*
 * file: records in a file that is made new, emptied or appended to.
 *
 * Lines wait in a buffer and are written when it is flushed or has grown. What a full disk does not
 * take stays there and is tried again from the octet where it stopped, so a line is never cut by
 * it; only when the buffer is full too, records are refused. The file that follows this one, when
 * the configuration is read again, takes over what waits.
 */
#include "output_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_AT    (64 * 1024)
#define PENDING_MAX (8 << 20) /* octets: some records of the largest size */

struct file {
    int descriptor;
    struct buf pending;
    bool stuck; /* the last try failed: the next one is made by a flush */
    bool cut;   /* the octet that was written last is in the midst of a line */
};

static enum err file_open(const struct sink_target *target, void **ret_state)
{
    struct file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return ERR_MEMORY;
    /* Records tell who writes to whom. */
    file->descriptor = open(
        target->path, O_WRONLY | O_CREAT | O_CLOEXEC | (target->append ? O_APPEND : O_TRUNC), 0640);
    if (file->descriptor < 0) {
        free(file);
        return ERR_SYSTEM;
    }
    buf_init(&file->pending, PENDING_MAX);
    *ret_state = file;
    return ERR_NONE;
}

static enum err file_flush(void *state)
{
    struct file *file = state;
    size_t done = 0;
    int cause = 0;
    while (done < file->pending.len && cause == 0) {
        ssize_t wrote = write(file->descriptor, file->pending.at + done, file->pending.len - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            cause = errno;
    }
    if (done > 0)
        file->cut = file->pending.at[done - 1] != '\n';
    if (done == file->pending.len)
        buf_clear_keep(&file->pending, 2 * WRITE_AT);
    else
        buf_drop(&file->pending, done);
    file->stuck = cause != 0;
    errno = cause;
    return cause == 0 ? ERR_NONE : ERR_SYSTEM;
}

static enum err file_write(void *state, struct span record)
{
    struct file *file = state;
    size_t room = PENDING_MAX - file->pending.len;
    if (file->stuck && record.len + 1 > room) {
        errno = ENOBUFS;
        return ERR_SYSTEM;
    }
    size_t before = file->pending.len;
    buf_add(&file->pending, record);
    buf_add_octet(&file->pending, '\n');
    if (file->pending.truncated) {
        file->pending.len = before;
        file->pending.truncated = false;
        errno = ENOMEM;
        return ERR_SYSTEM;
    }
    if (file->pending.len >= WRITE_AT && !file->stuck)
        (void)file_flush(file);
    return ERR_NONE;
}

static bool is_same(const struct file *file, const struct file *other)
{
    struct stat here, there;
    return fstat(file->descriptor, &here) == 0 && fstat(other->descriptor, &there) == 0 &&
           here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

/* A line that was begun in another file cannot be ended here. */
static size_t file_follow(void *state, void *other)
{
    struct file *file = state;
    struct file *from = other;
    size_t lost = 0;
    if (file_flush(from) == ERR_NONE)
        return 0;
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

static enum err file_close(void *state)
{
    struct file *file = state;
    enum err err = file_flush(file);
    int cause = errno;
    if (close(file->descriptor) != 0 && err == ERR_NONE) {
        err = ERR_SYSTEM;
        cause = errno;
    }
    buf_done(&file->pending);
    free(file);
    errno = cause;
    return err;
}

const struct sink sink_file = {
    .name = "file",
    .summary = "a file",
    .open = file_open,
    .write = file_write,
    .flush = file_flush,
    .close = file_close,
    .follow = file_follow,
};
