/*
 * filter: the kernel's filter, as an expression of libpcap, out of what is watched.
 *
 * It passes TCP from and to the ports, port 53 if wanted, all fragments that could belong to them,
 * and the same inside VLAN tags and the tunnels that are named. Of a tunnel's packets it refuses
 * only what is surely something else. Called by app.
 *
 * The text has several lines, the one that is wanted most first: some can be used on Ethernet only,
 * and the kernel may have no memory for a filter that looks into tunnels (live.h takes the first
 * line that fits both). Pure ASCII, no NUL, at most FILTER_LENGTH octets.
 */
#ifndef MXTAP_FILTER_H
#define MXTAP_FILTER_H

#include <mxtap/buf.h>
#include <mxtap/err.h>

#include <stdint.h>

#define FILTER_LENGTH 131072

enum filter_tunnel {                 /* bits */
                     FILTER_GRE = 1, /* with ERSPAN and NVGRE */
                     FILTER_VXLAN = 2,
                     FILTER_GENEVE = 4,
                     FILTER_IPIP = 8, /* IPv4 or IPv6 in IPv4 or IPv6 */
                     FILTER_MPLS = 16,
                     FILTER_PPPOE = 32,
};

struct filter_options {
    uint16_t ports[16]; /* 0 ends the list */
    bool dns;           /* port 53, questions and answers */
    unsigned vlans;     /* tags that a packet may have, 0 to 2 */
    unsigned tunnels;   /* bits of enum filter_tunnel */
};

/* "vxlan" and so on, as in links.def; 0: no such name. */
enum filter_tunnel filter_tunnel_find(struct span name);
const char *filter_tunnel_names(void); /* "gre, vxlan, ..." for messages */

void filter_make(const struct filter_options *options, struct buf *ret_expression);

#endif
