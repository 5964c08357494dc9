/* once: one record a case, nothing remembered. */
#include "once.h"

#include "cases.h"

#include <stdlib.h>

enum err once_open(struct detect *detect, const void *options, void **ret_state)
{
    struct once *once = calloc(1, sizeof *once);
    if (once == NULL)
        return ERR_MEMORY;
    once->detect = detect;
    once->options = options;
    *ret_state = once;
    return ERR_NONE;
}

void once_close(void *state)
{
    free(state);
}

void once_report(struct detect *detect, const struct detector *detector, unsigned severity,
                 uint32_t tx_id, const struct event *event, const struct buf *reason,
                 struct json_object *evidence)
{
    struct detect_case once = {0};
    enum case_state state;
    uint64_t key[2] = {event->flow.flow_id, tx_id};
    if (!cases_step(&once, detector, span_make(key, sizeof key), 1, event, &state)) {
        json_object_put(evidence);
        return;
    }
    char text[1024];
    size_t len = reason->len < sizeof text ? reason->len : sizeof text - 1;
    memcpy(text, reason->at, len);
    text[len] = '\0';
    evidence_report(detect, detector, severity, state, once.id, event->time, &event->flow, event,
                    text, evidence);
}
