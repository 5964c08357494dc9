/*
 * wire_carrier: takes deliveries over a wire, for sinks whose receivers say nothing (syslog, unix).
 *
 * A parcel becomes PARCEL_SENT once the kernel has all of it; over TCP a delivery is over when the
 * kernel of the receiver has acknowledged it. On a stream many frames go out with one system call.
 * It knows whether something was sent on the connection that there is, so it can say when that may
 * be lost. One thread.
 */
#ifndef MXTAP_WIRE_CARRIER_H
#define MXTAP_WIRE_CARRIER_H

#include "wire.h"

#include <mxtap/sink.h>

struct wire_carrier {
    struct wire *wire; /* its own */
    bool datagrams;
    uint64_t rate;     /* datagrams a second at most; 0: as they come */
    struct buf frames; /* of a stream, that wait to be written; one datagram */
    bool sent;         /* something was sent on this connection */
    int64_t due;       /* of the next datagram, clock_steady */
};

/* Appends the parcel as it goes out to frames. False: it can never be sent, and answer
 * (PARCEL_ANSWER octets) says why; frames is as it was. */
struct wire_frame {
    bool (*make)(void *arg, const struct parcel *parcel, struct buf *frames, char *answer);
    void *arg;
};

enum err wire_carrier_open(struct wire_carrier *carrier, const struct wire_options *options,
                           char *ret_message, size_t size) MXTAP_MUST_CHECK;
void wire_carrier_close(struct wire_carrier *carrier);
/* As sink.send and sink.alive. */
void wire_carrier_send(struct wire_carrier *carrier, const struct wire_frame *frame,
                       struct delivery *delivery);
bool wire_carrier_alive(struct wire_carrier *carrier);

#endif
