/*
 * live: packets from an interface, through libpcap (TPACKET_V3 on Linux).
 *
 * One live is one ring of the kernel, read by one thread, which calls all that is here. Several
 * that are opened with the same group share the traffic of their interface (PACKET_FANOUT,
 * docs/adr/fanout.md); a group is the network namespace's, so two processes that choose the same
 * for one interface would share it too. Needs CAP_NET_RAW in live_open only.
 *
 * live_next lends a packet until the next call. It waits for batch_time at most: what comes in is
 * handed over by the kernel in blocks, at the latest after that time. An interface that is down
 * gives nothing until it is up again; one that was removed is waited for by its name, and taken up
 * where that can be done without privileges (see live.c): live_is_up says how it stands.
 *
 * Times are the kernel's (CLOCK_REALTIME), so event time and the clock are the same here.
 */
#ifndef MXTAP_LIVE_H
#define MXTAP_LIVE_H

#include <mxtap/capture.h>

enum live_fanout {
    LIVE_FANOUT_FLOW,      /* by the kernel's flow hash; fragments of IPv4 are put together first */
    LIVE_FANOUT_ADDRESSES, /* by the pair of the outer addresses: tunnels, fragments of IPv6 */
};

struct live_options {
    const char *interface; /* copied; also the source of its packets */
    const char *filter;    /* expressions of libpcap, one a line: the first that fits */
    size_t snap_length;    /* octets of a packet that are kept */
    size_t buffer;         /* octets of the ring */
    int64_t batch_time;    /* nanoseconds */
    bool promiscuous;
    unsigned shares; /* lives in this group; 1: no fanout */
    uint16_t group;  /* of this process and interface */
    enum live_fanout fanout;
};

struct live;

/* message: which interface and why, in one line. */
enum err live_open(const struct live_options *options, struct live **ret_live, char *ret_message,
                   size_t message_size) MXTAP_MUST_CHECK;
void live_close(struct live *live);

/* 1 and a packet; 0: nothing came for batch_time; ERR_SYSTEM: the interface is gone and cannot be
 * taken up again by this process. */
int live_next(struct live *live, struct packet *ret_packet) MXTAP_MUST_CHECK;
/* The same without waiting: 0 says that nothing is at hand now. */
int live_try(struct live *live, struct packet *ret_packet) MXTAP_MUST_CHECK;
/* No packet with an earlier time will come any more: the time of the last one, or when nothing
 * came, some milliseconds ago (as long as a packet may be under way to the ring). Never goes back.
 */
int64_t live_reached(const struct live *live);
bool live_is_up(const struct live *live);
/* Another filter, from the next packet on; the old one stays where this one cannot be set. */
enum err live_filter(struct live *live, const char *filter, char *ret_message,
                     size_t message_size) MXTAP_MUST_CHECK;
/* Since live_open; kernel_drops and interface_drops are libpcap's ps_drop and ps_ifdrop (the latter
 * is the interface's, the same for all lives of a group, and 0 where they are not promiscuous; only
 * what was added since live_open). */
void live_stats(struct live *live, struct capture_stats *ret_stats);

#endif
