/* sender_loop: the thread of an output that sends: read, deliver, settle; go back when it is not
 * known what has arrived. */
#include "sender_private.h"

#include <mxtap/clock.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>

#define LOOK_TIME    CLOCK_SECOND          /* between looks at an idle connection */
#define PATIENCE_MAX (3600 * CLOCK_SECOND) /* that a receiver may ask for */
#define LOST         "the connection was lost"
#define MILLISECOND  (1000 * CLOCK_MICROSECOND)

/* ---- waiting ---- */

static int poll_time(int64_t time)
{
    int64_t most = 24 * 3600 * CLOCK_SECOND;
    if (time < 0)
        return -1;
    return (int)(((time < most ? time : most) + MILLISECOND - 1) / MILLISECOND);
}

/* Until this descriptor or stop is readable, or the time is over (negative: it never is); is the
 * descriptor readable? */
static bool wait_for(struct sender *sender, int descriptor, int64_t time)
{
    struct pollfd wanted[] = {{.fd = descriptor, .events = POLLIN},
                              {.fd = sender->stop, .events = POLLIN}};
    return poll(wanted, 2, poll_time(time)) > 0 && wanted[0].revents != 0;
}

bool sender_pause(struct sender *sender, int64_t time)
{
    (void)wait_for(sender, -1, time);
    return !sink_stopped(sender->stop);
}

static void set_idle(struct sender *sender, bool idle)
{
    pthread_mutex_lock(&sender->mutex);
    sender->idle = idle;
    pthread_mutex_unlock(&sender->mutex);
}

/* ---- what is under way ---- */

static void count_taken(struct sender *sender, uint64_t records, uint64_t octets)
{
    pthread_mutex_lock(&sender->mutex);
    sender->stats.records += records;
    sender->stats.octets += octets;
    pthread_mutex_unlock(&sender->mutex);
}

/* It is not known what has arrived of what was under way (and of so many more): all is read again
 * from the cursor on. */
static void go_back(struct sender *sender, uint64_t more)
{
    uint64_t again = sender_flight_lose(&sender->flight, more);
    pthread_mutex_lock(&sender->mutex);
    sender->stats.again += again;
    pthread_mutex_unlock(&sender->mutex);
    outbox_rewind(sender->reader);
    sender->gather = false;
}

/* Has the connection ended on which some are under way? Asked once a second, and before anything
 * counts as arrived. */
static bool is_cut(struct sender *sender, int64_t now, bool due)
{
    const struct sink *sink = sender->row.sink;
    if (sink->acknowledges || sink->alive == NULL || (!due && now - sender->seen < LOOK_TIME))
        return false;
    sender->seen = now;
    return !sink->alive(sender->sink) && sender->flight.count > 0;
}

/* Looks after what is under way: what has had its time has arrived, if the connection still stands.
 * False: it does not, and the reader has gone back; so many more were sent lately. */
static bool look_after(struct sender *sender, uint64_t more)
{
    int64_t now = clock_steady();
    if (is_cut(sender, now, sender_flight_is_due(&sender->flight, now))) {
        go_back(sender, more);
        sender_tell_failed(sender, LOST);
        (void)sender_pause(sender, backoff_next(&sender->backoff));
        return false;
    }
    struct sender_mark mark;
    while (sender_flight_land(&sender->flight, now, &mark)) {
        outbox_settle(sender->reader, mark.seq);
        count_taken(sender, mark.records, mark.octets);
        backoff_reset(&sender->backoff);
        sender_tell_works(sender);
    }
    return true;
}

/* ---- a batch ---- */

static size_t count_state(const struct delivery *delivery, size_t count, enum parcel_state state)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += delivery->parcels[i].state == state;
    return found;
}

/* The first count parcels are dealt with. */
static void settle(struct sender *sender, const struct delivery *delivery, size_t count)
{
    const char *answer = "";
    uint64_t octets = 0;
    int64_t now = clock_steady();
    size_t refused = count_state(delivery, count, PARCEL_REFUSED);
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct parcel *parcel = &delivery->parcels[i];
        if (parcel->state == PARCEL_REFUSED)
            answer = parcel->answer;
        else
            octets += parcel->record.octets.len;
    }
    struct sender_mark mark = {.seq = delivery->parcels[count - 1].seq,
                               .began = now,
                               .sent = now,
                               .records = count - refused,
                               .octets = octets};
    if (refused > 0)
        sender_tell_refused(sender, refused, answer);
    if (!sender->row.sink->acknowledges) {
        /* Refused ones become dead letters of what was read last, so now; the cursor stays. */
        if (refused > 0)
            outbox_settle(sender->reader, 0);
        sender_flight_add(&sender->flight, &mark);
        return;
    }
    outbox_settle(sender->reader, mark.seq);
    count_taken(sender, mark.records, mark.octets);
}

/* One try; how many still wait. */
static size_t try_once(struct sender *sender, struct delivery *delivery)
{
    delivery->trouble[0] = '\0';
    delivery->wait = 0;
    delivery->lost = false;
    sender->row.sink->send(sender->sink, delivery);
    size_t left = count_state(delivery, delivery->count, PARCEL_WAITING);
    bool failed = (left > 0 && !sink_stopped(sender->stop)) || delivery->lost;
    pthread_mutex_lock(&sender->mutex);
    sender->stats.tries++;
    sender->stats.failed += failed;
    pthread_mutex_unlock(&sender->mutex);
    return left;
}

static int64_t patience(struct sender *sender, const struct delivery *delivery)
{
    int64_t wait = backoff_next(&sender->backoff);
    int64_t asked = delivery->wait < PATIENCE_MAX ? delivery->wait : PATIENCE_MAX;
    return asked > wait ? asked : wait;
}

/* A connection ended on which some were under way. */
static bool is_lost(const struct sender *sender, const struct delivery *delivery)
{
    return delivery->lost &&
           (sender->flight.count > 0 || count_state(delivery, delivery->count, PARCEL_SENT) > 0);
}

static void deliver(struct sender *sender, struct delivery *delivery)
{
    size_t waiting = delivery->count;
    while (waiting > 0 && !sink_stopped(sender->stop)) {
        size_t left = try_once(sender, delivery);
        if (is_lost(sender, delivery)) {
            go_back(sender, count_state(delivery, delivery->count, PARCEL_SENT));
            sender_tell_failed(sender, delivery->trouble[0] != '\0' ? delivery->trouble : LOST);
            (void)sender_pause(sender, patience(sender, delivery));
            return;
        }
        if (left < waiting && sender->row.sink->acknowledges)
            backoff_reset(&sender->backoff);
        waiting = left;
        if (waiting == 0 || sink_stopped(sender->stop))
            break;
        sender_tell_failed(sender, delivery->trouble);
        (void)sender_pause(sender, patience(sender, delivery));
        if (!look_after(sender, count_state(delivery, delivery->count, PARCEL_SENT)))
            return;
    }
    if (waiting == 0 && sender->row.sink->acknowledges)
        sender_tell_works(sender);
    size_t done = 0;
    while (done < delivery->count && delivery->parcels[done].state != PARCEL_WAITING)
        done++;
    settle(sender, delivery, done);
}

/* ---- the loop ---- */

/* More waits, or so much has come together that the next need not wait. */
static bool is_full(const struct sender *sender, const struct delivery *delivery, size_t room)
{
    size_t octets = 0;
    for (size_t i = 0; i < delivery->count; i++)
        octets += delivery->parcels[i].record.octets.len;
    return delivery->count >= room || octets >= sender->row.batch_octets / 2;
}

/* As much as may be is under way: nothing is read until some of it has arrived. */
static void hold(struct sender *sender)
{
    (void)sender_pause(sender, sender_flight_wait(&sender->flight, clock_steady()));
}

/* Nothing is there to be read. Dead letters that somebody else asks for again are found in time. */
static void rest(struct sender *sender)
{
    int64_t due = sender_flight_wait(&sender->flight, clock_steady());
    int64_t time = due >= 0 && due < LOOK_TIME ? due : LOOK_TIME;
    bool idle = sender->flight.count == 0;
    if (idle)
        sender_tell_works(sender);
    set_idle(sender, idle);
    sender->gather = wait_for(sender, outbox_reader_fd(sender->reader), time);
}

static void step(struct sender *sender)
{
    struct delivery delivery = {.stop = sender->stop};
    size_t room = sender_flight_room(&sender->flight, sender->row.batch);
    if (room == 0) {
        hold(sender);
        return;
    }
    if (sender->gather && !sender_pause(sender, sender->row.linger))
        return;
    set_idle(sender, false);
    if (outbox_read(sender->reader, room, sender->row.batch_octets, &delivery.parcels,
                    &delivery.count) != ERR_NONE) {
        sender_tell_failed(sender, "the outbox cannot be read");
        (void)sender_pause(sender, LOOK_TIME);
    } else if (delivery.count == 0) {
        rest(sender);
    } else {
        sender->gather = !is_full(sender, &delivery, room);
        deliver(sender, &delivery);
    }
}

void *sender_loop(void *arg)
{
    struct sender *sender = arg;
    if (sender->before >= 0) {
        (void)wait_for(sender, sender->before, -1);
        outbox_rewind(sender->reader);
    }
    while (!sink_stopped(sender->stop)) {
        (void)look_after(sender, 0);
        step(sender);
    }
    (void)sender->row.sink->close(sender->sink);
    sender->sink = NULL;
    (void)eventfd_write(sender->ended, 1);
    return NULL;
}
