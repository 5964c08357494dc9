/* wire_carrier: frames are gathered and written in large pieces; datagrams one by one, in time. */
#include "wire_carrier.h"

#include "wire_socket.h"

#include <mxtap/clock.h>
#include <stdio.h>

#define WRITE_AT   (256 * 1024)
#define FRAMES_MAX ((size_t)64 << 20) /* one record, however large, fits */
#define KEEP       (2 * WRITE_AT)

enum err wire_carrier_open(struct wire_carrier *carrier, const struct wire_options *options,
                           char *ret_message, size_t size)
{
    *carrier = (struct wire_carrier){.datagrams = options->kind == WIRE_UDP ||
                                                  options->kind == WIRE_UNIX_DATAGRAM};
    buf_init(&carrier->frames, FRAMES_MAX);
    return wire_new(options, &carrier->wire, ret_message, size);
}

void wire_carrier_close(struct wire_carrier *carrier)
{
    wire_free(carrier->wire);
    buf_done(&carrier->frames);
}

bool wire_carrier_alive(struct wire_carrier *carrier)
{
    char ignored[256];
    if (!wire_is_connected(carrier->wire) || wire_is_alive(carrier->wire, ignored, sizeof ignored))
        return true;
    bool nothing_lost = !carrier->sent;
    carrier->sent = false;
    return nothing_lost;
}

static void note_loss(struct wire_carrier *carrier, struct delivery *delivery)
{
    delivery->lost = delivery->lost || carrier->sent;
    carrier->sent = false;
}

/* A connection that died since the last delivery is told before anything goes out on a new one, for
 * what was on it comes first. */
static bool is_ready(struct wire_carrier *carrier, struct delivery *delivery)
{
    char *trouble = delivery->trouble;
    size_t size = sizeof delivery->trouble;
    if (wire_is_connected(carrier->wire) && !wire_is_alive(carrier->wire, trouble, size)) {
        bool had_sent = carrier->sent;
        note_loss(carrier, delivery);
        if (had_sent)
            return false;
    }
    if (wire_is_connected(carrier->wire))
        return true;
    carrier->sent = false;
    if (!wire_connect(carrier->wire, delivery->stop, trouble, size))
        return false;
    trouble[0] = '\0';
    return true;
}

static void refuse(struct parcel *parcel, const char *answer)
{
    parcel->state = PARCEL_REFUSED;
    snprintf(parcel->answer, sizeof parcel->answer, "%s", answer);
}

/* Appends the parcel; false where the delivery cannot go on. One that can never be sent is none of
 * the reasons. */
static bool add(struct wire_carrier *carrier, const struct wire_frame *frame, struct parcel *parcel,
                struct delivery *delivery)
{
    char answer[PARCEL_ANSWER] = "";
    size_t before = carrier->frames.len;
    if (!frame->make(frame->arg, parcel, &carrier->frames, answer)) {
        refuse(parcel, answer);
        return true;
    }
    if (!carrier->frames.truncated)
        return true;
    carrier->frames.len = before;
    carrier->frames.truncated = false;
    snprintf(delivery->trouble, sizeof delivery->trouble,
             "there is no memory for a record of %zu octets", parcel->record.octets.len);
    return false;
}

/* Writes the frames of the parcels from first up to end. */
static bool write_frames(struct wire_carrier *carrier, struct delivery *delivery, size_t first,
                         size_t end)
{
    if (carrier->frames.len == 0)
        return true;
    enum wire_written written =
        wire_write(carrier->wire, buf_span(&carrier->frames), delivery->stop, delivery->trouble,
                   sizeof delivery->trouble);
    if (written == WIRE_BROKEN) {
        note_loss(carrier, delivery);
        return false;
    }
    char answer[PARCEL_ANSWER];
    snprintf(answer, sizeof answer, "%zu octets are more than a datagram of this socket can have",
             carrier->frames.len);
    for (size_t i = first; i < end; i++) {
        if (delivery->parcels[i].state != PARCEL_WAITING)
            continue;
        if (written == WIRE_WRITTEN)
            delivery->parcels[i].state = PARCEL_SENT;
        else
            refuse(&delivery->parcels[i], answer);
    }
    carrier->sent = carrier->sent || written == WIRE_WRITTEN;
    buf_clear_keep(&carrier->frames, KEEP);
    return true;
}

/* A receiver of datagrams cannot hold us back: more at once than its buffer takes would be lost.
 * False: stopped. */
static bool is_due(struct wire_carrier *carrier, struct delivery *delivery)
{
    int64_t now = clock_steady();
    if (carrier->rate == 0)
        return !sink_stopped(delivery->stop);
    if (carrier->due < now)
        carrier->due = now;
    enum wire_waited waited = wire_wait(-1, 0, delivery->stop, carrier->due);
    carrier->due += CLOCK_SECOND / (int64_t)carrier->rate;
    return waited != WIRE_STOPPED;
}

/* False where it cannot go on; what was written by then is PARCEL_SENT. */
static bool carry(struct wire_carrier *carrier, const struct wire_frame *frame,
                  struct delivery *delivery)
{
    size_t first = 0; /* of those in frames */
    for (size_t i = 0; i < delivery->count; i++) {
        if (delivery->parcels[i].state != PARCEL_WAITING)
            continue;
        if (!add(carrier, frame, &delivery->parcels[i], delivery)) {
            (void)write_frames(carrier, delivery, first, i);
            return false;
        }
        bool full = carrier->datagrams || carrier->frames.len >= WRITE_AT;
        if (!full || carrier->frames.len == 0)
            continue;
        if (carrier->datagrams ? !is_due(carrier, delivery) : sink_stopped(delivery->stop)) {
            snprintf(delivery->trouble, sizeof delivery->trouble, "stopped");
            return false;
        }
        if (!write_frames(carrier, delivery, first, i + 1))
            return false;
        first = i + 1;
    }
    if (!write_frames(carrier, delivery, first, delivery->count))
        return false;
    if (wire_flush(carrier->wire, delivery->stop, delivery->trouble, sizeof delivery->trouble))
        return true;
    note_loss(carrier, delivery);
    return false;
}

void wire_carrier_send(struct wire_carrier *carrier, const struct wire_frame *frame,
                       struct delivery *delivery)
{
    if (is_ready(carrier, delivery))
        (void)carry(carrier, frame, delivery);
    buf_clear_keep(&carrier->frames, KEEP);
}
