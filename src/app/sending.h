/*
 * sending: takes what waits in the outbox to its receivers, without a sensor (mxtap outbox send).
 */
#ifndef MXTAP_SENDING_H
#define MXTAP_SENDING_H

#include "config.h"

/* Until nothing waits, for so long at most (nanoseconds; 0: no limit). An exit status (commands.h):
 * EXIT_DAMAGED where something is left. Problems are logged. */
int sending_run(const struct config *config, int64_t patience);

#endif
