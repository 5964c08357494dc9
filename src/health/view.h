/*
 * view: what is told of the sensor at one moment: its counters and how old they are.
 *
 * Made by health.c for each request; lent to metrics, judge and page, which are pure functions of
 * it.
 */
#ifndef MXTAP_HEALTH_VIEW_H
#define MXTAP_HEALTH_VIEW_H

#include <mxtap/buf.h>
#include <mxtap/stats.h>

struct view {
    const struct stats *stats;
    bool counted;  /* there was an update at all; stats is all zero where not */
    bool stale;    /* the last update is too old */
    double age;    /* seconds since the last update */
    double uptime; /* seconds */
};

/* Of counters that have just come. */
struct view view_of(const struct stats *stats);

/* True where all is well; otherwise the reasons in one line. */
bool judge_view(const struct view *view, struct buf *ret_reason);
/* One line of JSON for machines. */
void judge_json(const struct view *view, struct buf *out);
/* The page for people. */
void page_html(const struct view *view, struct buf *out);

#endif
