/*
 * tagged: the part of a filter for frames of Ethernet that still have VLAN tags in them. The kernel
 * takes the outer one off, so on an interface these are frames with two, or with one of an unusual
 * type. Tunnels behind tags are taken whole. Called by filter.c.
 */
#ifndef TAGGED_H
#define TAGGED_H

#include <mxtap/filter.h>

/* " or (...)" for one tag and, if wanted, two; nothing for none. */
void tagged_add(const struct filter_options *options, struct buf *out);

#endif
