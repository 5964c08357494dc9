/* notify: sd_notify(3) and sd_watchdog_enabled(3). sd_notify opens a socket for each message, so
 * nothing is kept, and it works after the privileges are gone. */
#include "notify.h"

#ifdef MXTAP_SYSTEMD

#include <ctype.h>
#include <inttypes.h>
#include <mxtap/clock.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#define STATUS_MOST 200

int64_t notify_start(void)
{
    uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0 || microseconds > INT64_MAX / 1000)
        return 0;
    /* Twice as often as asked for, as sd_watchdog_enabled(3) recommends. */
    return (int64_t)microseconds * 1000 / 2;
}

/* A manager that does not listen is nobody's trouble here: it acts by itself. */
static void tell(const char *text)
{
    (void)sd_notify(0, text);
}

void notify_ready(void)
{
    tell("READY=1");
}

void notify_reloading(void)
{
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_steady() / CLOCK_MICROSECOND);
}

void notify_stopping(void)
{
    tell("STOPPING=1");
}

void notify_alive(void)
{
    tell("WATCHDOG=1");
}

/* A line break would begin another assignment. */
void notify_status(const char *text)
{
    char line[STATUS_MOST];
    snprintf(line, sizeof line, "%s", text);
    for (char *at = line; *at; at++)
        if (iscntrl((unsigned char)*at))
            *at = ' ';
    (void)sd_notifyf(0, "STATUS=%s", line);
}

#else

int64_t notify_start(void)
{
    return 0;
}

void notify_ready(void)
{
}

void notify_reloading(void)
{
}

void notify_stopping(void)
{
}

void notify_alive(void)
{
}

void notify_status(const char *text)
{
    (void)text;
}

#endif
