/*
 * input: the octets of one capture file, gzipped or not.
 *
 * Called by file.c and the readers of captures.def. A name is a path, or "-" for standard input,
 * which like every pipe is read once, front to back. What starts with the gzip magic (RFC 1952
 * 2.3.1) is inflated on the way, member after member; offsets then count inflated octets. Reading
 * goes straight into the caller's memory. What fails stays failed, and input_failure says why. One
 * thread an input.
 */
#ifndef INPUT_H
#define INPUT_H

#include <mxtap/err.h>
#include <mxtap/span.h>
#include <sys/types.h>

#define INPUT_HEAD 4 /* octets that tell the kinds of capture apart */

struct input;

/* ERR_SYSTEM (errno says why) or ERR_MEMORY. Waits for the first octets of a pipe. */
enum err input_open(const char *name, struct input **ret_input) MXTAP_MUST_CHECK;
void input_close(struct input *input);

/* 1 to size octets; 0 at the end; -1 where the rest cannot be read. */
ssize_t input_read(struct input *input, void *at, size_t size);

/* The first octets, at most INPUT_HEAD, without taking them. */
struct span input_head(const struct input *input);

bool input_gzipped(const struct input *input);
bool input_regular(const struct input *input);        /* can be closed and opened again */
uint64_t input_size(const struct input *input);       /* on disk; 0: unknown */
uint64_t input_consumed(const struct input *input);   /* of what is on disk */
const char *input_failure(const struct input *input); /* NULL: none so far */

#endif
