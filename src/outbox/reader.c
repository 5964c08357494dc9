/* reader: making and freeing one, and settling: cursor, counts and letters change under the lock,
 * and reach the file with the writer's next round. */
#ifdef MXTAP_OUTBOX

#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

void reader_tell(struct outbox *outbox, const char *name)
{
    for (struct outbox_reader *reader = outbox->readers; reader != NULL; reader = reader->next)
        if (strcmp(reader->name, name) == 0)
            (void)eventfd_write(reader->event, 1);
}

/* ---- making ---- */

/* NULL: there are too many; outbox_admin_purge forgets those that nothing is kept for. */
static struct place *new_place(struct outbox *outbox, const char *name)
{
    struct place *place = &outbox->places[outbox->place_count];
    if (outbox->place_count == OUTBOX_PLACES)
        return NULL;
    *place = (struct place){.cursor = outbox->last, .gone = outbox->last};
    snprintf(place->name, sizeof place->name, "%s", name);
    outbox->place_count++;
    return place;
}

/* What waits in another format cannot be had any more. */
static void change_place(struct place *place, const struct place *wants)
{
    bool same_format = strcmp(place->format, wants->format) == 0;
    if (place->holds && same_format && selection_same(&place->selection, &wants->selection))
        return;
    if (!same_format && place->filed > 0)
        place->lost += (uint64_t)place->filed;
    if (!same_format && place->format[0] != '\0')
        place->lost += place->fresh;
    if (place->format[0] != '\0')
        place->uncounted = true;
    snprintf(place->format, sizeof place->format, "%s", wants->format);
    place->selection = wants->selection;
    place->holds = true;
    place->changed = true;
}

/* A place of the start that is as it was need not be counted. */
static bool as_it_was(const struct outbox *outbox, const struct place *place,
                      const struct place *wants)
{
    return !outbox->started && !place->holds && strcmp(place->format, wants->format) == 0 &&
           selection_same(&place->selection, &wants->selection);
}

static enum err enter(struct outbox_reader *reader)
{
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    struct place *place = box_place(outbox, reader->name);
    if (place == NULL)
        place = new_place(outbox, reader->name);
    if (place != NULL) {
        reader->late = outbox->started;
        reader->was = *place;
        if (as_it_was(outbox, place, &reader->wants))
            place->holds = place->changed = true;
        else
            change_place(place, &reader->wants);
        reader->was.lost = place->lost - reader->was.lost;
        reader->place = place;
        reader->next = outbox->readers;
        outbox->readers = reader;
        outbox->users++;
        box_wake(outbox, clock_steady() + LINGER);
    }
    pthread_mutex_unlock(&outbox->lock);
    return place == NULL ? ERR_LIMIT : ERR_NONE;
}

enum err outbox_reader_new(struct outbox *outbox, const char *name, const char *format,
                           const struct selection *selection, struct outbox_reader **ret_reader)
{
    struct outbox_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return ERR_MEMORY;
    reader->outbox = outbox;
    reader->file.fd = -1;
    snprintf(reader->name, sizeof reader->name, "%s", name);
    snprintf(reader->wants.format, sizeof reader->wants.format, "%s", format);
    reader->wants.selection = *selection;
    fetch_init(&reader->fetch);
    reader->event = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    enum err err = reader->event < 0 ? ERR_SYSTEM : reader_connect(reader);
    if (err == ERR_NONE)
        err = enter(reader);
    if (err == ERR_NONE) {
        *ret_reader = reader;
        return ERR_NONE;
    }
    reader_disconnect(reader);
    if (reader->event >= 0)
        close(reader->event);
    fetch_done(&reader->fetch);
    free(reader);
    return err;
}

void outbox_reader_free(struct outbox_reader *reader)
{
    if (reader == NULL)
        return;
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    struct outbox_reader **link = &outbox->readers;
    while (*link != reader)
        link = &(*link)->next;
    *link = reader->next;
    pthread_mutex_unlock(&outbox->lock);
    reader_disconnect(reader);
    close(reader->event);
    fetch_done(&reader->fetch);
    underway_done(&reader->underway);
    free(reader->told);
    free(reader);
    box_leave(outbox);
}

static void undo_place(struct place *place, const struct place *was)
{
    if (was->format[0] != '\0') {
        memcpy(place->format, was->format, sizeof place->format);
        place->selection = was->selection;
    }
    place->lost -= was->lost;
    place->holds = was->holds;
    place->uncounted = true;
    place->changed = true;
}

void outbox_reader_undo(struct outbox_reader *reader)
{
    if (reader == NULL)
        return;
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    if (reader->late) {
        undo_place(reader->place, &reader->was);
        box_wake(outbox, clock_steady() + LINGER);
    }
    pthread_mutex_unlock(&outbox->lock);
    outbox_reader_free(reader);
}

int outbox_reader_fd(const struct outbox_reader *reader)
{
    return reader->event;
}

/* ---- settling ---- */

static bool remember_told(struct outbox_reader *reader, uint64_t seq)
{
    if (reader->told_count == reader->told_room) {
        size_t room = reader->told_room == 0 ? 16 : reader->told_room * 2;
        uint64_t *larger = realloc(reader->told, room * sizeof *larger);
        if (larger == NULL)
            return false;
        reader->told = larger;
        reader->told_room = room;
    }
    size_t at = reader->told_count++;
    for (; at > 0 && reader->told[at - 1] > seq; at--)
        reader->told[at] = reader->told[at - 1];
    reader->told[at] = seq;
    return true;
}

static void forget_told(struct outbox_reader *reader, uint64_t cursor)
{
    size_t kept = 0;
    for (size_t i = 0; i < reader->told_count; i++)
        if (reader->told[i] > cursor)
            reader->told[kept++] = reader->told[i];
    reader->told_count = kept;
}

/* The letter that this parcel becomes; NULL: none, or no memory. */
static struct letter *write_letter(const struct parcel *parcel, const struct sent *sent)
{
    struct letter *letter =
        letter_new(parcel->seq, sent->dead == 0 ? &parcel->record : NULL, parcel->answer);
    if (letter == NULL)
        return NULL;
    letter->refused = true;
    letter->dead = sent->dead;
    letter->put = sent->put;
    return letter;
}

/* Those refused of what was read last, of the first count that are under way; how many there was no
 * memory for. */
static uint64_t write_letters(struct outbox_reader *reader, size_t count, struct letters *letters)
{
    uint64_t failed = 0;
    for (size_t i = 0; i < reader->fetch.count; i++) {
        const struct parcel *parcel = &reader->fetch.parcels[i];
        struct sent *sent = underway_at(&reader->underway, reader->number + i);
        if (sent == NULL || sent->told || parcel->state != PARCEL_REFUSED ||
            reader->number + i - reader->underway.passed >= count)
            continue;
        struct letter *letter = write_letter(parcel, sent);
        if (letter == NULL || (sent->dead == 0 && !remember_told(reader, sent->seq))) {
            free(letter);
            failed++;
            continue;
        }
        letters_add(letters, letter);
        sent->told = true;
    }
    return failed;
}

/* Dead letters that were delivered after all. */
static void write_delivered(struct outbox_reader *reader, size_t count, struct letters *letters)
{
    for (size_t i = 0; i < count; i++) {
        struct sent *sent = underway_at(&reader->underway, reader->underway.passed + i);
        struct letter *letter =
            sent->dead == 0 || sent->told ? NULL : letter_new(sent->seq, NULL, "");
        if (letter == NULL)
            continue;
        letter->dead = sent->dead;
        letters_add(letters, letter);
    }
}

static void take_off(struct place *place, uint64_t seq, size_t octets)
{
    if (seq <= place->gone)
        return;
    place->filed--;
    place->octets -= (int64_t)octets;
}

/* With the lock held: the first count have been dealt with. */
static void pass(struct outbox_reader *reader, struct place *place, size_t count)
{
    struct underway *underway = &reader->underway;
    for (size_t i = 0; i < count; i++) {
        const struct sent *sent = underway_at(underway, underway->passed + i);
        if (sent->dead != 0)
            continue;
        place->oldest = sent->put;
        if (sent->seq <= place->cursor) /* somebody beside us threw it away meanwhile */
            continue;
        place->cursor = sent->seq;
        if (!sent->told)
            take_off(place, sent->seq, sent->octets);
    }
    underway_pass(underway, count);
    if (underway->count == 0 && reader->position > place->cursor)
        place->cursor = reader->position;
    const struct sent *next = underway_at(underway, underway->passed);
    if (next != NULL && next->dead == 0)
        place->oldest = next->put;
}

static void give_letters(struct place *place, struct letters *letters)
{
    place->letters_octets += letters->octets;
    for (struct letter *letter = letters->head, *next; letter != NULL; letter = next) {
        next = letter->next;
        if (letter->dead == 0)
            take_off(place, letter->seq, letter->record.octets.len);
        letters_add(&place->letters, letter);
    }
}

void outbox_settle(struct outbox_reader *reader, uint64_t seq)
{
    struct outbox *outbox = reader->outbox;
    struct letters letters = {0};
    size_t count = seq == 0 ? 0 : underway_find(&reader->underway, seq);
    uint64_t failed = write_letters(reader, seq == 0 ? reader->underway.count : count, &letters);
    write_delivered(reader, count, &letters);
    pthread_mutex_lock(&outbox->lock);
    struct place *place = reader->place;
    uint64_t cursor = place->cursor;
    pass(reader, place, count);
    give_letters(place, &letters);
    place->lost += failed;
    if (letters.head != NULL || place->cursor != cursor) {
        place->changed = true;
        box_wake(outbox, clock_steady() + LINGER);
    }
    cursor = place->cursor;
    pthread_mutex_unlock(&outbox->lock);
    forget_told(reader, cursor);
}

void outbox_rewind(struct outbox_reader *reader)
{
    underway_pass(&reader->underway, reader->underway.count);
    fetch_clear(&reader->fetch);
    reader->position = 0;
    reader->dead = 0;
}

/* ---- what is told of it ---- */

void outbox_reader_stats(struct outbox_reader *reader, struct outbox_reader_stats *ret_stats)
{
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    const struct place *place = reader->place;
    uint64_t filed = place->filed > 0 ? (uint64_t)place->filed : 0;
    *ret_stats = (struct outbox_reader_stats){
        .waiting = filed + place->fresh,
        .lost = place->lost,
        .dead = place->dead,
    };
    if (ret_stats->waiting > 0)
        ret_stats->oldest = place->oldest;
    pthread_mutex_unlock(&outbox->lock);
}

void outbox_reader_trouble(struct outbox_reader *reader, const char *trouble)
{
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    struct place *place = reader->place;
    snprintf(place->trouble, sizeof place->trouble, "%s", trouble);
    place->tried = clock_real();
    place->changed = true;
    pthread_mutex_unlock(&outbox->lock);
}

#endif
