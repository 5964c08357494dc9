/*
 * detect_private: the table of detectors, and what table.c asks of detect, for this room's files.
 */
#ifndef MXTAP_DETECT_PRIVATE_H
#define MXTAP_DETECT_PRIVATE_H

#include <mxtap/detect.h>

#define DETECTOR(suffix) extern const struct detector detector_##suffix;
#include "detectors.def"
#undef DETECTOR

struct table;

/* Event time: of the event or the tick that is being handled; and the latest that there was. */
int64_t detect_now(const struct detect *detect);
int64_t detect_latest(const struct detect *detect);
/* The detector that is being called, by index: whose memory and evictions are charged. */
size_t detect_current(const struct detect *detect);
void detect_call(struct detect *detect, size_t index);
/* Its evictions are counted here. */
uint64_t *detect_evicted(struct detect *detect);
/* A loaded name of a capture, kept for as long as the detect. */
const char *detect_source(struct detect *detect, struct span name);
/* The list of all tables, freed when the detectors are closed. */
struct table **detect_tables(struct detect *detect);

#endif
