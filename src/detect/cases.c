/* cases: reports at the first count, at each doubling, and at the end. */
#include "cases.h"

static uint64_t case_id(const struct detector *detector, struct span key, int64_t opened)
{
    uint64_t parts[3] = {detector->id, hash_stable(key), (uint64_t)opened};
    return hash_stable(span_make(parts, sizeof parts));
}

bool cases_step(struct detect_case *c, const struct detector *detector, struct span key,
                uint64_t count, const struct event *event, enum case_state *ret_state)
{
    c->last = event->time;
    c->flow = event->flow;
    c->count = count;
    if (c->open && count < 2 * c->reported)
        return false;
    *ret_state = c->open ? CASE_GROWING : CASE_NEW;
    if (!c->open) {
        c->open = true;
        c->opened = event->time;
        c->id = case_id(detector, key, event->time);
    }
    c->reported = count;
    return true;
}

bool cases_end(const struct detect_case *c)
{
    return c->open && c->count > c->reported;
}
