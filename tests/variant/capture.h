/* capture.h: a whole capture in memory, as a list of packets that steps rewrite.
 *
 * A packet is born as a bare IP packet (LINK_IP). Steps that add a link layer or a tunnel put bytes
 * in front and change its link. A packet that still is LINK_IP when it is saved gets its Ethernet
 * header back.
 *
 * Ownership: a capture owns its packets, a packet owns its bytes. Times are nanoseconds since 1970.
 * Failure: this is a tool for tests; what goes wrong ends it with a message and status 1.
 * Threads: one.
 */
#ifndef VARIANT_CAPTURE_H
#define VARIANT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* LINKTYPE numbers as they stand in files, and one of our own for the bare IP packet. */
enum link {
    LINK_IP = -1,
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_SLL = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_SLL2 = 276
};

struct packet {
    uint64_t ns;
    uint8_t *bytes;
    uint32_t len;      /* octets we have */
    uint32_t wire_len; /* octets there were */
    enum link link;
    uint8_t mac[12]; /* destination and source as captured */
};

enum form { FORM_PCAP, FORM_PCAPNG };

/* How the file is to be written. */
struct shape {
    enum form form;
    bool big_endian;
    int resolution;    /* 6, 9, or -N for units of 2^-N seconds */
    uint32_t snap;     /* cut every frame to so many octets; 0: whole */
    uint32_t section;  /* pcapng: a new section after so many packets, other byte order; 0: one */
    bool extra_blocks; /* pcapng: blocks and options that a reader must step over */
    unsigned gzip;     /* 0: plain, else the number of gzip members */
};

struct capture {
    struct packet *packets;
    size_t count;
    size_t room;
    struct shape shape;
};

/* Ends the program: "variant: MESSAGE" and status 1. */
_Noreturn void capture_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

void *capture_alloc(size_t size);

/* An empty capture that will be saved in the same shape. */
struct capture capture_like(const struct capture *model);

/* Adds a packet; its bytes now belong to the capture. */
void capture_add(struct capture *cap, struct packet packet);

/* Adds a copy of a packet that another capture owns. */
void capture_add_copy(struct capture *cap, const struct packet *packet);

/* Frees what cap holds and puts replacement in its place. */
void capture_replace(struct capture *cap, struct capture *replacement);

void capture_done(struct capture *cap);

struct packet packet_copy(const struct packet *packet);

/* Makes room for n octets in front and returns where they begin. They are zero. */
uint8_t *packet_prepend(struct packet *packet, uint32_t n);

/* Makes room for n zero octets at offset at. */
uint8_t *packet_insert(struct packet *packet, uint32_t at, uint32_t n);

/* Makes packet an Ethernet frame if it is a bare IP packet; ends the program if it is neither. */
void packet_to_ethernet(struct packet *packet);

/* The Ethernet type of a bare IP packet. */
uint16_t packet_ethertype(const struct packet *packet);

#endif
