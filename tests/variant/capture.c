/* capture.c: the list of packets in memory; a plain growing array. */
#include "capture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

void capture_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("variant: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void *capture_alloc(size_t size)
{
    void *memory = calloc(1, size > 0 ? size : 1);
    if (memory == NULL)
        capture_die("out of memory");
    return memory;
}

struct capture capture_like(const struct capture *model)
{
    struct capture cap = {.shape = model->shape};
    return cap;
}

void capture_add(struct capture *cap, struct packet packet)
{
    if (cap->count == cap->room) {
        size_t room = cap->room == 0 ? 1024 : cap->room * 2;
        struct packet *grown = realloc(cap->packets, room * sizeof *grown);
        if (grown == NULL)
            capture_die("out of memory");
        cap->packets = grown;
        cap->room = room;
    }
    cap->packets[cap->count++] = packet;
}

void capture_add_copy(struct capture *cap, const struct packet *packet)
{
    capture_add(cap, packet_copy(packet));
}

void capture_replace(struct capture *cap, struct capture *replacement)
{
    capture_done(cap);
    *cap = *replacement;
}

void capture_done(struct capture *cap)
{
    for (size_t i = 0; i < cap->count; i++)
        free(cap->packets[i].bytes);
    free(cap->packets);
    cap->packets = NULL;
    cap->count = cap->room = 0;
}

struct packet packet_copy(const struct packet *packet)
{
    struct packet copy = *packet;
    copy.bytes = capture_alloc(packet->len);
    memcpy(copy.bytes, packet->bytes, packet->len);
    return copy;
}

uint8_t *packet_insert(struct packet *packet, uint32_t at, uint32_t n)
{
    uint8_t *grown = capture_alloc((size_t)packet->len + n);
    memcpy(grown, packet->bytes, at);
    memcpy(grown + at + n, packet->bytes + at, packet->len - at);
    free(packet->bytes);
    packet->bytes = grown;
    packet->len += n;
    packet->wire_len += n;
    return grown + at;
}

uint8_t *packet_prepend(struct packet *packet, uint32_t n)
{
    return packet_insert(packet, 0, n);
}

uint16_t packet_ethertype(const struct packet *packet)
{
    return packet->bytes[0] >> 4 == 6 ? 0x86dd : 0x0800;
}

void packet_to_ethernet(struct packet *packet)
{
    if (packet->link == LINK_ETHERNET)
        return;
    if (packet->link != LINK_IP)
        capture_die("a link layer can only stand around Ethernet or IP");
    uint16_t type = packet_ethertype(packet);
    uint8_t *header = packet_prepend(packet, 14);
    memcpy(header, packet->mac, sizeof packet->mac);
    wire_put16(header + 12, type);
    packet->link = LINK_ETHERNET;
}
