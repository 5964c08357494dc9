/*
 * Opening one capture file: the reader is the row of captures.def that knows the first octets.
 */
#include "file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define CAPTURE(name, summary) extern const struct file_ops file_##name;
#include "captures.def"
#undef CAPTURE

static const struct file_ops *const file_kinds[] = {
#define CAPTURE(name, summary) &file_##name,
#include "captures.def"
#undef CAPTURE
};

static const struct file_ops *file_kind(struct span head)
{
    for (size_t i = 0; head.len == INPUT_HEAD && i < sizeof file_kinds / sizeof *file_kinds; i++)
        if (file_kinds[i]->match(head))
            return file_kinds[i];
    return NULL;
}

/* Says in the cause what the octets are that are no capture. */
static void file_refuse(struct file *file)
{
    struct span head = input_head(file->input);
    if (input_failure(file->input) != NULL)
        file_damage(file, 0, "no capture");
    else if (head.len == 0)
        file_damage(file, 0, "empty file");
    else if (head.len < INPUT_HEAD)
        file_damage(file, 0, "no capture: only %zu octets long", head.len);
    else
        file_damage(file, 0, "no capture: starts with %02x %02x %02x %02x", head.at[0], head.at[1],
                    head.at[2], head.at[3]);
}

enum err file_open(struct file *file, const char *name, size_t buffer)
{
    *file = (struct file){.ops = NULL};
    enum err err = input_open(name, &file->input);
    if (err != ERR_NONE) {
        snprintf(file->cause, sizeof file->cause, "cannot be opened: %s",
                 err == ERR_MEMORY ? err_text(err) : strerror(errno));
        return err;
    }
    file->ops = file_kind(input_head(file->input));
    if (file->ops == NULL) {
        file_refuse(file);
        err = ERR_SUPPORT;
    } else {
        err = file->ops->open(file, buffer);
    }
    if (err != ERR_NONE) {
        if (file->cause[0] == '\0')
            snprintf(file->cause, sizeof file->cause, "%s", err_text(err));
        file_close(file);
    }
    return err;
}

void file_close(struct file *file)
{
    if (file->ops != NULL)
        file->ops->close(file);
    input_close(file->input);
    file->input = NULL;
    file->ops = NULL;
}

enum err file_damage(struct file *file, uint64_t at, const char *format, ...)
{
    const char *failure = input_failure(file->input);
    int len;
    if (failure != NULL) {
        len = snprintf(file->cause, sizeof file->cause, "%s", failure);
    } else {
        va_list values;
        va_start(values, format);
        len = vsnprintf(file->cause, sizeof file->cause, format, values);
        va_end(values);
    }
    if (input_gzipped(file->input) && len >= 0 && (size_t)len < sizeof file->cause)
        snprintf(file->cause + len, sizeof file->cause - (size_t)len,
                 " (byte of the inflated octets)");
    file->damage_at = at;
    return ERR_DAMAGED;
}
