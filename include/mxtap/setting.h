/*
 * setting: a named value with type, default, unit, limits and one line of explanation.
 *
 * A room or a detector declares a table of its settings; the values live in its own options struct
 * at the given offsets. The application fills them from the defaults, the configuration file and
 * --set, and prints them (mxtap check, mxtap detectors).
 */
#ifndef MXTAP_SETTING_H
#define MXTAP_SETTING_H

#include <mxtap/err.h>
#include <mxtap/span.h>

enum setting_type {
    SETTING_BOOL,    /* bool; "true", "false" */
    SETTING_COUNT,   /* uint64_t */
    SETTING_NUMBER,  /* double */
    SETTING_SECONDS, /* int64_t nanoseconds; written in seconds, or with s, m, h, d: "10m" */
    SETTING_OCTETS,  /* uint64_t; written plain or with k, M, G (1024) */
    SETTING_TEXT,    /* char *, malloc'ed, may be NULL */
    SETTING_CHOICE,  /* unsigned; index into choices ("a|b|c") */
    SETTING_SECRET,  /* char *, malloc'ed, may be NULL: a reference (secret.h), never the secret */
    /* As SETTING_SECRET, but where the secret itself was written once it is still taken: never
     * printed, "(not shown)" stands in its place. */
    SETTING_SECRET_OR_TEXT,
};

struct setting {
    const char *name; /* "unknown_min" */
    enum setting_type type;
    const char *fallback; /* the default, as it is written */
    const char *unit;     /* "recipients", or "" */
    double min, max;      /* of the value as written in its base unit; min == max: no limits */
    const char *choices;  /* SETTING_CHOICE */
    const char *help;     /* one line */
    size_t offset;        /* of the value in the options struct */
};

#define SETTING_END                                                                                \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* Sets all to their defaults; a default that does not parse is our own mistake (assert). */
void setting_defaults(const struct setting *settings, void *options);
/* Frees the texts; those of secrets are overwritten first. */
void setting_done(const struct setting *settings, void *options);
const struct setting *setting_find(const struct setting *settings, struct span name);
/* ERR_CONFIG with a sentence in ret_message where the text is no such value; a text that was given
 * for a secret is not repeated there. */
enum err setting_set(const struct setting *setting, void *options, struct span text,
                     char *ret_message, size_t message_size) MXTAP_MUST_CHECK;
/* A type whose value is a char *. */
bool setting_is_text(const struct setting *setting);
/* The value as it would be written. */
void setting_print(const struct setting *setting, const void *options, char *ret_text, size_t size);

#endif
