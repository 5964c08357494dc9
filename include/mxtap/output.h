/*
 * output: records for machines and for people.
 *
 * A format (formats.def: eve, text) turns an alert, a transaction or the counters into one record:
 * a line without its line end. A sink (sinks.def: file, stdout) takes records away. Called by the
 * correlator; json-c makes every JSON. What a sender wrote is never trusted: bytes that are no
 * UTF-8 and control characters come out escaped; privacy.addresses governs mail addresses
 * everywhere.
 */
#ifndef MXTAP_OUTPUT_H
#define MXTAP_OUTPUT_H

#include <mxtap/buf.h>
#include <mxtap/detect.h>
#include <mxtap/stats.h>

enum record_kind { RECORD_ALERT = 1, RECORD_SMTP = 2, RECORD_STATS = 4 }; /* bits */

struct format_options {
    struct know *know; /* classes of replies and names; privacy */
    bool color;        /* for text */
    bool live;         /* in_iface rather than pcap_filename */
};

struct format {
    const char *name;
    const char *summary;
    void (*alert)(const struct format_options *options, const struct alert *alert, struct buf *out);
    /* EVENT_MESSAGE; or EVENT_CLOSE of a session without any transaction. */
    void (*smtp)(const struct format_options *options, const struct event *event, struct buf *out);
    void (*stats)(const struct format_options *options, const struct stats *stats, struct buf *out);
};

const struct format *format_find(const char *name);
const struct format *format_at(size_t index); /* NULL past the end of formats.def */

/* Where a sink puts its records. */
struct sink_target {
    const char *path; /* of file */
    bool append;      /* to what is there; otherwise it is emptied */
};

struct sink {
    const char *name;
    const char *summary;
    enum err (*open)(const struct sink_target *target, void **ret_state);
    enum err (*write)(void *state, struct span record); /* adds the line end */
    enum err (*flush)(void *state);
    enum err (*close)(void *state);
    /* Before the first write: takes over what another of this sink could not write yet; how many
     * records cannot be. NULL: nothing ever waits. */
    size_t (*follow)(void *state, void *other);
};

const struct sink *sink_find(const char *name);
const struct sink *sink_at(size_t index);

/* One output: a format into a sink, for some kinds of records. */
struct output_options {
    const struct format *format;
    const struct sink *sink;
    struct sink_target target;
    unsigned kinds; /* bits of enum record_kind */
    struct format_options format_options;
};

struct output;

enum err output_new(const struct output_options *options,
                    struct output **ret_output) MXTAP_MUST_CHECK;
void output_alert(struct output *output, const struct alert *alert);
void output_event(struct output *output, const struct event *event);
/* Whatever the kinds are: the caller knows when counters are wanted. */
void output_stats(struct output *output, const struct stats *stats);
enum err output_flush(struct output *output);
/* Goes on where another one stops, which is to be closed then: what waits there is written here. */
void output_follow(struct output *output, struct output *other);
/* What was written so far; errors of the sink (a full disk) are counted, and the first one is
 * reported by close, with its errno. */
void output_counters(const struct output *output, uint64_t *ret_records, uint64_t *ret_octets,
                     uint64_t *ret_dropped);
enum err output_close(struct output *output) MXTAP_MUST_CHECK;

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
