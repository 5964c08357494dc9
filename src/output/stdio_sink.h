/*
 * stdio_sink: what the sinks file and stdout share: records as lines into a FILE.
 */
#ifndef MXTAP_STDIO_SINK_H
#define MXTAP_STDIO_SINK_H

#include <mxtap/output.h>

/* The state is a FILE *. */
enum err stdio_sink_write(void *state, struct span record);
enum err stdio_sink_flush(void *state);

#endif
