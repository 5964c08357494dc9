/*
 * signals: what the operator wants of the sensor (signalfd).
 *
 * signals_open blocks the signals in the calling thread, and so in those that it makes later. One
 * thread waits.
 */
#ifndef MXTAP_SIGNALS_H
#define MXTAP_SIGNALS_H

#include <mxtap/err.h>

enum signals_wish {
    SIGNALS_NONE,
    SIGNALS_STOP,   /* SIGTERM, SIGINT */
    SIGNALS_RELOAD, /* SIGHUP */
    SIGNALS_STATS,  /* SIGUSR1 */
};

enum err signals_open(int *ret_descriptor) MXTAP_MUST_CHECK;
/* The next wish, or SIGNALS_NONE after so many milliseconds; 0: does not wait. */
enum signals_wish signals_wait(int descriptor, int milliseconds);
void signals_close(int descriptor);

#endif
