/* helper_actor: each actor has an outbox in a folder of its own; parts run in the thread of the
 * sender. */
#include "helper_actor.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- the sink ---- */

static enum err open_sink(const struct sink_how *how, void **ret_state, char *ret_message,
                          size_t size)
{
    /* The options are lent and const; the receiver behind them is the test's. */
    struct actor *actor = *(struct actor *const *)how->options;
    (void)ret_message;
    (void)size;
    actor->opened++;
    *ret_state = actor;
    return ERR_NONE;
}

static enum err close_sink(void *state)
{
    struct actor *actor = state;
    pthread_mutex_lock(&actor->mutex);
    actor->closed++;
    pthread_mutex_unlock(&actor->mutex);
    return ERR_NONE;
}

void actor_take_one(struct actor *actor, struct parcel *parcel, enum parcel_state as)
{
    unsigned number = (unsigned)parcel->record.key;
    assert_true(number < RECORDS && parcel->state == PARCEL_WAITING);
    char text[64];
    int len = snprintf(text, sizeof text, "{\"number\":%u}", number);
    assert_int_equal(parcel->record.octets.len, len);
    assert_memory_equal(parcel->record.octets.at, text, (size_t)len);
    snprintf(text, sizeof text, "%032u", number);
    assert_string_equal(parcel->record.id, text);
    parcel->state = as;
    if (as == PARCEL_REFUSED) {
        snprintf(parcel->answer, sizeof parcel->answer, "never: %u", number);
        return;
    }
    actor->got[number]++;
    if (actor->order_count < 4 * RECORDS)
        actor->order[actor->order_count++] = number;
}

static void send_parcels(void *state, struct delivery *delivery)
{
    struct actor *actor = state;
    pthread_mutex_lock(&actor->mutex);
    if (actor->tries < TRIES)
        actor->tried[actor->tries] = clock_steady();
    if (delivery->count > actor->batch_max)
        actor->batch_max = delivery->count;
    actor->part(actor, delivery);
    actor->tries++;
    pthread_mutex_unlock(&actor->mutex);
}

static bool is_alive(void *state)
{
    struct actor *actor = state;
    pthread_mutex_lock(&actor->mutex);
    bool alive = !actor->dead;
    actor->dead = false;
    pthread_mutex_unlock(&actor->mutex);
    return alive;
}

const struct sink actor_asked = {.name = "asked",
                                 .acknowledges = true,
                                 .open = open_sink,
                                 .close = close_sink,
                                 .send = send_parcels};
const struct sink actor_mute = {.name = "mute",
                                .open = open_sink,
                                .close = close_sink,
                                .send = send_parcels,
                                .alive = is_alive};

/* ---- parts ---- */

void actor_take(struct actor *actor, struct delivery *delivery, size_t from, size_t count,
                enum parcel_state as)
{
    for (size_t i = from; i < delivery->count && count > 0; i++) {
        if (delivery->parcels[i].state != PARCEL_WAITING)
            continue;
        actor_take_one(actor, &delivery->parcels[i], as);
        count--;
    }
}

void actor_all(struct actor *actor, struct delivery *delivery)
{
    actor_take(actor, delivery, 0, SIZE_MAX, PARCEL_DELIVERED);
}

/* Hangs until it is told to end. */
void actor_hangs(struct actor *actor, struct delivery *delivery)
{
    struct pollfd stop = {.fd = delivery->stop, .events = POLLIN};
    actor->silent = true;
    pthread_mutex_unlock(&actor->mutex);
    (void)poll(&stop, 1, 30000);
    pthread_mutex_lock(&actor->mutex);
}

/* ---- the stage ---- */

struct sender *actor_sender(struct place *place)
{
    char message[200] = "";
    struct sender *sender = NULL;
    const struct sink_how how = {.name = "siem", .host = "sensor", .options = &place->actor};
    assert_int_equal(sender_new(&place->row, &how, place->outbox, &sender, message, sizeof message),
                     ERR_NONE);
    assert_string_equal(message, "");
    return sender;
}

void actor_set_up(struct place *place, const struct sink *sink,
                  void (*part)(struct actor *, struct delivery *))
{
    char message[200] = "";
    *place = (struct place){.path = "/tmp/mxtap-sender-XXXXXX"};
    assert_non_null(mkdtemp(place->path));
    char file[80];
    snprintf(file, sizeof file, "%s/outbox.db", place->path);
    struct outbox_options options = {.path = file, .memory = 64 << 20, .wait = true};
    enum err err = outbox_open(&options, &place->outbox, message, sizeof message);
    if (err == ERR_SUPPORT) {
        rmdir(place->path);
        skip();
    }
    assert_int_equal(err, ERR_NONE);
    place->actor = calloc(1, sizeof *place->actor);
    assert_non_null(place->actor);
    pthread_mutex_init(&place->actor->mutex, NULL);
    place->actor->part = part;
    place->row = (struct output_row){
        .name = "siem",
        .sink = sink,
        .format = format_find("eve"),
        .selection = {.kinds = RECORD_ALERT},
        .batch = 100,
        .batch_octets = 1 << 20,
        .linger = 0,
        .retry_min = 2 * MILLISECOND,
        .retry_max = 200 * MILLISECOND,
        .settle = 30 * MILLISECOND,
    };
    place->sender = actor_sender(place);
    assert_int_equal(outbox_start(place->outbox, &starter_plain), ERR_NONE);
}

void actor_start(struct place *place)
{
    assert_int_equal(sender_start(place->sender, &starter_plain, NULL), ERR_NONE);
}

void actor_put(struct place *place, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char text[64];
        int len = snprintf(text, sizeof text, "{\"number\":%u}", place->put);
        struct record record = {.kind = RECORD_ALERT,
                                .severity = 2,
                                .detector = 1010,
                                .key = place->put,
                                .octets = span_make(text, (size_t)len)};
        snprintf(record.id, sizeof record.id, "%032u", place->put++);
        assert_true(outbox_put(place->outbox, &record, "eve"));
    }
    outbox_flush(place->outbox);
}

void actor_nap(int64_t time)
{
    (void)poll(NULL, 0, (int)(time / MILLISECOND));
}

void actor_wait_idle(struct place *place)
{
    int64_t end = clock_steady() + LONG;
    while (!sender_idle(place->sender)) {
        assert_true(clock_steady() < end);
        actor_nap(MILLISECOND);
    }
}

unsigned actor_tries(struct place *place)
{
    pthread_mutex_lock(&place->actor->mutex);
    unsigned tries = place->actor->tries;
    pthread_mutex_unlock(&place->actor->mutex);
    return tries;
}

void actor_wait_tries(struct place *place, unsigned count)
{
    int64_t end = clock_steady() + LONG;
    while (actor_tries(place) < count) {
        assert_true(clock_steady() < end);
        actor_nap(MILLISECOND);
    }
}

void actor_wait_silent(struct place *place)
{
    int64_t end = clock_steady() + LONG;
    for (bool silent = false; !silent; actor_nap(MILLISECOND)) {
        assert_true(clock_steady() < end);
        pthread_mutex_lock(&place->actor->mutex);
        silent = place->actor->silent;
        pthread_mutex_unlock(&place->actor->mutex);
    }
}

/* Ends at once, whatever it is doing. */
void actor_stop(struct sender *sender)
{
    int64_t began = clock_steady();
    sender_stop(sender);
    assert_true(sender_ended(sender, LONG));
    assert_true(clock_steady() - began < CLOCK_SECOND);
    sender_free(sender);
}

void actor_tear_down(struct place *place)
{
    if (place->sender != NULL)
        actor_stop(place->sender);
    assert_int_equal(place->actor->closed, place->actor->opened);
    assert_true(outbox_close(place->outbox, LONG));
    pthread_mutex_destroy(&place->actor->mutex);
    free(place->actor);
    static const char *const names[] = {"outbox.db", "outbox.db-wal", "outbox.db-shm",
                                        "outbox.db-lock", "outbox.db.lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char file[100];
        snprintf(file, sizeof file, "%s/%s", place->path, names[i]);
        (void)unlink(file);
    }
    (void)rmdir(place->path);
}

void actor_expect(const struct place *place, unsigned from, unsigned to, unsigned times)
{
    for (unsigned i = from; i < to; i++)
        assert_int_equal(place->actor->got[i], times);
}

void actor_expect_order(const struct place *place)
{
    for (size_t i = 1; i < place->actor->order_count; i++)
        assert_true(place->actor->order[i - 1] < place->actor->order[i]);
}
