/*
 * clock: event time.
 *
 * Times are nanoseconds since 1970-01-01 UTC in an int64_t, as the packets say. Detectors, windows
 * and time-outs know no other time. CLOCK_NEVER stands for "not seen".
 */
#ifndef MXTAP_CLOCK_H
#define MXTAP_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_MICROSECOND INT64_C(1000)
#define CLOCK_SECOND      INT64_C(1000000000)
#define CLOCK_NEVER       INT64_MIN
/* A lane keeps the times of packets between these, so that adding an interval cannot overflow. */
#define CLOCK_EARLIEST INT64_C(0)
#define CLOCK_LATEST   INT64_C(8000000000000000000)

/* "2006-06-19T06:18:46.123456+0000", always UTC. */
#define CLOCK_TEXT_SIZE 96
void clock_text(int64_t time, char ret_text[CLOCK_TEXT_SIZE]);
/* "06:18:46.123", for people. */
void clock_text_short(int64_t time, char ret_text[CLOCK_TEXT_SIZE]);

/* The clocks of the machine, in nanoseconds, for the live sensor and for what is shown to people;
 * detectors and time-outs never look at them. clock_real: since 1970, as live packets' times are;
 * clock_steady: never set, since some moment in the past. */
int64_t clock_real(void);
int64_t clock_steady(void);

#endif
