/* how: the options are copied octet by octet, and then each text among them, by the tables of
 * settings. */
#include "how.h"

#include <stdlib.h>

static char **text_at(const struct setting *setting, void *options)
{
    return (char **)(void *)((uint8_t *)options + setting->offset);
}

/* The texts are still those of the original: each gives way to a copy, or to NULL. */
static bool copy_texts(const struct setting *settings, void *options)
{
    bool whole = true;
    for (const struct setting *setting = settings; setting->name != NULL; setting++) {
        if (!setting_is_text(setting))
            continue;
        char **text = text_at(setting, options);
        if (*text == NULL)
            continue;
        *text = strdup(*text);
        whole = whole && *text != NULL;
    }
    return whole;
}

static bool copy_options(const struct sink *sink, struct sink_how *how)
{
    if (sink->options_size == 0)
        return true;
    void *options = malloc(sink->options_size);
    bool whole = options != NULL;
    if (whole)
        memcpy(options, how->options, sink->options_size);
    for (size_t i = 0; options != NULL && sink->settings[i] != NULL; i++)
        whole = copy_texts(sink->settings[i], options) && whole;
    how->options = options;
    return whole;
}

static bool copy_text(const char **text)
{
    if (*text == NULL)
        return true;
    *text = strdup(*text);
    return *text != NULL;
}

struct sink_how *how_copy(const struct sink *sink, const struct sink_how *how)
{
    struct sink_how *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return NULL;
    *copy = *how;
    bool whole = copy_text(&copy->name);
    whole = copy_text(&copy->host) && whole;
    whole = copy_text(&copy->format) && whole;
    whole = copy_options(sink, copy) && whole;
    if (whole)
        return copy;
    how_free(sink, copy);
    return NULL;
}

static void free_text(const char *text)
{
    free((void *)(uintptr_t)text);
}

void how_free(const struct sink *sink, struct sink_how *how)
{
    if (how == NULL)
        return;
    if (sink->options_size > 0)
        sink_options_free(sink, (void *)(uintptr_t)how->options);
    free_text(how->name);
    free_text(how->host);
    free_text(how->format);
    free(how);
}
