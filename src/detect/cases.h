/*
 * cases: when a detector speaks about the same thing again.
 *
 * A case opens when its detector's threshold is crossed (new), is reported again each time its main
 * count has doubled (growing), and once more when it ends, if it has grown since the last report
 * (ended). The id is stable for the same packets: of the detector, the key and the time of the
 * opening. Cases live in their detector's tables; one thread.
 */
#ifndef MXTAP_CASES_H
#define MXTAP_CASES_H

#include <mxtap/detect.h>

struct detect_case {
    bool open;
    uint64_t id;
    int64_t opened, last;   /* event time of the first report and of the last event */
    uint64_t count;         /* the main count now */
    uint64_t reported;      /* the main count at the last report */
    struct event_flow flow; /* of the last event */
};

/* The threshold is crossed, with the main count and the event at hand: true where this is to be
 * reported, and as what. */
bool cases_step(struct detect_case *c, const struct detector *detector, struct span key,
                uint64_t count, const struct event *event, enum case_state *ret_state);

/* The case is over: true where it has grown since its last report. */
bool cases_end(const struct detect_case *c);

#endif
