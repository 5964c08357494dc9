/*
 * fanout: several rings share the packets of one interface (PACKET_FANOUT, packet(7)).
 *
 * Joining needs no privilege. A socket leaves its group only when it is closed, and one that is in
 * a group cannot be bound to another interface. Called by live.
 */
#ifndef FANOUT_H
#define FANOUT_H

#include <mxtap/live.h>

/* false: errno says why. */
bool fanout_join(int fd, uint16_t group, enum live_fanout how, bool ignore_outgoing);

#endif
