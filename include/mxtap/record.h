/*
 * record: what a written record is, apart from its octets: kind, severity, detector, identity.
 *
 * The identity (mxtap.id) is made from what the record tells and not from how it is written: the
 * same for every format, on every retry, and where the same packets are analysed again, so that a
 * receiver can drop repeats. A selection says which records an output wants.
 */
#ifndef MXTAP_RECORD_H
#define MXTAP_RECORD_H

#include <mxtap/span.h>

enum record_kind { RECORD_ALERT = 1, RECORD_SMTP = 2, RECORD_STATS = 4 }; /* bits */

#define RECORD_ID 33 /* 32 hexadecimal digits and a NUL */

#define SELECTION_DETECTORS 64

struct selection {
    unsigned kinds;    /* bits of enum record_kind */
    unsigned severity; /* alerts of this one and more severe ones (1 is high); 0: all */
    uint32_t detectors[SELECTION_DETECTORS]; /* signature ids of alerts */
    size_t detector_count;                   /* 0: all */
};

/* severity and detector (signature id) count for alerts only. */
bool selection_takes(const struct selection *selection, enum record_kind kind, unsigned severity,
                     uint32_t detector);

/* A record as it goes to a receiver. */
struct record {
    enum record_kind kind;
    unsigned severity; /* of an alert: 1 high, 2 medium, 3 low; otherwise 0 */
    uint32_t detector; /* signature id of an alert; otherwise 0 */
    int64_t time;      /* event time, nanoseconds since 1970 */
    uint64_t key;      /* what belongs together: case id of an alert, flow id of a transaction */
    char id[RECORD_ID];
    struct span octets; /* one line without its end; whose they are is said where it is used */
};

/* A record on its way to a receiver, and what became of it. */
enum parcel_state {
    PARCEL_WAITING,   /* to be tried (again) */
    PARCEL_DELIVERED, /* the receiver said that it has it */
    PARCEL_SENT,      /* handed over to a receiver that says nothing (acknowledges is false) */
    PARCEL_REFUSED,   /* the receiver will never take it: answer says why */
};

#define PARCEL_ANSWER 200

struct parcel {
    uint64_t seq; /* its place in the outbox */
    struct record record;
    enum parcel_state state;
    char answer[PARCEL_ANSWER]; /* of the receiver, printable; never a secret */
};

/* "alert", "smtp", "stats". */
const char *record_kind_name(enum record_kind kind);

#endif
