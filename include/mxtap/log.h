/*
 * log: one line a message on standard error, for operators.
 *
 * Only app and the sinks' threads log; rooms count instead. Thread-safe: a line is one write, and
 * stays one line whatever is in its texts: control characters are written as \xNN. -q keeps
 * warnings and errors, -v adds what was decided and why. Where standard error is the journal's, a
 * line begins with its level, <3> to <7>, instead of our name.
 */
#ifndef MXTAP_LOG_H
#define MXTAP_LOG_H

#include <mxtap/err.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_level_set(enum log_level level);
void log_write(enum log_level level, const char *format, ...) MXTAP_PRINTF(2, 3);

#define log_error(...)   log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
