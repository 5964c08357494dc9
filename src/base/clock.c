/* clock: event time as text, always UTC; the clocks of the machine. */
#include <mxtap/clock.h>

#include <stdio.h>
#include <time.h>

/* Seconds and nanoseconds, floored, so that times before 1970 come out right too. */
static void split(int64_t when, time_t *ret_seconds, int64_t *ret_rest)
{
    int64_t seconds = when / CLOCK_SECOND;
    int64_t rest = when % CLOCK_SECOND;
    if (rest < 0) {
        rest += CLOCK_SECOND;
        seconds--;
    }
    *ret_seconds = (time_t)seconds;
    *ret_rest = rest;
}

void clock_text(int64_t when, char ret_text[CLOCK_TEXT_SIZE])
{
    time_t seconds;
    int64_t rest;
    split(when, &seconds, &rest);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    snprintf(ret_text, CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%06d+0000",
             parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
             parts.tm_sec, (int)(rest / CLOCK_MICROSECOND));
}

void clock_text_short(int64_t when, char ret_text[CLOCK_TEXT_SIZE])
{
    time_t seconds;
    int64_t rest;
    split(when, &seconds, &rest);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    snprintf(ret_text, CLOCK_TEXT_SIZE, "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min,
             parts.tm_sec, (int)(rest / (CLOCK_SECOND / 1000)));
}

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

int64_t clock_real(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_steady(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
