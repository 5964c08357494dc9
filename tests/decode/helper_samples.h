/*
 * samples: a packet for every link type, tunnel and extension header of links.def, each carrying
 * the same TCP segment with SAMPLE_HELLO (sequence number 1000, acknowledgement 9).
 */
#ifndef HELPER_SAMPLES_H
#define HELPER_SAMPLES_H

#include "decode/helper_frame.h"

#define SAMPLE_HELLO "EHLO a.example\r\n"

struct sample {
    const char *name;
    void (*make)(void);
    int linktype;
    bool v6;
    unsigned vlans;
    unsigned ip_header;
};

extern struct frame frame; /* what the makers make */
extern const struct sample samples[];
extern const size_t sample_count;

void sample_ip4(void);
void sample_ip6(void);
void sample_ethernet4(void);

#endif
