/*
 * pcapng by blocks (draft-ietf-opsawg-pcapng 3 and 4), read where they lie in a window.
 *
 * libpcap refuses a file whose interfaces differ in link type or snapshot length, and only once it
 * meets the second of them, when a pipe cannot go back; so all of pcapng is read here, which also
 * tells the octet where a damaged block starts. Known: section headers of both byte orders,
 * interface descriptions, enhanced, simple and the obsolete packet blocks. Others are skipped, of
 * any length. A block is damaged where its two lengths differ, are no multiple of four, or do not
 * hold what its fields claim.
 */
#include "file.h"
#include "pcapng.h"
#include "window.h"

#include <stdlib.h>

#define FILE_PCAPNG_SECTION   0x0a0d0d0a
#define FILE_PCAPNG_ORDER     0x1a2b3c4d
#define FILE_PCAPNG_INTERFACE 1
#define FILE_PCAPNG_PACKET    2
#define FILE_PCAPNG_SIMPLE    3
#define FILE_PCAPNG_ENHANCED  6

#define FILE_PCAPNG_FRAME          12 /* type and length in front, length behind */
#define FILE_PCAPNG_INTERFACES_MAX 65536

struct file_pcapng {
    struct window window;
    bool little; /* byte order of the section */
    struct pcapng_interface *interfaces;
    size_t interface_count;
    size_t interface_room;
    int64_t last; /* time of the last packet, for blocks without one */
};

static bool file_pcapng_match(struct span head)
{
    static const uint8_t section[INPUT_HEAD] = {0x0a, 0x0d, 0x0d, 0x0a};
    return memcmp(head.at, section, INPUT_HEAD) == 0;
}

static int file_pcapng_ends_early(struct file *file)
{
    struct file_pcapng *state = file->state;
    return file_damage(file, window_at(&state->window), "the file ends inside a block");
}

/* A section header fixes the byte order for itself and what follows, and forgets the interfaces. */
static int file_pcapng_order(struct file *file)
{
    struct file_pcapng *state = file->state;
    struct span start = window_see(&state->window, FILE_PCAPNG_FRAME);
    struct rd rd = rd_make(span_skip(start, 8));
    uint32_t order = rd_u32(&rd);
    if (!rd_ok(&rd))
        return file_pcapng_ends_early(file);
    if (order != FILE_PCAPNG_ORDER && order != __builtin_bswap32(FILE_PCAPNG_ORDER))
        return file_damage(file, window_at(&state->window), "a section without a byte order");
    state->little = order != FILE_PCAPNG_ORDER;
    state->interface_count = 0;
    return 0;
}

static int file_pcapng_section(struct file *file, struct span body)
{
    const struct file_pcapng *state = file->state;
    struct rd rd = rd_make(span_skip(body, 4));
    uint16_t major = pcapng_u16(&rd, state->little);
    rd_skip(&rd, 2 + 8); /* minor version, length of the section */
    if (!rd_ok(&rd))
        return file_damage(file, window_at(&state->window), "a section header that is too short");
    if (major != 1)
        return file_damage(file, window_at(&state->window), "pcapng version %u", major);
    return 0;
}

static int file_pcapng_describe(struct file *file, struct span body)
{
    struct file_pcapng *state = file->state;
    if (state->interface_count == state->interface_room) {
        size_t room = state->interface_room == 0 ? 8 : state->interface_room * 2;
        if (room > FILE_PCAPNG_INTERFACES_MAX)
            return file_damage(file, window_at(&state->window), "more than %d interfaces",
                               FILE_PCAPNG_INTERFACES_MAX);
        void *interfaces = realloc(state->interfaces, room * sizeof *state->interfaces);
        if (interfaces == NULL)
            return ERR_MEMORY;
        state->interfaces = interfaces;
        state->interface_room = room;
    }
    struct pcapng_interface *interface = &state->interfaces[state->interface_count];
    if (!pcapng_interface(body, state->little, interface))
        return file_damage(file, window_at(&state->window),
                           "an interface description that is too short");
    state->interface_count++;
    return 0;
}

/* What the three packet blocks have in common once their fields are read. */
static int file_pcapng_give(struct file *file, struct rd *rd, uint32_t number, uint32_t captured,
                            uint32_t wire_len, struct packet *ret_packet)
{
    struct file_pcapng *state = file->state;
    if (!rd_ok(rd))
        return file_damage(file, window_at(&state->window), "a packet block that is too short");
    if (number >= state->interface_count)
        return file_damage(file, window_at(&state->window),
                           "a packet of interface %u, which is unknown", number);
    const struct pcapng_interface *interface = &state->interfaces[number];
    if (captured > rd_left(rd) || captured > FILE_PACKET_MAX)
        return file_damage(file, window_at(&state->window),
                           "a packet of %u octets in a block of %zu", captured, rd_left(rd));
    if (interface->snap != 0 && captured > interface->snap)
        return file_damage(file, window_at(&state->window),
                           "a packet of %u octets, longer than the snapshot length of %u", captured,
                           interface->snap);
    ret_packet->data = rd_take(rd, captured);
    ret_packet->wire_len = wire_len;
    ret_packet->linktype = interface->linktype;
    return 1;
}

/* The enhanced packet block and its obsolete forerunner, which differ in their first field. */
static int file_pcapng_packet(struct file *file, struct span body, bool obsolete,
                              struct packet *ret_packet)
{
    struct file_pcapng *state = file->state;
    bool little = state->little;
    struct rd rd = rd_make(body);
    uint32_t number;
    if (obsolete) {
        number = pcapng_u16(&rd, little);
        rd_skip(&rd, 2); /* drops */
    } else {
        number = pcapng_u32(&rd, little);
    }
    uint64_t high = pcapng_u32(&rd, little);
    uint64_t ticks = high << 32 | pcapng_u32(&rd, little);
    uint32_t captured = pcapng_u32(&rd, little);
    uint32_t wire_len = pcapng_u32(&rd, little);
    int got = file_pcapng_give(file, &rd, number, captured, wire_len, ret_packet);
    if (got == 1)
        state->last = ret_packet->time = pcapng_time(&state->interfaces[number], ticks);
    return got;
}

/* The simple packet block: of the first interface, without time and captured length. */
static int file_pcapng_simple(struct file *file, struct span body, struct packet *ret_packet)
{
    struct file_pcapng *state = file->state;
    struct rd rd = rd_make(body);
    uint32_t wire_len = pcapng_u32(&rd, state->little);
    uint32_t captured = wire_len;
    if (state->interface_count > 0 && state->interfaces[0].snap != 0 &&
        captured > state->interfaces[0].snap)
        captured = state->interfaces[0].snap;
    ret_packet->time = state->last;
    return file_pcapng_give(file, &rd, 0, captured, wire_len, ret_packet);
}

static int file_pcapng_body(struct file *file, uint32_t type, struct span body,
                            struct packet *ret_packet)
{
    switch (type) {
    case FILE_PCAPNG_SECTION: return file_pcapng_section(file, body);
    case FILE_PCAPNG_INTERFACE: return file_pcapng_describe(file, body);
    case FILE_PCAPNG_ENHANCED: return file_pcapng_packet(file, body, false, ret_packet);
    case FILE_PCAPNG_PACKET: return file_pcapng_packet(file, body, true, ret_packet);
    default: return file_pcapng_simple(file, body, ret_packet);
    }
}

static bool file_pcapng_known(uint32_t type)
{
    return type == FILE_PCAPNG_ENHANCED || type == FILE_PCAPNG_SECTION ||
           type == FILE_PCAPNG_INTERFACE || type == FILE_PCAPNG_SIMPLE ||
           type == FILE_PCAPNG_PACKET;
}

/* Blocks of other types, read past whatever their length; the length behind is not compared. */
static int file_pcapng_skip(struct file *file, uint32_t length)
{
    struct file_pcapng *state = file->state;
    uint64_t at = window_at(&state->window);
    if (!window_skip(&state->window, length))
        return file_damage(file, at, "the file ends inside a block");
    return 0;
}

/* One block: 1 with a packet, 0 without one, or negative. */
static int file_pcapng_block(struct file *file, struct packet *ret_packet)
{
    struct file_pcapng *state = file->state;
    struct rd rd = rd_make(window_see(&state->window, 8));
    uint32_t type = pcapng_u32(&rd, state->little);
    if (type == FILE_PCAPNG_SECTION) { /* reads the same in both byte orders */
        int result = file_pcapng_order(file);
        if (result != 0)
            return result;
        rd = rd_make(span_skip(window_see(&state->window, 8), 4));
    }
    uint32_t length = pcapng_u32(&rd, state->little);
    if (!rd_ok(&rd))
        return file_pcapng_ends_early(file);
    if (length < FILE_PCAPNG_FRAME || length % 4 != 0)
        return file_damage(file, window_at(&state->window), "a block of %u octets", length);
    if (!file_pcapng_known(type))
        return file_pcapng_skip(file, length);
    if (length > WINDOW_MAX)
        return file_damage(file, window_at(&state->window), "a block of %u octets", length);
    struct span block = window_see(&state->window, length);
    if (block.len < length)
        return file_pcapng_ends_early(file);
    rd = rd_make(span_skip(block, length - 4));
    if (pcapng_u32(&rd, state->little) != length)
        return file_damage(file, window_at(&state->window), "a block whose two lengths differ");
    struct span body = span_make(block.at + 8, length - FILE_PCAPNG_FRAME);
    int result = file_pcapng_body(file, type, body, ret_packet);
    if (result >= 0)
        window_take(&state->window, length);
    return result;
}

static int file_pcapng_next(struct file *file, struct packet *ret_packet)
{
    struct file_pcapng *state = file->state;
    while (window_see(&state->window, 1).len > 0) {
        int result = file_pcapng_block(file, ret_packet);
        if (result != 0)
            return result;
    }
    return input_failure(file->input) == NULL ? 0 : file_pcapng_ends_early(file);
}

static enum err file_pcapng_open(struct file *file, size_t buffer)
{
    struct file_pcapng *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    file->state = state;
    return window_init(&state->window, file->input, buffer);
}

static void file_pcapng_close(struct file *file)
{
    struct file_pcapng *state = file->state;
    if (state == NULL)
        return;
    window_done(&state->window);
    free(state->interfaces);
    free(state);
}

const struct file_ops file_pcapng = {
    .name = "pcapng",
    .match = file_pcapng_match,
    .open = file_pcapng_open,
    .next = file_pcapng_next,
    .close = file_pcapng_close,
};
