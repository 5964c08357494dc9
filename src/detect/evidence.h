/*
 * evidence: the JSON object that an alert carries, and its sentence.
 *
 * Every text of a stranger goes through the site's privacy and is escaped (privacy.h). Lists are
 * capped at EVIDENCE_LIST_MAX; the caller puts the full count beside them. Objects are json-c's;
 * the caller frees them with json_object_put. One thread.
 */
#ifndef MXTAP_EVIDENCE_H
#define MXTAP_EVIDENCE_H

#include <json-c/json.h>
#include <mxtap/detect.h>

#define EVIDENCE_LIST_MAX 20

void evidence_count(struct json_object *evidence, const char *name, uint64_t count);
void evidence_number(struct json_object *evidence, const char *name, double number);
void evidence_text(struct json_object *evidence, const char *name, const char *text);
/* Octets of a stranger, mail addresses in it as privacy says. */
void evidence_span(struct detect *detect, struct json_object *evidence, const char *name,
                   struct span text);
/* A list that is made on first use; past the cap nothing is added. */
void evidence_list_span(struct detect *detect, struct json_object *evidence, const char *name,
                        struct span text);
void evidence_list_text(struct json_object *evidence, const char *name, const char *text);

/* The same for the alert's sentence. */
void evidence_sentence(struct detect *detect, struct buf *out, struct span text);

/* Fills in an alert and reports it; takes the evidence over. */
void evidence_report(struct detect *detect, const struct detector *detector, unsigned severity,
                     enum case_state state, uint64_t case_id, int64_t time,
                     const struct event_flow *flow, const struct event *event, const char *reason,
                     struct json_object *evidence);

/* "192.0.2.1" in a buffer of the caller's, for sentences. */
const char *evidence_addr_text(const struct addr *addr, char text[ADDR_TEXT_SIZE]);

#endif
