/*
 * detect: the detectors, one det_<name>.c and one row of detectors.def each.
 *
 * Called by the correlator, one thread, with judged events (know_judge) in order. A detector owns
 * its tables, knows event time only, and reports through detect_report. Windows and cases are
 * shared building blocks (window.h, cases.h, private to the room).
 */
#ifndef MXTAP_DETECT_H
#define MXTAP_DETECT_H

#include <mxtap/image.h>
#include <mxtap/know.h>
#include <mxtap/setting.h>

struct json_object;
struct detect;

enum case_state { CASE_NEW, CASE_GROWING, CASE_ENDED };

/* Whom to write to about a case (RFC 2142): mxtap.contacts. */
enum contact {
    CONTACT_NOBODY, /* the case is not one host's or network's, or it is our own */
    CONTACT_CLIENT, /* those who answer for the client's address */
    CONTACT_SERVER, /* ... for the server's */
};

#define DETECT_KIND(kind) (1U << (kind))

struct detector {
    uint32_t id; /* signature_id, never reused */
    uint32_t rev;
    const char *name;      /* "mx-probe" */
    const char *signature; /* one line: "SMTP session tests recipients (MX probe)" */
    const char *category;  /* "Attempted Information Leak", ... */
    const char *key;       /* what a case is about: "session", "source network" */
    unsigned severity;     /* default: 1 high, 2 medium, 3 low */
    const char *manual;    /* some sentences for `mxtap detectors NAME` */
    const char *advice;    /* one sentence: what to do about it (mxtap.advice) */
    enum contact contact;
    unsigned kinds; /* of events it wants, DETECT_KIND of each; 0: all that have a session */
    const struct setting *settings;
    size_t options_size; /* of the struct that settings point into */
    enum err (*open)(struct detect *detect, const void *options, void **ret_state);
    void (*event)(void *state, const struct event *event);
    void (*close)(void *state); /* the capture ended: report cases that grew, free */
    /* What is remembered outside of its tables, which are saved by themselves; may be NULL. Section
     * names begin with "detect.<name>.". */
    void (*save)(const void *state, struct image *image);
    void (*load)(void *state, const struct image *image);
};

struct alert {
    const struct detector *detector;
    unsigned severity;
    enum case_state state;
    uint64_t case_id;
    int64_t time;
    const struct event_flow *flow; /* of the event, or the case's last one */
    const struct event *event;     /* the one that made it; NULL where time made it */
    const char *reason;            /* one English sentence */
    struct json_object *evidence;  /* an object of plain names; lent */
};

struct alert_sink {
    void (*on_alert)(void *arg, const struct alert *alert);
    void *arg;
};

struct detect_stats {
    uint64_t events;
    uint64_t alerts[64];  /* by index of the detector */
    uint64_t evicted[64]; /* entries pushed out of all tables of a detector, by index */
    size_t memory, memory_peak;
};

/* Options of one detector: enabled, severity (0: its own) and its settings' values. */
struct detect_config {
    bool enabled;
    uint64_t severity;
    void *options; /* options_size octets, filled by setting_defaults and the configuration */
};

size_t detect_count(void);
const struct detector *detect_at(size_t index); /* rows of detectors.def; NULL past the end */
const struct detector *detect_find(const char *name);

/* configs: detect_count() of them, must outlive the detect. memory: octets for all tables. */
enum err detect_new(const struct detect_config *configs, struct know *know, size_t memory,
                    const struct alert_sink *sink, struct detect **ret_detect) MXTAP_MUST_CHECK;
/* Event time may pass between events too: detect_event calls the ticks that are due first. */
void detect_event(struct detect *detect, const struct event *event);
/* The capture ended: every detector reports the cases that grew, and is closed. */
void detect_end(struct detect *detect, int64_t now);
/* Closes the detectors without any report, where they are still open. */
void detect_free(struct detect *detect);
/* Everything that is remembered, and back into a detect that has seen no event yet; its detectors
 * may have other settings. A case that was saved goes on under its id. */
void detect_save(const struct detect *detect, struct image *image);
void detect_load(struct detect *detect, const struct image *image);
/* The detectors are closed and nothing is reported: their cases go on elsewhere (detect_save). The
 * know that it was made with must still be there. */
void detect_leave(struct detect *detect);
void detect_stats(const struct detect *detect, struct detect_stats *ret_stats);
/* Alerts of all detectors together. */
static inline uint64_t detect_stats_alerts(const struct detect_stats *stats)
{
    uint64_t alerts = 0;
    for (size_t i = 0; i < detect_count(); i++)
        alerts += stats->alerts[i];
    return alerts;
}

/* For detectors. */
struct know *detect_know(const struct detect *detect);
/* Of the detector that is being called: its share of the memory for all. */
struct budget *detect_budget(struct detect *detect);
/* Hands the alert to the sink and counts it. alert.detector must be set. */
void detect_report(struct detect *detect, const struct alert *alert);

#endif
