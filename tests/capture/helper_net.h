/*
 * net: a network namespace of the test's own, with a cable in it: what is sent into "wire0" comes
 * out of "tap0". Needs root and iproute2.
 */
#ifndef HELPER_NET_H
#define HELPER_NET_H

#include <mxtap/live.h>

#define NET_MILLISECOND INT64_C(1000000)

/* false, and why on standard output: this machine cannot. */
bool net_start(void);
void net_run(const char *command); /* must succeed */
void net_cable(void);              /* makes both ends, up; they must not be there */

/* Sends one frame into an interface. */
void net_send(const char *interface, struct span frame);

int64_t net_now(void); /* CLOCK_REALTIME */
bool net_drop_capabilities(void);

/* Options as the program has them, for tap0. */
struct live_options net_options(const char *filter);
/* Waits up to five seconds for count packets; how many came. each: may be NULL. */
unsigned net_receive(struct live *live, unsigned count,
                     void (*each)(void *arg, const struct packet *packet), void *arg);
/* All that comes until nothing has come for 300 ms. */
unsigned net_drain(struct live *live, void (*each)(void *arg, const struct packet *packet),
                   void *arg);

#endif
