/* setting: text to typed values and back, by the tables that rooms declare. */
#include <mxtap/setting.h>

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <mxtap/clock.h>
#include <mxtap/secret.h>
#include <stdio.h>
#include <stdlib.h>

#define SETTING_TEXT_MAX 4096
#define NOT_SHOWN        "(not shown)"
#define SECONDS_MAX      9e9  /* still fits an int64_t of nanoseconds */
#define WHOLE_MAX        9e15 /* still exact in a double */

static void *value_at(const struct setting *setting, void *options)
{
    return (uint8_t *)options + setting->offset;
}

/* A number with one of the unit letters behind it ("10m", "64M"). */
static bool parse_scaled(const char *text, const char *letters, const double *factors,
                         double *ret_value)
{
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || errno != 0 || !isfinite(value))
        return false;
    if (*end != '\0') {
        const char *letter = strchr(letters, *end);
        if (letter == NULL || end[1] != '\0')
            return false;
        value *= factors[letter - letters];
    }
    *ret_value = value;
    return true;
}

static bool parse_number(const struct setting *setting, const char *text, double *ret_value)
{
    static const double times[] = {1, 60, 3600, 86400};
    static const double sizes[] = {1024, 1024, 1048576, 1073741824};
    switch (setting->type) {
    case SETTING_SECONDS: return parse_scaled(text, "smhd", times, ret_value);
    case SETTING_OCTETS: return parse_scaled(text, "kKMG", sizes, ret_value);
    default: return parse_scaled(text, "", NULL, ret_value);
    }
}

static enum err refuse(const struct setting *setting, const char *text, const char *wanted,
                       char *ret_message, size_t size)
{
    snprintf(ret_message, size, "%s: '%.100s' is not %s", setting->name, text, wanted);
    return ERR_CONFIG;
}

/* Those of the table, or what the type can hold. */
static void limits(const struct setting *setting, double *ret_min, double *ret_max)
{
    bool free_of_limits = setting->min == setting->max;
    switch (setting->type) {
    case SETTING_NUMBER:
        *ret_min = free_of_limits ? -HUGE_VAL : setting->min;
        *ret_max = free_of_limits ? HUGE_VAL : setting->max;
        break;
    case SETTING_SECONDS:
        *ret_min = free_of_limits ? 0 : setting->min;
        *ret_max = free_of_limits ? SECONDS_MAX : setting->max;
        break;
    default:
        *ret_min = free_of_limits ? 0 : setting->min;
        *ret_max = free_of_limits ? WHOLE_MAX : setting->max;
    }
}

static enum err set_number(const struct setting *setting, void *value, const char *text,
                           char *ret_message, size_t size)
{
    double number;
    if (!parse_number(setting, text, &number) ||
        (setting->type == SETTING_COUNT && number != floor(number)))
        return refuse(setting, text, setting->type == SETTING_COUNT ? "a whole number" : "a number",
                      ret_message, size);
    double min;
    double max;
    limits(setting, &min, &max);
    if (number < min || number > max) {
        snprintf(ret_message, size, "%s: %.100s is not between %g and %g", setting->name, text, min,
                 max);
        return ERR_CONFIG;
    }
    if (setting->type == SETTING_NUMBER)
        *(double *)value = number;
    else if (setting->type == SETTING_SECONDS)
        *(int64_t *)value = (int64_t)(number * (double)CLOCK_SECOND);
    else
        *(uint64_t *)value = (uint64_t)number;
    return ERR_NONE;
}

static bool parse_bool(const char *text, bool *ret_value)
{
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *ret_value = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

/* The index of text among the choices "a|b|c". */
static bool parse_choice(const char *choices, const char *text, unsigned *ret_value)
{
    size_t len = strlen(text);
    for (unsigned index = 0; *choices != '\0'; index++) {
        size_t end = strcspn(choices, "|");
        if (end == len && memcmp(choices, text, len) == 0) {
            *ret_value = index;
            return true;
        }
        choices += end + (choices[end] == '|');
    }
    return false;
}

static enum err set_text(const char *text, char **ret_value)
{
    char *copy = *text == '\0' ? NULL : strdup(text);
    if (*text != '\0' && copy == NULL)
        return ERR_MEMORY;
    secret_free(*ret_value);
    *ret_value = copy;
    return ERR_NONE;
}

/* What is no reference may be the secret itself, so it is not repeated. */
static enum err set_secret(const struct setting *setting, const char *text, char **ret_value,
                           char *ret_message, size_t size)
{
    bool plain = setting->type == SETTING_SECRET_OR_TEXT && strcmp(text, NOT_SHOWN) != 0;
    if (*text == '\0' || plain || secret_is_reference(span_text(text)))
        return set_text(text, ret_value);
    snprintf(ret_message, size,
             "%s: wants to know where the secret is, not the secret: file:PATH, env:NAME or "
             "credential:NAME",
             setting->name);
    return ERR_CONFIG;
}

enum err setting_set(const struct setting *setting, void *options, struct span span,
                     char *ret_message, size_t size)
{
    char text[SETTING_TEXT_MAX];
    if (span.len >= sizeof text)
        return refuse(setting, "(too long)", "a value", ret_message, size);
    if (span.len > 0)
        memcpy(text, span.at, span.len);
    text[span.len] = '\0';
    void *value = value_at(setting, options);
    switch (setting->type) {
    case SETTING_BOOL:
        return parse_bool(text, value) ? ERR_NONE
                                       : refuse(setting, text, "true or false", ret_message, size);
    case SETTING_CHOICE:
        return parse_choice(setting->choices, text, value)
                   ? ERR_NONE
                   : refuse(setting, text, setting->choices, ret_message, size);
    case SETTING_TEXT: return set_text(text, value);
    case SETTING_SECRET:
    case SETTING_SECRET_OR_TEXT: {
        enum err err = set_secret(setting, text, value, ret_message, size);
        explicit_bzero(text, span.len);
        return err;
    }
    default: return set_number(setting, value, text, ret_message, size);
    }
}

void setting_defaults(const struct setting *settings, void *options)
{
    for (const struct setting *setting = settings; setting->name != NULL; setting++) {
        char message[200];
        enum err err =
            setting_set(setting, options, span_text(setting->fallback), message, sizeof message);
        assert(err == ERR_NONE || err == ERR_MEMORY);
        (void)err;
    }
}

void setting_done(const struct setting *settings, void *options)
{
    for (const struct setting *setting = settings; setting->name != NULL; setting++) {
        if (setting_is_text(setting)) {
            char **text = value_at(setting, options);
            secret_free(*text);
            *text = NULL;
        }
    }
}

const struct setting *setting_find(const struct setting *settings, struct span name)
{
    for (const struct setting *setting = settings; setting->name != NULL; setting++)
        if (span_equal(span_text(setting->name), name))
            return setting;
    return NULL;
}

bool setting_is_text(const struct setting *setting)
{
    return setting->type == SETTING_TEXT || setting->type == SETTING_SECRET ||
           setting->type == SETTING_SECRET_OR_TEXT;
}

static void print_text(const char *text, char *ret_text, size_t size)
{
    snprintf(ret_text, size, "%s", text == NULL ? "" : text);
}

/* The largest unit that divides the value. */
static void print_scaled(double value, const char *const *letters, const double *factors,
                         char *ret_text, size_t size)
{
    for (size_t i = 0; letters[i] != NULL; i++) {
        if (value != 0 && fmod(value, factors[i]) == 0) {
            snprintf(ret_text, size, "%.0f%s", value / factors[i], letters[i]);
            return;
        }
    }
    snprintf(ret_text, size, "%.15g", value);
}

void setting_print(const struct setting *setting, const void *options, char *ret_text, size_t size)
{
    static const char *const time_letters[] = {"d", "h", "m", "s", NULL};
    static const double times[] = {86400, 3600, 60, 1};
    static const char *const size_letters[] = {"G", "M", "k", NULL};
    static const double sizes[] = {1073741824, 1048576, 1024};
    const void *value = (const uint8_t *)options + setting->offset;
    switch (setting->type) {
    case SETTING_BOOL:
        snprintf(ret_text, size, "%s", *(const bool *)value ? "true" : "false");
        break;
    case SETTING_COUNT:
        snprintf(ret_text, size, "%ju", (uintmax_t) * (const uint64_t *)value);
        break;
    case SETTING_NUMBER: snprintf(ret_text, size, "%.15g", *(const double *)value); break;
    case SETTING_SECONDS:
        print_scaled((double)*(const int64_t *)value / (double)CLOCK_SECOND, time_letters, times,
                     ret_text, size);
        break;
    case SETTING_OCTETS:
        print_scaled((double)*(const uint64_t *)value, size_letters, sizes, ret_text, size);
        break;
    case SETTING_TEXT:
    case SETTING_SECRET: print_text(*(char *const *)value, ret_text, size); break;
    case SETTING_SECRET_OR_TEXT: {
        const char *text = *(char *const *)value;
        bool shown = text == NULL || secret_is_reference(span_text(text));
        print_text(shown ? text : NOT_SHOWN, ret_text, size);
        break;
    }
    case SETTING_CHOICE: {
        const char *choice = setting->choices;
        for (unsigned i = *(const unsigned *)value; i > 0; i--)
            choice += strcspn(choice, "|") + 1;
        snprintf(ret_text, size, "%.*s", (int)strcspn(choice, "|"), choice);
        break;
    }
    }
}
