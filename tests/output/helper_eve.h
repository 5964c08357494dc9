/*
 * helper_eve: the format eve on a stage, for the tests of what its records say and may say. The
 * functions that give records lend them a buffer; the caller frees the object with json_object_put.
 */
#ifndef MXTAP_TEST_EVE_H
#define MXTAP_TEST_EVE_H

#include "helper_stage.h"

extern const struct format *eve;
extern struct stage *stage;
extern struct buf record; /* the text of the last record */

int set_up(void **state);
int tear_down(void **state);
struct json_object *smtp_record(const struct event *event);
struct json_object *alert_record(const struct event *event, const struct event_flow *flow);
struct json_object *stats_record(void);
struct json_object *stats_record_of(const struct stats *stats);

#endif
