/* log: one write(2) a line on standard error, so that lines of several threads do not mix. Where
 * that is the journal, the level goes in front as sd-daemon(3) describes, and our name, which the
 * journal adds itself, does not. */
#include <mxtap/log.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The one mutable global of the program: how much the operator wants to read. */
static _Atomic int log_level = LOG_LEVEL_INFO;

void log_level_set(enum log_level level)
{
    atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

/* systemd.exec(5): JOURNAL_STREAM names the stream that was standard error when we were started,
 * which may have been led elsewhere since. */
static bool is_journal(void)
{
    const char *text = getenv("JOURNAL_STREAM");
    uintmax_t device, inode;
    struct stat status;
    return text && sscanf(text, "%ju:%ju", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

/* Octets of a character that could move a terminal's cursor or end the line; 0: a harmless one. */
static size_t control_length(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return 1;
    bool c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0; /* U+0080 to U+009F */
    return c1 ? 2 : 0;
}

/* Texts of senders end up in messages: a line stays one line, whatever they wrote. Cuts what does
 * not fit; returns the length. */
static size_t escape(char *line, size_t size, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = (const unsigned char *)text;
    size_t len = 0;
    while (*at && len + 8 < size) {
        size_t left = control_length(at);
        if (left == 0)
            line[len++] = (char)*at++;
        for (; left > 0; left--, at++) {
            line[len++] = '\\';
            line[len++] = 'x';
            line[len++] = digits[*at >> 4];
            line[len++] = digits[*at & 15];
        }
    }
    return len;
}

void log_write(enum log_level level, const char *format, ...)
{
    if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
        return;
    static const char *const terminal[] = {
        "mxtap: error: ", "mxtap: warning: ", "mxtap: ", "mxtap: "};
    static const char *const journal[] = {"<3>error: ", "<4>warning: ", "<6>", "<7>"};
    char text[2048], line[2048];
    va_list arguments;
    va_start(arguments, format);
    int status = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (status < 0)
        return;
    int start = snprintf(line, sizeof line, "%s", (is_journal() ? journal : terminal)[level]);
    size_t end = (size_t)start + escape(line + start, sizeof line - (size_t)start, text);
    line[end] = '\n';
    ssize_t written = write(STDERR_FILENO, line, end + 1);
    (void)written; /* there is nobody left to tell */
}
