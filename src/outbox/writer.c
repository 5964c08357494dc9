/* writer: the thread. A round when something is due, and once a second a look around; after a
 * failure a pause, then small rounds until it works again, without records first: they may make
 * room. */
#ifdef MXTAP_OUTBOX

#include "writer.h"

#include <stdio.h>
#include <stdlib.h>

#define LIMIT_GOOD  ((size_t)8 << 20) /* octets of a round */
#define LIMIT_LEAST ((size_t)64 << 10)
#define TICK        CLOCK_SECOND
#define PAUSE       CLOCK_SECOND
#define PAUSE_END   (100 * 1000 * CLOCK_MICROSECOND) /* while ending */
#define TOLD        (60 * CLOCK_SECOND)              /* that a file was set aside */
#define ASIDES_MOST 3 /* while running: a disk that fails must not be filled as well */

/* ---- the file ---- */

static bool load_place(void *arg, const struct place *found)
{
    struct outbox *outbox = arg;
    if (outbox->place_count == OUTBOX_PLACES)
        return false;
    struct place *place = &outbox->places[outbox->place_count++];
    *place = *found;
    if (place->cursor > outbox->last)
        place->cursor = outbox->last;
    return true;
}

static enum err load(struct outbox *outbox)
{
    struct shelf *shelf = &outbox->writer->shelf;
    outbox->last = outbox->filed = shelf->last;
    outbox->stats.waiting = shelf->records;
    enum err err = shelf_places(shelf, load_place, outbox);
    for (size_t i = 0; err == ERR_NONE && i < outbox->place_count; i++) {
        struct place *place = &outbox->places[i];
        err = shelf_put_after(shelf, place->cursor, &place->oldest);
        if (err == ERR_NONE)
            err = shelf_dead_count(shelf, place->name, &place->dead);
    }
    return err;
}

/* The places could not be read: the file is set aside after all. */
static enum err load_new(struct outbox *outbox, char *ret_message, size_t size)
{
    char other[100];
    struct shelf *shelf = &outbox->writer->shelf;
    outbox->place_count = 0;
    enum err err = shelf_set_aside(shelf, "is damaged", ret_message, size);
    if (err == ERR_NONE)
        err = shelf_open(shelf, outbox->path, other, sizeof other);
    return err == ERR_NONE ? load(outbox) : err;
}

enum err writer_new(struct outbox *outbox, char *ret_message, size_t size)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return ERR_MEMORY;
    outbox->writer = writer;
    writer->limit = LIMIT_GOOD;
    enum err err = shelf_open(&writer->shelf, outbox->path, ret_message, size);
    if (err != ERR_NONE)
        return err;
    err = load(outbox);
    if (err == ERR_DAMAGED)
        err = load_new(outbox, ret_message, size);
    if (err == ERR_NONE)
        upkeep_measure(outbox);
    else if (ret_message[0] == '\0')
        snprintf(ret_message, size, "%s: cannot be read", outbox->path);
    return err;
}

void writer_free(struct writer *writer)
{
    if (writer == NULL)
        return;
    for (size_t i = 0; i < OUTBOX_PLACES; i++)
        letters_done(&writer->shares[i].letters);
    shelf_close(&writer->shelf);
    free(writer);
}

/* What was in the file is not in the new one. */
static void begin_anew(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < outbox->place_count; i++) {
        struct place *place = &outbox->places[i];
        if (place->filed > 0)
            place->lost += (uint64_t)place->filed;
        place->filed = place->octets = 0;
        place->dead = 0;
        place->changed = true;
    }
    outbox->generation++;
    outbox->damaged = false;
    outbox->stats.waiting = 0;
    pthread_mutex_unlock(&outbox->lock);
}

static void tell(struct outbox *outbox, const char *trouble, bool failing)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->stats.failing = failing;
    snprintf(outbox->stats.trouble, sizeof outbox->stats.trouble, "%s", trouble);
    pthread_mutex_unlock(&outbox->lock);
    if (!failing)
        outbox->writer->told = clock_steady() + TOLD;
}

static enum err reopen(struct outbox *outbox, const char *message)
{
    char trouble[sizeof outbox->stats.trouble];
    struct writer *writer = outbox->writer;
    enum err err = shelf_open(&writer->shelf, outbox->path, trouble, sizeof trouble);
    if (err != ERR_NONE) {
        tell(outbox, trouble, true);
        return err;
    }
    begin_anew(outbox);
    if (message[0] != '\0' || trouble[0] != '\0')
        tell(outbox, message[0] != '\0' ? message : trouble, false);
    return ERR_NONE;
}

/* The file that there is, or a new one where that is damaged or gone. */
static enum err have_file(struct outbox *outbox)
{
    char message[sizeof outbox->stats.trouble] = "";
    struct writer *writer = outbox->writer;
    if (writer->shelf.file.db == NULL)
        return reopen(outbox, message);
    pthread_mutex_lock(&outbox->lock);
    bool damaged = outbox->damaged;
    outbox->damaged = false;
    pthread_mutex_unlock(&outbox->lock);
    if (damaged && writer->asides < ASIDES_MOST) {
        writer->asides++;
        enum err err = shelf_set_aside(&writer->shelf, "is damaged", message, sizeof message);
        if (err == ERR_NONE)
            return reopen(outbox, message);
        tell(outbox, message, true);
        return err;
    }
    if (sqlfile_is_there(&writer->shelf.file))
        return ERR_NONE;
    shelf_close(&writer->shelf);
    snprintf(message, sizeof message, "%s: was gone, begun anew", outbox->path);
    return reopen(outbox, message);
}

/* ---- rounds ---- */

static void failed(struct outbox *outbox, enum err err)
{
    struct writer *writer = outbox->writer;
    char trouble[sizeof outbox->stats.trouble];
    if (writer->shelf.file.db != NULL) {
        const char *why =
            writer->why[0] != '\0' ? writer->why : sqlite3_errmsg(writer->shelf.file.db);
        snprintf(trouble, sizeof trouble, "%s: %s", outbox->path,
                 err == ERR_MEMORY ? err_text(err) : why);
        tell(outbox, trouble, true);
    }
    pthread_mutex_lock(&outbox->lock);
    outbox->damaged = outbox->damaged || err == ERR_DAMAGED;
    writer->retry = clock_steady() + (outbox->ending ? PAUSE_END : PAUSE);
    pthread_mutex_unlock(&outbox->lock);
    writer->limit = LIMIT_LEAST;
}

static void worked(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    int64_t now = clock_steady();
    writer->retry = 0;
    writer->limit = writer->limit * 2 < LIMIT_GOOD ? writer->limit * 2 : LIMIT_GOOD;
    pthread_mutex_lock(&outbox->lock);
    if (outbox->stats.failing || now > writer->told)
        outbox->stats.trouble[0] = '\0';
    outbox->stats.failing = false;
    if (outbox->taken.head != NULL || writer->more)
        box_wake(outbox, 0);
    else if (outbox->incoming.head != NULL)
        box_wake(outbox, now + LINGER);
    pthread_mutex_unlock(&outbox->lock);
}

static enum err write_round(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    writer->why[0] = '\0';
    enum err err = have_file(outbox);
    if (err == ERR_NONE)
        err = adopt(outbox);
    if (err == ERR_NONE && writer->retry != 0) {
        upkeep_checkpoint(writer, true);
        err = round_write(outbox, 0);
    }
    if (err == ERR_NONE)
        err = round_write(outbox, writer->limit);
    return err;
}

static void step(struct outbox *outbox, bool tick)
{
    struct writer *writer = outbox->writer;
    enum err err = write_round(outbox);
    if (err != ERR_NONE) {
        failed(outbox, err);
        return;
    }
    worked(outbox);
    upkeep_checkpoint(writer, false);
    if (tick) {
        upkeep_shrink(outbox);
        upkeep_measure(outbox);
    }
}

/* ---- the thread ---- */

static bool anything_left(const struct outbox *outbox)
{
    bool left = outbox->stats.pending > 0;
    for (size_t i = 0; !left && i < outbox->place_count; i++)
        left = outbox->places[i].changed || outbox->places[i].letters_octets > 0;
    return left;
}

/* With the lock held; false: it is time to end. */
static bool wait_for_work(struct outbox *outbox)
{
    struct writer *writer = outbox->writer;
    for (;;) {
        int64_t now = clock_steady();
        if (outbox->ending && (!anything_left(outbox) || now >= outbox->deadline))
            return false;
        int64_t due = outbox->ending ? 0 : outbox->due;
        due = due < writer->retry ? writer->retry : due;
        due = due < writer->tick || outbox->ending ? due : writer->tick;
        if (now >= due)
            return true;
        struct timespec until = {.tv_sec = due / CLOCK_SECOND, .tv_nsec = due % CLOCK_SECOND};
        pthread_cond_timedwait(&outbox->work, &outbox->lock, &until);
    }
}

void *writer_run(void *arg)
{
    struct outbox *outbox = arg;
    struct writer *writer = outbox->writer;
    pthread_mutex_lock(&outbox->lock);
    while (wait_for_work(outbox)) {
        int64_t now = clock_steady();
        bool tick = now >= writer->tick;
        if (tick)
            writer->tick = now + TICK;
        outbox->due = INT64_MAX;
        pthread_mutex_unlock(&outbox->lock);
        step(outbox, tick);
        pthread_mutex_lock(&outbox->lock);
    }
    pthread_mutex_unlock(&outbox->lock);
    shelf_close(&writer->shelf); /* here, where system calls that it needs are let pass */
    return NULL;
}

#endif
