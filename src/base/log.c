/* log: one write(2) a line on standard error, so that lines of several threads do not mix. */
#include <mxtap/log.h>

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* The one mutable global of the program: how much the operator wants to read. */
static _Atomic int log_level = LOG_LEVEL_INFO;

void log_level_set(enum log_level level)
{
    atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

void log_write(enum log_level level, const char *format, ...)
{
    if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
        return;
    static const char *const names[] = {"error: ", "warning: ", "", ""};
    char line[2048];
    int start = snprintf(line, sizeof line, "mxtap: %s", names[level]);
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line + start, sizeof line - (size_t)start - 1, format, arguments);
    va_end(arguments);
    if (len < 0)
        return;
    size_t end = (size_t)start + (size_t)len;
    if (end > sizeof line - 2)
        end = sizeof line - 2;
    line[end] = '\n';
    ssize_t written = write(STDERR_FILENO, line, end + 1);
    (void)written; /* there is nobody left to tell */
}
