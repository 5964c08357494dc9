/*
 * sample: counters of a made-up sensor, each field with a value of its own.
 */
#ifndef MXTAP_TESTS_HEALTH_SAMPLE_H
#define MXTAP_TESTS_HEALTH_SAMPLE_H

#include <mxtap/stats.h>

/* All is well in it. */
struct stats sample_stats(void);

#endif
