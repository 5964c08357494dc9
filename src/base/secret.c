/* secret: references to secrets, and what they refer to. Every copy of one but that which is handed
 * out is overwritten. */
#include <mxtap/secret.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_END  2        /* octets at most, beyond SECRET_MAX */
#define REFERENCE "%.200s" /* in a message */
#define PATH_ROOM 4096

enum place { PLACE_NONE, PLACE_FILE, PLACE_ENVIRONMENT, PLACE_CREDENTIAL };

/* Letters, digits and _, for a variable; and .- for a credential's file. */
static bool is_name(struct span name, const char *others)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t octet = name.at[i];
        uint8_t lower = span_lower_octet(octet);
        if (!(lower >= 'a' && lower <= 'z') && !(octet >= '0' && octet <= '9') && octet != '_' &&
            (octet == '\0' || strchr(others, octet) == NULL))
            return false;
    }
    return name.len > 0;
}

static enum place place_of(struct span text, struct span *ret_name)
{
    static const struct {
        const char *prefix;
        enum place place;
    } places[] = {
        {"file:", PLACE_FILE}, {"env:", PLACE_ENVIRONMENT}, {"credential:", PLACE_CREDENTIAL}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct span prefix = span_text(places[i].prefix);
        if (!span_starts(text, prefix))
            continue;
        struct span name = span_skip(text, prefix.len);
        bool good = places[i].place == PLACE_FILE
                        ? name.len > 0 && span_find(name, '\0') == name.len
                        : is_name(name, places[i].place == PLACE_CREDENTIAL ? ".-" : "");
        if (!good || span_equal(name, SPAN_LITERAL(".")) || span_equal(name, SPAN_LITERAL("..")))
            return PLACE_NONE;
        *ret_name = name;
        return places[i].place;
    }
    return PLACE_NONE;
}

bool secret_is_reference(struct span text)
{
    struct span name;
    return place_of(text, &name) != PLACE_NONE;
}

/* What is read of one file. */
struct reading {
    const char *reference; /* for messages */
    char *octets;          /* SECRET_MAX + LINE_END + 1 */
    size_t len;
    char *message;
    size_t size;
};

MXTAP_PRINTF(2, 3)
static enum err complain(const struct reading *reading, const char *format, ...)
{
    char why[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    snprintf(reading->message, reading->size, REFERENCE ": %s", reading->reference, why);
    return ERR_CONFIG;
}

static enum err read_open(struct reading *reading, int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return complain(reading, "%s", strerror(errno));
    /* A pipe or a terminal would have us wait. */
    if (!S_ISREG(status.st_mode))
        return complain(reading, "is no regular file");
    while (reading->len <= SECRET_MAX + LINE_END) {
        ssize_t got = read(descriptor, reading->octets + reading->len,
                           SECRET_MAX + LINE_END + 1 - reading->len);
        if (got < 0 && errno != EINTR)
            return complain(reading, "%s", strerror(errno));
        if (got == 0)
            break;
        if (got > 0)
            reading->len += (size_t)got;
    }
    if ((status.st_mode & S_IROTH) != 0)
        (void)complain(reading, "everybody on this host may read it (mode %04o)",
                       (unsigned)status.st_mode & 07777);
    return ERR_NONE;
}

static enum err read_file(struct reading *reading, const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return complain(reading, "%s", strerror(errno));
    enum err err = read_open(reading, descriptor);
    close(descriptor);
    return err;
}

static enum err read_credential(struct reading *reading, const char *name)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || folder[0] != '/')
        return complain(reading, "there are no credentials here (LoadCredential= of systemd)");
    char path[PATH_ROOM];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return complain(reading, "its path is too long");
    return read_file(reading, path);
}

static enum err read_variable(struct reading *reading, const char *name)
{
    const char *value = getenv(name);
    if (value == NULL)
        return complain(reading, "there is no such variable in the environment");
    size_t len = strlen(value);
    reading->len = len < SECRET_MAX + LINE_END ? len : SECRET_MAX + LINE_END + 1;
    memcpy(reading->octets, value, reading->len);
    return ERR_NONE;
}

/* Cuts the line end off and copies what is left. */
static enum err take(struct reading *reading, char **ret_text)
{
    struct span text = span_make(reading->octets, reading->len);
    if (text.len > 0 && text.at[text.len - 1] == '\n')
        text.len--;
    if (text.len > 0 && text.len < reading->len && text.at[text.len - 1] == '\r')
        text.len--;
    if (text.len == 0)
        return complain(reading, "is empty");
    if (text.len > SECRET_MAX)
        return complain(reading, "is longer than %d octets", SECRET_MAX);
    if (span_find(text, '\0') < text.len)
        return complain(reading, "has a zero octet in it");
    *ret_text = strndup(reading->octets, text.len);
    return *ret_text == NULL ? ERR_MEMORY : ERR_NONE;
}

enum err secret_read(const char *reference, char **ret_text, char *ret_message, size_t size)
{
    if (reference == NULL || *reference == '\0') {
        *ret_text = NULL;
        return ERR_NONE;
    }
    struct span span;
    enum place place = place_of(span_text(reference), &span);
    if (place == PLACE_NONE) {
        snprintf(ret_message, size, "a secret is named by file:PATH, env:NAME or credential:NAME");
        return ERR_CONFIG;
    }
    struct reading reading = {.reference = reference, .message = ret_message, .size = size};
    reading.octets = malloc(SECRET_MAX + LINE_END + 1);
    if (reading.octets == NULL)
        return ERR_MEMORY;
    const char *name = (const char *)span.at; /* the reference's end is its end */
    enum err err = place == PLACE_FILE          ? read_file(&reading, name)
                   : place == PLACE_ENVIRONMENT ? read_variable(&reading, name)
                                                : read_credential(&reading, name);
    if (err == ERR_NONE)
        err = take(&reading, ret_text);
    explicit_bzero(reading.octets, reading.len);
    free(reading.octets);
    return err;
}

void secret_free(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
}
