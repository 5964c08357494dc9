/*
 * relaypath: recipients that carry a way around the server's relay check: source routes (RFC 5321
 * appendix C), the percent form ("user%other.example@relay"), bang paths ("other.example!user").
 */
#ifndef MXTAP_RELAYPATH_H
#define MXTAP_RELAYPATH_H

#include <mxtap/span.h>

/* Saved as bits: never renumbered. */
enum relaypath { RELAYPATH_NONE, RELAYPATH_SOURCE_ROUTE, RELAYPATH_PERCENT, RELAYPATH_BANG };

/* path as the client wrote it, with or without brackets. */
enum relaypath relaypath_of(struct span path);
const char *relaypath_name(enum relaypath kind); /* "source_route" */

#endif
