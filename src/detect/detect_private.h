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

/* Of the detector that is being called: where its evictions are counted. */
uint64_t *detect_evicted(struct detect *detect);
/* The list of all tables, freed when the detectors are closed. */
struct table **detect_tables(struct detect *detect);

#endif
