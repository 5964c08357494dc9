/*
 * hec: what Splunk's HTTP Event Collector answers, taken apart.
 *
 * {"text":"Success","code":0,"ackId":7}, {"text":"Invalid data format","code":6,
 * "invalid-event-number":3}, {"acks":{"7":true}}. An answer that is no such thing (a proxy's page)
 * has the code HEC_NONE. Distrustful: numbers out of range count as not there.
 */
#ifndef MXTAP_HEC_H
#define MXTAP_HEC_H

#include <mxtap/span.h>

#define HEC_NONE (-1)

enum hec_code { /* those that we act on, of Splunk's list */
                HEC_SUCCESS = 0,
                HEC_BAD_FORMAT = 6,
                HEC_BAD_INDEX = 7,
                HEC_EVENT_MISSING = 12,
                HEC_EVENT_BLANK = 13,
                HEC_ACK_DISABLED = 14,
                HEC_BAD_FIELDS = 15,
                HEC_TOO_LARGE = 27,
};

struct hec_answer {
    int code;
    int64_t event; /* that is to blame, from 0; HEC_NONE: it does not say */
    int64_t ack;   /* to be asked for; HEC_NONE: there is none */
};

void hec_parse(struct span body, struct hec_answer *ret_answer);
/* Is the code about what an event is, so that no repetition helps? */
bool hec_blames_event(int code);
/* Does the answer to a question for acknowledgements say that this one has come? */
bool hec_has_ack(struct span body, int64_t ack);

#endif
