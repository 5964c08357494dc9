/* record_id: words that tell the record apart, through two keyed hashes (hash_keyed of texts
 * first). The keys are fixed: an id is the same in every run. */
#include "record_id.h"

#include <mxtap/clock.h>
#include <mxtap/hash.h>
#include <stdio.h>

static const struct hash_key first_key = {0x6d78746170206964, 1};
static const struct hash_key second_key = {0x6d78746170206964, 2};

static uint64_t text_hash(const char *text)
{
    return text == NULL ? 0 : hash_keyed(first_key, text, strlen(text));
}

/* As records tell it: the same capture in a coarser file makes the same records. */
static uint64_t microseconds(int64_t time)
{
    return (uint64_t)(time / CLOCK_MICROSECOND);
}

static void put(const uint64_t *words, size_t count, char ret_id[RECORD_ID])
{
    snprintf(ret_id, RECORD_ID, "%016jx%016jx",
             (uintmax_t)hash_keyed(first_key, words, count * sizeof *words),
             (uintmax_t)hash_keyed(second_key, words, count * sizeof *words));
}

void record_id_alert(const char *sensor, const struct alert *alert, char ret_id[RECORD_ID])
{
    const uint64_t words[] = {
        RECORD_ALERT,         text_hash(sensor),        alert->detector->id,
        alert->case_id,       (uint64_t)alert->state,   microseconds(alert->time),
        alert->flow->flow_id, text_hash(alert->reason),
    };
    put(words, sizeof words / sizeof *words, ret_id);
}

void record_id_event(const char *sensor, const struct event *event, char ret_id[RECORD_ID])
{
    const uint64_t words[] = {
        RECORD_SMTP,
        text_hash(sensor),
        event->flow.flow_id,
        (uint64_t)event->kind,
        event->session.transactions, /* several may end in one packet */
        microseconds(event->time),
    };
    put(words, sizeof words / sizeof *words, ret_id);
}

void record_id_stats(const char *sensor, const struct stats *stats, uint64_t nth,
                     char ret_id[RECORD_ID])
{
    const uint64_t words[] = {
        RECORD_STATS,
        text_hash(sensor),
        microseconds(stats->time),
        (uint64_t)stats->started,
        stats->capture.packets,
        nth,
    };
    put(words, sizeof words / sizeof *words, ret_id);
}
