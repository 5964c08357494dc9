/*
 * eve: the parts that records of the EVE form share, as json-c objects.
 *
 * Keys come in a fixed order. smtp, email and alert have the keys and types of Suricata's schema
 * and no others; what is ours goes under mxtap. The caller frees objects with json_object_put or
 * hands them to an object that owns them.
 */
#ifndef MXTAP_EVE_H
#define MXTAP_EVE_H

#include <json-c/json.h>
#include <mxtap/output.h>

#define EVE_LIST_MAX 50 /* items of a list in smtp and email, which have no place for counts */

/* timestamp, event_type and host (the sensor's name, where it has one). */
struct json_object *eve_new(const struct format_options *options, int64_t time,
                            const char *event_type);
/* 53 bits of it, which every reader of JSON can hold. */
uint64_t eve_flow_id(const struct event_flow *flow);
/* flow_id, community_id, the five-tuple, where it was captured. */
void eve_flow(const struct format_options *options, struct json_object *record,
              const struct event_flow *flow);
/* tx_id: messages in the session before this one, or so far. */
void eve_tx_id(struct json_object *record, const struct event *event);
/* smtp{helo, mail_from, rcpt_to} as far as the event knows them; nothing where it does not. */
void eve_smtp(const struct format_options *options, struct json_object *record,
              const struct event *event);
/* email{...} of an EVENT_MESSAGE whose content was seen. */
void eve_email(const struct format_options *options, struct json_object *record,
               const struct event *event);

/* What stands under mxtap: of an alert, of a transaction. */
struct json_object *eve_own_alert(const struct alert *alert, const char *id);
struct json_object *eve_own_smtp(const struct format_options *options, const struct event *event,
                                 const char *id);

/* Octets of a stranger, escaped; addresses: as privacy says; header fields: with the tabs of their
 * folding as blanks, too. */
struct json_object *eve_text(struct span text);
struct json_object *eve_address(const struct format_options *options, struct span text);
struct json_object *eve_header(const struct format_options *options, struct span text);

/* Under a name that the object does not have yet, and that outlives it. The others do the same. */
void eve_add(struct json_object *object, const char *name, struct json_object *value);
void eve_add_flag(struct json_object *object, const char *name, bool flag);
void eve_add_text(struct json_object *object, const char *name, struct span text);
void eve_add_address(const struct format_options *options, struct json_object *object,
                     const char *name, struct span text);
void eve_add_count(struct json_object *object, const char *name, uint64_t count);
void eve_add_string(struct json_object *object, const char *name, const char *text);

/* Writes the record as one line and frees it. */
void eve_write(struct json_object *record, struct buf *out);

/* "1:..." (Community ID flow hashing, version 1, seed 0); room for 32 octets. */
#define EVE_COMMUNITY_ID 40
void eve_community_id(const struct event_flow *flow, char ret_text[EVE_COMMUNITY_ID]);

#endif
