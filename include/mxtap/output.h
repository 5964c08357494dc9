/*
 * output: records for machines and for people, and where they go.
 *
 * A format (formats.def: eve, ecs, cef, text) turns an alert, a transaction or the counters into
 * one record: a line without its line end. A sink (sink.h) takes records away. outputs holds any
 * number of outputs, each with a sink, a format and a selection of its own: a record is written
 * once for each format that somebody wants it in. Called by the correlator; json-c makes every
 * JSON. What a sender wrote is never trusted: bytes that are no UTF-8 and control characters come
 * out escaped; privacy.addresses governs mail addresses everywhere.
 */
#ifndef MXTAP_OUTPUT_H
#define MXTAP_OUTPUT_H

#include <mxtap/buf.h>
#include <mxtap/detect.h>
#include <mxtap/outbox.h>
#include <mxtap/record.h>
#include <mxtap/sink.h>
#include <mxtap/starter.h>
#include <mxtap/stats.h>

struct format_options {
    struct know *know;  /* classes of replies and names; privacy */
    bool color;         /* for text */
    bool live;          /* in_iface rather than pcap_filename */
    const char *sensor; /* its name (host), or NULL */
};

/* id: the record's identity (record.h), for a format that has a place for it. */
struct format {
    const char *name;
    const char *summary;
    void (*alert)(const struct format_options *options, const struct alert *alert, const char *id,
                  struct buf *out);
    /* EVENT_MESSAGE; or EVENT_CLOSE of a session without any transaction. */
    void (*smtp)(const struct format_options *options, const struct event *event, const char *id,
                 struct buf *out);
    void (*stats)(const struct format_options *options, const struct stats *stats, const char *id,
                  struct buf *out);
};

const struct format *format_find(const char *name);
const struct format *format_at(size_t index); /* NULL past the end of formats.def */

/* One output. Everything outlives the outputs. */
struct output_row {
    const char *name;
    const struct sink *sink;
    const void *options; /* of the sink */
    const struct format *format;
    struct selection selection;
    /* Of a local sink with a thread: octets that may wait for it. */
    size_t queue;
    /* Of one that reads from the outbox: */
    size_t batch, batch_octets;   /* records and octets of one delivery, at most */
    int64_t linger;               /* how long the first record of a delivery waits for others */
    int64_t retry_min, retry_max; /* patience after a failed try, doubled each time */
    int64_t settle; /* how long a record counts as under way where nobody acknowledges */
};

struct outputs_options {
    const struct output_row *rows; /* copied */
    size_t count;
    struct format_options format;
    const char *host; /* this sensor's name for receivers that must have one */
    bool live;
    struct outbox *outbox; /* or NULL: no row may need it */
    /* Threads: each output has one. NULL for local sinks: they are written by the caller; for those
     * that send: no row may do so. */
    const struct starter *local, *sending;
};

struct outputs;

/* Opens every sink, and starts nothing. ret_message says which output cannot be, and why; warnings
 * come there with ERR_NONE. */
enum err outputs_new(const struct outputs_options *options, struct outputs **ret_outputs,
                     char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Starts the threads. other (may be NULL) stops, and its threads end: an output of the same name
 * goes on where that one stops, in order; what waits in memory for a local sink is written by the
 * one that follows it. other is to be closed by the caller then. */
enum err outputs_start(struct outputs *outputs, struct outputs *other) MXTAP_MUST_CHECK;

/* Bits of the kinds that somebody wants. */
unsigned outputs_kinds(const struct outputs *outputs);
void outputs_alert(struct outputs *outputs, const struct alert *alert);
void outputs_event(struct outputs *outputs, const struct event *event);
/* Whatever the kinds are: the caller knows when counters are wanted. */
void outputs_stats(struct outputs *outputs, const struct stats *stats);
/* What was written is to go out now, or soon: the outbox gathers by itself. False, with errno,
 * where a sink that the caller writes could not take it. */
bool outputs_flush(struct outputs *outputs);
/* Fills stats->outputs and stats->outbox. */
void outputs_count(struct outputs *outputs, struct stats *stats);
/* Waits until every output has dealt with all that it wants, for so long at most; true: it has.
 * What is left stays in the outbox. */
bool outputs_drain(struct outputs *outputs, int64_t patience);
/* Ends the threads; local sinks write what waits for them. False where records were lost, and then
 * ret_message says how many and where (a line for the log). */
bool outputs_close(struct outputs *outputs, char *ret_message, size_t size) MXTAP_MUST_CHECK;

/*
 * The dialogue as people read it (mxtap show): the session's lines are collected through the smtp
 * sink's callbacks by app and handed over here line by line; findings are added by alerts; the
 * whole session is printed when it ends and its alerts are known. dialogue.h of the room has the
 * layout.
 */
struct dialogue_options {
    bool color;
    struct know *know; /* classes of replies and names; privacy */
    size_t max_lines;  /* of one session that are kept; more are counted */
};

struct dialogue; /* one session's */

enum dialogue_line {
    DIALOGUE_CLIENT,  /* a command */
    DIALOGUE_SERVER,  /* a line of a reply */
    DIALOGUE_CONTENT, /* "[message, 1762 octets, 12 header fields]": text made by the caller */
    DIALOGUE_NOTE,    /* gap, TLS, one-sidedness: text made by the caller */
};

enum err dialogue_new(const struct dialogue_options *options, const struct flow_info *flow,
                      struct dialogue **ret_dialogue) MXTAP_MUST_CHECK;
void dialogue_free(struct dialogue *dialogue);
void dialogue_add(struct dialogue *dialogue, enum dialogue_line kind, struct span text,
                  int64_t time);
/* The class beside the last server line (a recipient's verdict). */
void dialogue_verdict(struct dialogue *dialogue, const char *class_name);
void dialogue_finding(struct dialogue *dialogue, const struct alert *alert);
/* The whole session as text. Of each case only the latest finding is shown. */
void dialogue_print(const struct dialogue *dialogue, const struct smtp_summary *summary,
                    enum close_reason reason, int64_t time, struct buf *out);

#endif
