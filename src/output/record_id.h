/*
 * record_id: the identity of a record, 128 bits of keyed hashes over what it tells.
 *
 * Not over its octets: two formats, two outputs and another name of the capture file give the same.
 * The sensor's name is in it, so that two sensors that see the same packets tell two things.
 */
#ifndef MXTAP_RECORD_ID_H
#define MXTAP_RECORD_ID_H

#include <mxtap/output.h>

void record_id_alert(const char *sensor, const struct alert *alert, char ret_id[RECORD_ID]);
void record_id_event(const char *sensor, const struct event *event, char ret_id[RECORD_ID]);
/* nth: how many of this kind were written before. */
void record_id_stats(const char *sensor, const struct stats *stats, uint64_t nth,
                     char ret_id[RECORD_ID]);

#endif
