/* round: what the places are is copied under the lock; the transaction is made without it; what
 * came of it is added to the places under the lock, where readers may have gone on meanwhile. */
#ifdef MXTAP_OUTBOX

#include "writer.h"

#include <stdio.h>

/* ---- before ---- */

static void take_letters(struct place *place, struct share *share)
{
    if (place->letters.head == NULL)
        return;
    if (share->letters.head == NULL)
        share->letters.head = place->letters.head;
    else /* of a round that failed: those first, and these too, for the cursor is past them */
        share->letters.tail->next = place->letters.head;
    share->letters.tail = place->letters.tail;
    share->letters.octets += place->letters.octets;
    place->letters = (struct letters){0};
}

static void begin(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    writer->written = writer->removed = 0;
    writer->more = false;
    pthread_mutex_lock(&outbox->lock);
    if (outbox->taken.head == NULL) {
        outbox->taken = outbox->incoming;
        outbox->incoming = (struct backlog){0};
    }
    writer->shelf.last = outbox->last;
    writer->count = outbox->place_count;
    for (size_t i = 0; i < writer->count; i++) {
        struct share *share = &writer->shares[i];
        struct letters letters = share->letters;
        *share = (struct share){.was = outbox->places[i], .letters = letters};
        take_letters(&outbox->places[i], share);
        outbox->places[i].changed = false;
    }
    pthread_mutex_unlock(&outbox->lock);
}

/* ---- the transaction ---- */

static void count_put(struct writer *writer, const struct queued *queued)
{
    const struct record *record = &queued->record;
    for (size_t i = 0; i < writer->count; i++) {
        struct share *share = &writer->shares[i];
        if (!share->was.holds || queued->seq <= share->was.cursor ||
            !place_wants(&share->was, queued->format, record->kind, record->severity,
                         record->detector))
            continue;
        share->put++;
        share->octets += (int64_t)record->octets.len;
    }
}

static enum err write_records(struct outbox *outbox, size_t limit)
{
    struct writer *writer = outbox->writer;
    size_t octets = 0;
    for (const struct queued *queued = outbox->taken.head; queued != NULL && octets < limit;
         queued = queued->next) {
        enum err err = shelf_put(&writer->shelf, queued);
        if (err != ERR_NONE)
            return err;
        count_put(writer, queued);
        octets += queued->size;
        writer->written++;
        writer->written_last = queued->seq;
    }
    if (writer->shelf.records == 0 && writer->written > 0)
        writer->shelf.first = outbox->taken.head->seq;
    writer->shelf.records += writer->written;
    return ERR_NONE;
}

static enum err write_letters(struct writer *writer)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < writer->count; i++) {
        struct share *share = &writer->shares[i];
        const struct letter *letter = share->letters.head;
        for (int change = 0; err == ERR_NONE && letter != NULL; letter = letter->next) {
            err = shelf_letter(&writer->shelf, share->was.name, share->was.format, letter, &change);
            share->dead += change;
        }
    }
    return err;
}

/* A place as it is in the file after this transaction. */
static enum err write_places(struct writer *writer)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < writer->count; i++) {
        const struct share *share = &writer->shares[i];
        struct place place = share->was;
        if (!place.changed && share->put == 0 && share->lost == 0)
            continue;
        place.filed += share->put - share->lost;
        place.octets += share->octets - share->lost_octets;
        place.lost += (uint64_t)share->lost;
        err = shelf_save_place(&writer->shelf, &place);
    }
    return err;
}

static bool anything_changed(const struct writer *writer)
{
    bool changed = writer->written > 0;
    for (size_t i = 0; !changed && i < writer->count; i++)
        changed = writer->shares[i].was.changed || writer->shares[i].letters.head != NULL;
    return changed;
}

static enum err transact(struct outbox *outbox, size_t limit)
{
    struct shelf *shelf = &outbox->writer->shelf;
    uint64_t records = shelf->records;
    enum err err = shelf_begin(shelf);
    if (err == ERR_NONE)
        err = write_records(outbox, limit);
    if (err == ERR_NONE)
        err = write_letters(outbox->writer);
    if (err == ERR_NONE)
        err = removal_run(outbox);
    if (err == ERR_NONE)
        err = write_places(outbox->writer);
    if (err == ERR_NONE && (anything_changed(outbox->writer) || records != shelf->records))
        err = shelf_save_meta(shelf, (int64_t)(shelf->records - records));
    return err == ERR_NONE ? shelf_commit(shelf) : err;
}

/* ---- after ---- */

static void drop_written(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    for (uint64_t i = 0; i < writer->written; i++) {
        outbox->stats.pending--;
        outbox->stats.pending_octets -= outbox->taken.head->size;
        backlog_drop(&outbox->taken);
    }
    if (writer->written == 0)
        return;
    outbox->filed = writer->written_last;
    pthread_cond_broadcast(&outbox->room);
}

static void add_share(struct place *place, const struct share *share)
{
    place->lost += (uint64_t)share->lost;
    place->dead = (uint64_t)((int64_t)place->dead + share->dead);
    place->letters_octets -= share->letters.octets;
    if (place->uncounted) /* all of it is counted soon */
        return;
    place->filed += share->put - share->lost;
    place->octets += share->octets - share->lost_octets;
    place->fresh -= (uint64_t)share->put;
}

/* Readers are told before the records count as written: who sees nothing pending has been told. */
static void publish(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    struct letters done[OUTBOX_PLACES];
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < writer->count; i++) {
        struct share *share = &writer->shares[i];
        add_share(&outbox->places[i], share);
        if (share->put > 0 || share->letters.head != NULL)
            reader_tell(outbox, share->was.name);
        done[i] = share->letters;
        share->letters = (struct letters){0};
    }
    drop_written(outbox);
    outbox->stats.removed += writer->removed;
    outbox->stats.waiting = writer->shelf.records;
    pthread_mutex_unlock(&outbox->lock);
    for (size_t i = 0; i < writer->count; i++)
        letters_done(&done[i]);
}

static void undo(struct outbox *outbox, uint64_t records, uint64_t first)
{
    struct writer *writer = outbox->writer;
    shelf_undo(&writer->shelf);
    writer->shelf.records = records;
    writer->shelf.first = first;
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < writer->count; i++) {
        struct place *place = &outbox->places[i];
        place->changed = place->changed || writer->shares[i].was.changed;
        if (place->gone != writer->shares[i].was.gone) {
            place->gone = writer->shares[i].was.gone;
            place->uncounted = true;
        }
    }
    pthread_mutex_unlock(&outbox->lock);
}

enum err round_write(struct outbox *outbox, size_t limit)
{
    struct writer *writer = outbox->writer;
    begin(outbox);
    uint64_t records = writer->shelf.records, first = writer->shelf.first;
    enum err err = transact(outbox, limit);
    if (err == ERR_NONE) {
        publish(outbox);
        return ERR_NONE;
    }
    snprintf(writer->why, sizeof writer->why, "%s", sqlite3_errmsg(writer->shelf.file.db));
    undo(outbox, records, first);
    return err;
}

#endif
