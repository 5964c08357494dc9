/*
 * answers: takes in an EVENT_DNS: names of addresses, addresses of names, MX and NS hosts.
 *
 * Called by know_learn. Nothing is kept but what goes into know's tables. One thread.
 */
#ifndef MXTAP_ANSWERS_H
#define MXTAP_ANSWERS_H

#include <mxtap/know.h>

void answers_learn(struct know *know, const struct event *event);

#endif
