/*
 * file: records in a file that is made new, emptied or appended to.
 *
 * Lines wait in a buffer and are written when it is flushed or has grown. What a full disk does not
 * take stays there and is tried again from the octet where it stopped, so a line is never cut by
 * it; only when the buffer is full too, records are refused.
 */
#include "output_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define WRITE_AT    (64 * 1024)
#define PENDING_MAX (8 << 20) /* octets: some records of the largest size */

struct file {
    int descriptor;
    struct buf pending;
    bool stuck; /* the last try failed: the next one is made by a flush */
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
};
