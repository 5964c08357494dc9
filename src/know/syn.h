/*
 * syn: a SYN taken apart, for its text (syn.c) and its class (synclass.c).
 */
#ifndef KNOW_SYN_H
#define KNOW_SYN_H

#include <mxtap/know.h>

#define SYN_OPTIONS_MAX 24 /* options looked at; p0f looks at as many */

/* What the options have besides, in p0f's words. */
enum {
    SYN_ZERO_STAMP = 1, /* ts1-: the own timestamp is 0 */
    SYN_PEER_STAMP = 2, /* ts2+: a timestamp of the peer, whom nobody has heard yet */
    SYN_END_FILLED = 4, /* opt+: octets other than 0 after the end of the options */
    SYN_HIGH_SCALE = 8, /* exws: over 14 */
    SYN_BAD = 16,       /* bad: lengths that cannot be */
};

struct syn {
    unsigned ttl;      /* at the sender */
    unsigned distance; /* routers since */
    unsigned mss, scale;
    uint32_t stamp;
    unsigned quirks;
    bool stamps;      /* there is a timestamp option */
    char window[16];  /* "mss*44", "mtu*2" or the number */
    char layout[160]; /* "mss,sok,ts,nop,ws" */
};

/* version: 4 or 6. */
void syn_parse(const struct stream_syn *from, unsigned version, struct syn *ret_syn);

#endif
