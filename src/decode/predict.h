/*
 * predict: the packet that nearly every packet is, without the walk.
 *
 * Called by decode.c where an IPv4 header comes next, whatever stands before it. An IPv4 packet
 * without options that is no fragment, with a TCP header behind it, captured whole: the sink is
 * called and the walk is over. Of anything else, and where checksums are verified, nothing is
 * touched: the links look at it and count what is wrong.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include "walk.h"

bool predict_tcp(struct walk *walk);

#endif
