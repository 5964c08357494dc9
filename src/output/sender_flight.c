/* sender_flight: a ring of marks; a mark takes in what comes in the first part of its time. */
#include "sender_flight.h"

/* A window that has grown so far is none. */
#define WINDOW_MAX (UINT64_C(1) << 20)

/* Marks begin so far apart that all that can be under way fit into half of the ring. */
#define SHARE (SENDER_MARKS / 2)

static struct sender_mark *at(struct sender_flight *flight, size_t index)
{
    return &flight->marks[(flight->first + index) % SENDER_MARKS];
}

void sender_flight_add(struct sender_flight *flight, const struct sender_mark *mark)
{
    struct sender_mark *last = flight->count == 0 ? NULL : at(flight, flight->count - 1);
    flight->records += mark->records;
    bool near = last != NULL && mark->began - last->began < flight->settle / SHARE;
    if (!near && flight->count < SENDER_MARKS) {
        *at(flight, flight->count++) = *mark;
        return;
    }
    last->seq = mark->seq;
    last->sent = mark->sent;
    last->records += mark->records;
    last->octets += mark->octets;
}

bool sender_flight_is_due(const struct sender_flight *flight, int64_t now)
{
    return sender_flight_wait(flight, now) == 0;
}

bool sender_flight_land(struct sender_flight *flight, int64_t now, struct sender_mark *ret_mark)
{
    if (!sender_flight_is_due(flight, now))
        return false;
    *ret_mark = *at(flight, 0);
    flight->first = (flight->first + 1) % SENDER_MARKS;
    flight->count--;
    flight->records -= ret_mark->records;
    flight->lost = false;
    if (flight->window > 0)
        flight->window += ret_mark->records;
    if (flight->window > WINDOW_MAX)
        flight->window = 0;
    return true;
}

int64_t sender_flight_wait(const struct sender_flight *flight, int64_t now)
{
    if (flight->count == 0)
        return -1;
    int64_t left = flight->marks[flight->first].sent + flight->settle - now;
    return left > 0 ? left : 0;
}

size_t sender_flight_room(const struct sender_flight *flight, size_t most)
{
    if (flight->window == 0)
        return most;
    uint64_t room = flight->window > flight->records ? flight->window - flight->records : 0;
    return room < most ? (size_t)room : most;
}

uint64_t sender_flight_lose(struct sender_flight *flight, uint64_t more)
{
    uint64_t records = flight->records + more;
    if (flight->lost)
        flight->window = records > 2 ? records / 2 : 1;
    flight->lost = true;
    flight->records = 0;
    flight->first = 0;
    flight->count = 0;
    return records;
}
