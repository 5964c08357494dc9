/*
 * sink: where records are taken to. A sink is one file and one row of sinks.def.
 *
 * There are two kinds. A local one (write: a file, standard output) takes each record when it is
 * made. The others (send) carry records to a receiver that may be slow, full or gone: they read
 * from the outbox in batches (delivery), and say of each record (parcel, record.h) what became of
 * it. The loop around send, backing off and waiting, is the sender's (output's sender.h) and stands
 * once.
 *
 * open makes no connection and does not wait: it reads secrets and certificates, loads libraries,
 * and refuses what cannot work with a sentence. It is the main thread's, as is close when no thread
 * runs it; everything else is called by one thread, the output's own.
 */
#ifndef MXTAP_SINK_H
#define MXTAP_SINK_H

#include <mxtap/err.h>
#include <mxtap/record.h>
#include <mxtap/setting.h>

#define SINK_TABLES 3

/* How a sink is opened. The texts outlive the sink. */
struct sink_how {
    const char *name;    /* of the output, as configured: "siem" */
    const char *host;    /* this sensor's name: site.sensor, or the host's */
    const char *format;  /* name of the format of its records: "eve" */
    const void *options; /* options_size octets, as its settings say; outlive the sink */
    bool live;           /* of the live sensor: a file is appended to, and renewed */
};

/* Some records in order, those that wait still and those that were dealt with. */
struct delivery {
    struct parcel *parcels;
    size_t count;
    int stop; /* a descriptor that is readable once the thread is to end */
    /* What send says of the try as a whole: */
    char trouble[256]; /* why some wait still: one sentence, never a secret; empty: none do */
    int64_t wait;      /* the receiver asked for so much patience (nanoseconds); 0: it did not */
    bool lost; /* a connection ended on which PARCEL_SENT ones, of earlier deliveries too, may have
                  been under way: the last ones are sent again */
};

struct sink {
    const char *name;    /* "syslog" */
    const char *summary; /* "syslog over UDP, TCP or TLS (RFC 5424)" */
    /* Tables of settings over one options struct, the first NULL ends them. */
    const struct setting *settings[SINK_TABLES + 1];
    size_t options_size;
    const char *format; /* of its records where the configuration names none: "eve" */
    bool acknowledges;  /* does the receiver say what it has? */

    /* ERR_CONFIG and a sentence ("url: is missing"); loads and reads nothing. May be NULL. */
    enum err (*check)(const void *options, char *ret_message, size_t size);
    /* With ERR_NONE too there may be a sentence, a warning. */
    enum err (*open)(const struct sink_how *how, void **ret_state, char *ret_message, size_t size);
    enum err (*close)(void *state);

    /* A local sink's: */
    enum err (*write)(void *state, struct span record); /* adds the line end */
    enum err (*flush)(void *state);
    /* Before the first write: takes over what another of this sink could not write yet; how many
     * records cannot be. NULL: nothing ever waits. */
    size_t (*follow)(void *state, void *other);
    /* Called by the output's thread while there is nothing to write, about once a second; true: at
     * once again, there is more to do. Returns within a moment. NULL: nothing to do then. */
    bool (*tend)(void *state);

    /* The others': tries every parcel that is PARCEL_WAITING, in order, connecting where it has no
     * connection, and returns when all are dealt with, when the receiver takes no more for now, or
     * within a second of stop. Its own time limits are settings. */
    void (*send)(void *state, struct delivery *delivery);
    /* Called about once a second between deliveries where acknowledges is false: false where the
     * connection that was had is gone (as delivery.lost). NULL: it cannot tell. */
    bool (*alive)(void *state);
};

const struct sink *sink_find(const char *name);
const struct sink *sink_at(size_t index); /* NULL past the end of sinks.def */

/* Its options with their defaults, and their end; one of its settings by name, or NULL. */
enum err sink_options_new(const struct sink *sink, void **ret_options) MXTAP_MUST_CHECK;
void sink_options_free(const struct sink *sink, void *options);
const struct setting *sink_setting(const struct sink *sink, struct span name);

/* Does it read from the outbox? */
static inline bool sink_sends(const struct sink *sink)
{
    return sink->send != NULL;
}

/* Is the descriptor readable? */
bool sink_stopped(int stop);

#endif
