/* removal: what every reader has passed goes, in shares that do not keep others waiting; over a
 * ceiling the oldest go, letter or record, and are counted one by one for those who waited. */
#ifdef MXTAP_OUTBOX

#include "writer.h"

#define PASSED_MOST 20000 /* records removed in one transaction because nobody waits for them */
#define CHUNK       256   /* over a ceiling */
#define DEAD_CHUNK  16

static enum err remove_passed(struct writer *writer)
{
    uint64_t hold = UINT64_MAX;
    for (size_t i = 0; i < writer->count; i++) {
        const struct place *place = &writer->shares[i].was;
        if (place->holds && place->cursor < hold)
            hold = place->cursor;
    }
    if (hold == UINT64_MAX || writer->shelf.records == 0 || hold < writer->shelf.first)
        return ERR_NONE; /* without readers nobody says what may go */
    uint64_t most = writer->shelf.first + PASSED_MOST - 1;
    writer->more = hold > most;
    return shelf_remove(&writer->shelf, writer->more ? most : hold);
}

/* ---- ceilings ---- */

static enum err is_over_size(struct outbox *outbox, bool *ret_over)
{
    static const char *const questions[] = {"PRAGMA page_count", "PRAGMA freelist_count",
                                            "PRAGMA page_size"};
    int64_t numbers[3] = {0};
    enum err err = ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < 3; i++)
        err = sql_number(outbox->writer->shelf.file.db, questions[i], &numbers[i]);
    if (err == ERR_NONE)
        *ret_over = (uint64_t)((numbers[0] - numbers[1]) * numbers[2]) > outbox->size;
    return err;
}

static enum err oldest(struct shelf *shelf, int64_t *ret_record, int64_t *ret_dead)
{
    struct shelf_head head;
    size_t count = 0;
    enum err err = shelf_heads(shelf, &head, 1, &count);
    if (err == ERR_NONE)
        err = shelf_dead_oldest(shelf, ret_dead);
    *ret_record = err == ERR_NONE && count > 0 ? head.put : INT64_MAX;
    return err;
}

static int64_t age_limit(const struct outbox *outbox)
{
    return outbox->age > 0 ? clock_real() - outbox->age : INT64_MIN;
}

static void count_lost(struct writer *writer, const struct shelf_head *head)
{
    bool waited = false;
    for (size_t i = 0; i < writer->count; i++) {
        struct share *share = &writer->shares[i];
        if (!share->was.holds || head->seq <= share->cursor ||
            !place_wants(&share->was, head->format, head->kind, head->severity, head->detector))
            continue;
        share->lost++;
        share->lost_octets += head->octets;
        waited = true;
    }
    writer->removed += waited;
}

/* From here on a reader that settles these does not take them off what is filed. */
static void announce(struct outbox *outbox, uint64_t last)
{
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < outbox->writer->count; i++) {
        outbox->places[i].gone = last;
        outbox->writer->shares[i].cursor = outbox->places[i].cursor;
    }
    pthread_mutex_unlock(&outbox->lock);
}

/* The oldest records, put before limit; INT64_MAX: of all. */
static enum err remove_records(struct outbox *outbox, int64_t limit)
{
    struct shelf_head heads[CHUNK];
    size_t count = 0, some = 0;
    enum err err = shelf_heads(&outbox->writer->shelf, heads, CHUNK, &count);
    while (some < count && (limit == INT64_MAX || heads[some].put < limit))
        some++;
    if (err != ERR_NONE || some == 0)
        return err;
    announce(outbox, heads[some - 1].seq);
    for (size_t i = 0; i < some; i++)
        count_lost(outbox->writer, &heads[i]);
    return shelf_remove(&outbox->writer->shelf, heads[some - 1].seq);
}

static enum err remove_dead(struct writer *writer, int64_t limit)
{
    writer->dead_uncounted = true;
    return shelf_dead_remove(&writer->shelf, DEAD_CHUNK, limit);
}

enum err removal_run(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    if (!outbox->started)
        return ERR_NONE; /* somebody who waits may not be known yet */
    int64_t limit = age_limit(outbox);
    enum err err = remove_passed(writer);
    while (err == ERR_NONE) {
        int64_t record, dead;
        bool over = false;
        err = oldest(&writer->shelf, &record, &dead);
        if (err == ERR_NONE && outbox->size > 0)
            err = is_over_size(outbox, &over);
        int64_t first = record < dead ? record : dead;
        if (err != ERR_NONE || first == INT64_MAX || (!over && first >= limit))
            break;
        int64_t before = over ? INT64_MAX : limit;
        err = record <= dead ? remove_records(outbox, before) : remove_dead(writer, before);
    }
    return err;
}

#endif
