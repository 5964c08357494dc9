/*
 * Octets of a file or pipe: read(2), and inflate() of zlib for gzip members (RFC 1952 2.2).
 *
 * The first octets are read at once, to know a gzip file and the kind of capture by their magic;
 * they are handed out again before anything else. Plain octets are never copied here.
 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define INPUT_CHUNK ((size_t)128 << 10) /* compressed octets a read */

struct input {
    int fd;
    bool gzipped;
    bool regular;
    bool between;      /* two gzip members */
    bool ended;        /* the file has no more octets */
    uint64_t size;     /* on disk */
    uint64_t consumed; /* from disk */
    size_t head_len;   /* octets of head */
    size_t head_given; /* of them given to input_read */
    uint8_t head[INPUT_HEAD];
    uint8_t *chunk; /* compressed octets, gzip only */
    z_stream stream;
    char failure[160];
};

static void input_fail(struct input *input, const char *what, const char *why)
{
    if (input->failure[0] == '\0')
        snprintf(input->failure, sizeof input->failure, "%s%s%s", what, why == NULL ? "" : ": ",
                 why == NULL ? "" : why);
}

/* read(2) with its interruptions; 0 at the end, -1 on failure. */
static ssize_t input_raw(struct input *input, void *at, size_t size)
{
    ssize_t got;
    do
        got = read(input->fd, at, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        input_fail(input, "cannot be read", strerror(errno));
    else
        input->consumed += (uint64_t)got;
    return got;
}

/* Reads on until size octets are there, or the end. */
static size_t input_fill(struct input *input, uint8_t *at, size_t size,
                         ssize_t (*more)(struct input *, void *, size_t))
{
    size_t have = 0;
    while (have < size) {
        ssize_t got = more(input, at + have, size - have);
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return have;
}

/* True with compressed octets at hand. */
static bool input_refill(struct input *input)
{
    if (input->stream.avail_in > 0)
        return true;
    ssize_t got = input->ended ? 0 : input_raw(input, input->chunk, INPUT_CHUNK);
    if (got <= 0) {
        input->ended = true;
        return false;
    }
    input->stream.next_in = input->chunk;
    input->stream.avail_in = (uInt)got;
    return true;
}

/* Between two members there may be zeros (padding of tapes and disks), and nothing else. */
static bool input_next_member(struct input *input)
{
    uint8_t octet = *input->stream.next_in;
    if (octet == 0) {
        input->stream.next_in++;
        input->stream.avail_in--;
        return true;
    }
    if (octet != 0x1f || inflateReset(&input->stream) != Z_OK) {
        input_fail(input, "garbage after the gzip data", NULL);
        return false;
    }
    input->between = false;
    return true;
}

static ssize_t input_inflate(struct input *input, void *at, size_t size)
{
    z_stream *stream = &input->stream;
    uInt room = (uInt)(size < INPUT_CHUNK * 64 ? size : INPUT_CHUNK * 64);
    stream->next_out = at;
    stream->avail_out = room;
    while (stream->avail_out > 0 && input->failure[0] == '\0') {
        if (!input_refill(input)) {
            if (!input->between)
                input_fail(input, "the gzip data ends early", NULL);
            break;
        }
        if (input->between) {
            if (!input_next_member(input))
                break;
            continue;
        }
        int result = inflate(stream, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            input->between = true;
        else if (result != Z_OK)
            input_fail(input, "the gzip data is damaged", stream->msg);
    }
    ssize_t got = (ssize_t)(room - stream->avail_out);
    return got > 0 ? got : input->failure[0] == '\0' ? 0 : -1;
}

/* The octets read so far are the start of a gzip file: what they hold becomes the head. */
static enum err input_start_gzip(struct input *input)
{
    input->chunk = malloc(INPUT_CHUNK);
    if (input->chunk == NULL || inflateInit2(&input->stream, 16 + MAX_WBITS) != Z_OK)
        return ERR_MEMORY;
    input->gzipped = true;
    memcpy(input->chunk, input->head, input->head_len);
    input->stream.next_in = input->chunk;
    input->stream.avail_in = (uInt)input->head_len;
    input->head_len = input_fill(input, input->head, INPUT_HEAD, input_inflate);
    return ERR_NONE;
}

static enum err input_start(struct input *input, const char *name)
{
    struct stat status;
    input->fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0 || fstat(input->fd, &status) != 0)
        return ERR_SYSTEM;
    input->regular = S_ISREG(status.st_mode) && input->fd != STDIN_FILENO;
    input->size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    input->head_len = input_fill(input, input->head, INPUT_HEAD, input_raw);
    if (input->head_len >= 2 && input->head[0] == 0x1f && input->head[1] == 0x8b)
        return input_start_gzip(input);
    return ERR_NONE;
}

enum err input_open(const char *name, struct input **ret_input)
{
    struct input *input = calloc(1, sizeof *input);
    if (input == NULL)
        return ERR_MEMORY;
    enum err err = input_start(input, name);
    if (err != ERR_NONE) {
        int why = errno;
        input_close(input);
        errno = why;
        return err;
    }
    *ret_input = input;
    return ERR_NONE;
}

void input_close(struct input *input)
{
    if (input == NULL)
        return;
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    if (input->gzipped)
        inflateEnd(&input->stream);
    free(input->chunk);
    free(input);
}

ssize_t input_read(struct input *input, void *at, size_t size)
{
    size_t waiting = input->head_len - input->head_given;
    if (waiting > 0) {
        size_t count = waiting < size ? waiting : size;
        memcpy(at, input->head + input->head_given, count);
        input->head_given += count;
        return (ssize_t)count;
    }
    if (input->failure[0] != '\0')
        return -1;
    return input->gzipped ? input_inflate(input, at, size) : input_raw(input, at, size);
}

struct span input_head(const struct input *input)
{
    return span_make(input->head, input->head_len);
}

bool input_gzipped(const struct input *input)
{
    return input->gzipped;
}

bool input_regular(const struct input *input)
{
    return input->regular;
}

uint64_t input_size(const struct input *input)
{
    return input->size;
}

uint64_t input_consumed(const struct input *input)
{
    return input->consumed;
}

const char *input_failure(const struct input *input)
{
    return input->failure[0] == '\0' ? NULL : input->failure;
}
