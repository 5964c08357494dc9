/*
 * know_private: the struct behind know.h, for the files of this room.
 */
#ifndef MXTAP_KNOW_PRIVATE_H
#define MXTAP_KNOW_PRIVATE_H

#include <libpsl.h>
#include <mxtap/know.h>

#include "domains.h"
#include "forward.h"
#include "hosts.h"
#include "namesfile.h"
#include "servers.h"

#define KNOW_SYSTEMS 64   /* places of the memory of SYNs, a power of two */
#define KNOW_NAMES   1024 /* places of the memory of name classes, a power of two */

/* What of a SYN decides its system (synclass.c), and which it is. */
struct syn_memo {
    struct syn_key {
        uint16_t window, ip_header;
        uint8_t ttl, scale, left; /* left: octets after the end of options */
        uint8_t count;            /* of kinds; 0: the place is free */
        uint8_t kinds[24];
    } key;
    enum know_os os;
};

/* What is remembered of a name's registrable domain (organisation.c). */
struct organisation {
    uint64_t hash; /* 0: free */
    uint8_t len;
};

struct know {
    struct addr_net home_nets[KNOW_NETS_MAX];
    size_t home_net_count;
    char *local_domains[KNOW_DOMAINS_MAX];
    size_t local_domain_count;
    struct replies *replies;
    struct privacy privacy;
    struct {
        uint64_t hash; /* 0: free */
        enum name_class class;
    } names[KNOW_NAMES];
    /* The HELO of the event that was judged last: several ask for it. */
    const struct event *judged;
    bool helo_known;
    enum know_helo helo;
    struct syn_memo systems[KNOW_SYSTEMS];
    struct organisation *organisations; /* KNOW_NAMES places */
    const psl_ctx_t *suffixes;          /* libpsl's built-in list; NULL where it has none */
    struct namesfile *namesfile;        /* or NULL */
    /* What is learned, for ttl_min to ttl_max nanoseconds of event time, under one budget. */
    int64_t ttl_min, ttl_max;
    struct budget budget;
    struct hosts hosts;
    struct forward forward;
    struct domains domains;
    struct servers servers;
    struct addr last_server; /* that was learned, and when */
    int64_t last_learned;
    uint64_t learned;
    int64_t now; /* event time of what was learned last */
};

#endif
