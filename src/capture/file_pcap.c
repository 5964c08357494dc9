/*
 * pcap files through libpcap, which reads from a FILE: the file's own where it can be read as it
 * lies, since stdio is quickest there, else one of ours (fopencookie) over input.h.
 *
 * libpcap does not say where a record starts; it is counted here: file header 24 octets, each
 * record its header and what it captured. Of a record that claims more octets than the snapshot
 * length libpcap hands out the first and skips the rest; the stream's position gives that away, and
 * it is damage, for no capturing program writes such a record.
 */
#include "file.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>

#define FILE_PCAP_HEADER           24
#define FILE_PCAP_RECORD           16
#define FILE_PCAP_RECORD_KUZNETZOV 24 /* with interface, protocol and packet type */

struct file_pcap {
    pcap_t *pcap;
    FILE *stream;
    char *buffer;    /* of the stream */
    uint64_t at;     /* octet where the next record starts */
    uint32_t record; /* octets of a record's header */
    uint32_t snap;
    int linktype;
    uint64_t taken; /* octets that the stream has taken from the input */
};

static uint32_t file_pcap_magic(struct span head)
{
    return (uint32_t)head.at[0] << 24 | (uint32_t)head.at[1] << 16 | (uint32_t)head.at[2] << 8 |
           head.at[3];
}

static bool file_pcap_match(struct span head)
{
    static const uint32_t magics[] = {
        0xa1b2c3d4, /* microseconds */
        0xa1b23c4d, /* nanoseconds */
        0xa1b2cd34, /* Kuznetzov's longer records */
    };
    uint32_t magic = file_pcap_magic(head);
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (magic == magics[i] || magic == __builtin_bswap32(magics[i]))
            return true;
    return false;
}

static ssize_t file_pcap_read(void *cookie, char *at, size_t size)
{
    struct file *file = cookie;
    struct file_pcap *state = file->state;
    ssize_t got = input_read(file->input, at, size);
    if (got > 0)
        state->taken += (uint64_t)got;
    return got;
}

/* Only ftello asks: the position, never a move. */
static int file_pcap_seek(void *cookie, off64_t *offset, int whence)
{
    const struct file *file = cookie;
    const struct file_pcap *state = file->state;
    if (*offset != 0 || whence != SEEK_CUR)
        return -1;
    *offset = (off64_t)state->taken;
    return 0;
}

static enum err file_pcap_stream(struct file *file, size_t buffer)
{
    struct file_pcap *state = file->state;
    state->buffer = malloc(buffer);
    state->stream = input_stream(file->input);
    if (state->stream == NULL)
        state->stream = fopencookie(
            file, "r", (cookie_io_functions_t){.read = file_pcap_read, .seek = file_pcap_seek});
    if (state->buffer == NULL || state->stream == NULL ||
        setvbuf(state->stream, state->buffer, _IOFBF, buffer) != 0)
        return ERR_MEMORY;
    __fsetlocking(state->stream, FSETLOCKING_BYCALLER); /* one thread a file */
    return ERR_NONE;
}

static enum err file_pcap_open(struct file *file, size_t buffer)
{
    struct file_pcap *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    file->state = state;
    enum err err = file_pcap_stream(file, buffer);
    if (err != ERR_NONE)
        return err;
    char message[PCAP_ERRBUF_SIZE];
    state->pcap = pcap_fopen_offline_with_tstamp_precision(state->stream,
                                                           PCAP_TSTAMP_PRECISION_NANO, message);
    if (state->pcap == NULL)
        return file_damage(file, 0, "%s", message);
    uint32_t magic = file_pcap_magic(input_head(file->input));
    state->record =
        magic == 0xa1b2cd34 || magic == 0x34cdb2a1 ? FILE_PCAP_RECORD_KUZNETZOV : FILE_PCAP_RECORD;
    state->at = FILE_PCAP_HEADER;
    state->linktype = pcap_datalink(state->pcap);
    state->snap = (uint32_t)pcap_snapshot(state->pcap);
    return ERR_NONE;
}

static void file_pcap_close(struct file *file)
{
    struct file_pcap *state = file->state;
    if (state == NULL)
        return;
    if (state->pcap != NULL)
        pcap_close(state->pcap); /* and the stream */
    else if (state->stream != NULL)
        fclose(state->stream);
    free(state->buffer);
    free(state);
}

static int file_pcap_stop(struct file *file, int got)
{
    struct file_pcap *state = file->state;
    if (got == PCAP_ERROR_BREAK)
        return 0;
    return file_damage(file, state->at, "%s", pcap_geterr(state->pcap));
}

/* A record whose length is that of a longer one, or nothing at all: 1 where it is sound. */
static __attribute__((cold, noinline)) int file_pcap_doubt(struct file *file,
                                                           const struct pcap_pkthdr *header)
{
    const struct file_pcap *state = file->state;
    uint64_t next = state->at + state->record + header->caplen;
    if (header->caplen == state->snap && (uint64_t)ftello(state->stream) != next)
        return file_damage(file, state->at, "a record longer than the snapshot length of %u",
                           state->snap);
    if (header->len == 0 && header->caplen == 0 && header->ts.tv_sec == 0)
        return file_damage(file, state->at, "zeros where a record should be");
    return 1;
}

static int file_pcap_next(struct file *file, struct packet *ret_packet)
{
    struct file_pcap *state = file->state;
    struct pcap_pkthdr *header;
    const u_char *data;
    int got = pcap_next_ex(state->pcap, &header, &data);
    if (__builtin_expect(got != 1, 0))
        return file_pcap_stop(file, got);
    if (__builtin_expect(header->caplen == state->snap || header->caplen == 0, 0)) {
        got = file_pcap_doubt(file, header);
        if (got != 1)
            return got;
    }
    state->at += state->record + header->caplen;
    /* libpcap widens the 32 bits of seconds with their sign; they have none. */
    ret_packet->time = (int64_t)(uint32_t)header->ts.tv_sec * CLOCK_SECOND + header->ts.tv_usec;
    ret_packet->data = span_make(data, header->caplen);
    ret_packet->wire_len = header->len;
    ret_packet->linktype = state->linktype;
    return 1;
}

const struct file_ops file_pcap = {
    .name = "pcap",
    .match = file_pcap_match,
    .open = file_pcap_open,
    .next = file_pcap_next,
    .close = file_pcap_close,
};
