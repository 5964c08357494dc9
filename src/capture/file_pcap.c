/*
 * pcap files (draft-ietf-opsawg-pcap): libpcap says what the file is, the records are cut out of a
 * window where they lie.
 *
 * libpcap gets the file header and tells version, snapshot length and link type; what it refuses is
 * refused in its words. The records behind are the same 16 octets and a packet all through, and
 * copying each with two fread was the dearest step of a replay. Forms with other records are left
 * to libpcap as a whole (pcapold.h).
 *
 * Damage is a record that the file ends in, one that claims more octets than the snapshot length
 * (no capturing program writes such a record) or than a packet has, and zeros.
 */
#include "file.h"
#include "pcapold.h"
#include "window.h"

#include <mxtap/rd.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_PCAP_MICRO  0xa1b2c3d4
#define FILE_PCAP_NANO   0xa1b23c4d
#define FILE_PCAP_HEADER 24
#define FILE_PCAP_RECORD 16 /* seconds, their fraction, octets captured, octets on the wire */

struct file_pcap {
    struct window window;
    bool little;   /* byte order */
    uint32_t unit; /* nanoseconds a fraction of a second */
    uint32_t snap;
    uint32_t limit; /* octets of a packet: the smaller of snap and FILE_PACKET_MAX */
    int linktype;
    struct pcapold *old; /* what reads the records where this file does not */
};

/* The head of one. */
struct record {
    uint32_t seconds; /* no sign: they last until 2106 */
    uint32_t fraction;
    uint32_t captured, wire_len;
};

static const struct file_ops file_pcap_by_libpcap;

static bool file_pcap_match(struct span head)
{
    struct rd rd = rd_make(head);
    uint32_t magic = rd_u32(&rd);
    uint32_t swapped = __builtin_bswap32(magic);
    return magic == FILE_PCAP_MICRO || swapped == FILE_PCAP_MICRO || magic == FILE_PCAP_NANO ||
           swapped == FILE_PCAP_NANO || magic == PCAPOLD_KUZNETZOV || swapped == PCAPOLD_KUZNETZOV;
}

/* What libpcap reads out of the file header, and whether the records are those of today. */
static enum err file_pcap_describe(struct file *file, bool *ret_plain)
{
    struct file_pcap *state = file->state;
    struct span header = window_see(&state->window, FILE_PCAP_HEADER);
    FILE *stream = fmemopen((void *)(uintptr_t)header.at, header.len, "r");
    if (stream == NULL)
        return ERR_MEMORY;
    char message[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_fopen_offline(stream, message);
    if (pcap == NULL) {
        fclose(stream);
        return file_damage(file, 0, "%s", message);
    }
    struct rd rd = rd_make(header);
    uint32_t magic = rd_u32(&rd);
    state->little = magic != FILE_PCAP_MICRO && magic != FILE_PCAP_NANO;
    if (state->little)
        magic = __builtin_bswap32(magic);
    state->unit = magic == FILE_PCAP_NANO ? 1 : 1000;
    state->linktype = pcap_datalink(pcap);
    state->snap = (uint32_t)pcap_snapshot(pcap);
    state->limit = state->snap < FILE_PACKET_MAX ? state->snap : FILE_PACKET_MAX;
    *ret_plain = (magic == FILE_PCAP_MICRO || magic == FILE_PCAP_NANO) &&
                 pcap_major_version(pcap) == 2 && pcap_minor_version(pcap) == 4;
    pcap_close(pcap); /* and the stream */
    return ERR_NONE;
}

static enum err file_pcap_open(struct file *file, size_t buffer)
{
    struct file_pcap *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    file->state = state;
    enum err err = window_init(&state->window, file->input, buffer);
    bool plain = false;
    if (err == ERR_NONE)
        err = file_pcap_describe(file, &plain);
    if (err != ERR_NONE)
        return err;
    if (plain) {
        window_take(&state->window, FILE_PCAP_HEADER);
        return ERR_NONE;
    }
    file->ops = &file_pcap_by_libpcap;
    return pcapold_open(file, &state->window, &state->old);
}

static void file_pcap_close(struct file *file)
{
    struct file_pcap *state = file->state;
    if (state == NULL)
        return;
    pcapold_close(state->old);
    window_done(&state->window);
    free(state);
}

static inline uint32_t file_pcap_u32(struct rd *rd, bool little)
{
    return little ? rd_u32le(rd) : rd_u32(rd);
}

static inline struct record file_pcap_record(struct span head, bool little)
{
    struct rd rd = rd_make(span_make(head.at, FILE_PCAP_RECORD));
    struct record record;
    record.seconds = file_pcap_u32(&rd, little);
    record.fraction = file_pcap_u32(&rd, little);
    record.captured = file_pcap_u32(&rd, little);
    record.wire_len = file_pcap_u32(&rd, little);
    return record;
}

/* Takes the record at the start of octets, which hold it whole. */
static inline int file_pcap_give(struct file_pcap *state, struct record record, struct span octets,
                                 struct packet *ret_packet)
{
    window_take(&state->window, FILE_PCAP_RECORD + (size_t)record.captured);
    ret_packet->time =
        (int64_t)record.seconds * CLOCK_SECOND + (int64_t)record.fraction * state->unit;
    ret_packet->data = span_make(octets.at + FILE_PCAP_RECORD, record.captured);
    ret_packet->wire_len = record.wire_len;
    ret_packet->linktype = state->linktype;
    return 1;
}

static int file_pcap_refuse(struct file *file, uint32_t captured)
{
    const struct file_pcap *state = file->state;
    uint64_t at = window_at(&state->window);
    if (captured <= FILE_PACKET_MAX)
        return file_damage(file, at, "a record longer than the snapshot length of %u", state->snap);
    return file_damage(file, at, "invalid packet capture length %u, bigger than %s of %u", captured,
                       captured > state->snap ? "snaplen" : "maximum",
                       captured > state->snap ? state->snap : FILE_PACKET_MAX);
}

/* A record that is not at hand, or that looks odd. */
static __attribute__((noinline)) int file_pcap_fetch(struct file *file, struct packet *ret_packet)
{
    struct file_pcap *state = file->state;
    uint64_t at = window_at(&state->window);
    struct span head = window_see(&state->window, FILE_PCAP_RECORD);
    if (head.len == 0 && input_failure(file->input) == NULL)
        return 0;
    if (head.len < FILE_PCAP_RECORD)
        return file_damage(file, at,
                           "truncated dump file; tried to read %d header bytes, only got %zu",
                           FILE_PCAP_RECORD, head.len);
    struct record record = file_pcap_record(head, state->little);
    if (record.captured > state->limit)
        return file_pcap_refuse(file, record.captured);
    if (record.captured == 0 && record.wire_len == 0 && record.seconds == 0)
        return file_damage(file, at, "zeros where a record should be");
    size_t len = FILE_PCAP_RECORD + (size_t)record.captured;
    struct span whole = window_see(&state->window, len);
    if (whole.len < len)
        return file_damage(file, at,
                           "truncated dump file; tried to read %u captured bytes, only got %zu",
                           record.captured, whole.len - FILE_PCAP_RECORD);
    return file_pcap_give(state, record, whole, ret_packet);
}

static int file_pcap_next(struct file *file, struct packet *ret_packet)
{
    struct file_pcap *state = file->state;
    struct span ready = window_ready(&state->window);
    if (__builtin_expect(ready.len < FILE_PCAP_RECORD, 0))
        return file_pcap_fetch(file, ret_packet);
    struct record record = file_pcap_record(ready, state->little);
    bool odd = record.captured - 1 >= state->limit; /* also where it is 0 */
    if (__builtin_expect(odd || record.captured > ready.len - FILE_PCAP_RECORD, 0))
        return file_pcap_fetch(file, ret_packet);
    return file_pcap_give(state, record, ready, ret_packet);
}

static int file_pcap_next_old(struct file *file, struct packet *ret_packet)
{
    const struct file_pcap *state = file->state;
    return pcapold_next(state->old, ret_packet);
}

const struct file_ops file_pcap = {
    .name = "pcap",
    .match = file_pcap_match,
    .open = file_pcap_open,
    .next = file_pcap_next,
    .close = file_pcap_close,
};

static const struct file_ops file_pcap_by_libpcap = {
    .name = "pcap",
    .match = file_pcap_match,
    .open = file_pcap_open,
    .next = file_pcap_next_old,
    .close = file_pcap_close,
};
