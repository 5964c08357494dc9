/*
 * libpcap over a window: it reads from a FILE, which is one of ours (fopencookie).
 *
 * libpcap does not say where a record starts; it is counted here: file header 24 octets, each
 * record its header and what it captured. Of a record that claims more octets than the snapshot
 * length libpcap hands out the first and skips the rest; the stream's position gives that away.
 */
#include "pcapold.h"

#include <mxtap/rd.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#define PCAPOLD_HEADER           24
#define PCAPOLD_RECORD           16
#define PCAPOLD_RECORD_KUZNETZOV 24 /* with interface, protocol and packet type */

struct pcapold {
    struct file *file;
    struct window *window;
    pcap_t *pcap;
    FILE *stream;
    uint64_t at;     /* octet where the next record starts */
    uint32_t record; /* octets of a record's header */
    uint32_t snap;
};

static ssize_t pcapold_read(void *cookie, char *at, size_t size)
{
    const struct pcapold *old = cookie;
    (void)window_see(old->window, 1);
    struct span seen = span_head(window_ready(old->window), size);
    if (seen.len == 0)
        return input_failure(old->file->input) == NULL ? 0 : -1;
    memcpy(at, seen.at, seen.len);
    window_take(old->window, seen.len);
    return (ssize_t)seen.len;
}

/* Only ftello asks: the position, never a move. */
static int pcapold_seek(void *cookie, off64_t *offset, int whence)
{
    const struct pcapold *old = cookie;
    if (*offset != 0 || whence != SEEK_CUR)
        return -1;
    *offset = (off64_t)window_at(old->window);
    return 0;
}

enum err pcapold_open(struct file *file, struct window *window, struct pcapold **ret_old)
{
    struct pcapold *old = calloc(1, sizeof *old);
    if (old == NULL)
        return ERR_MEMORY;
    *ret_old = old;
    *old = (struct pcapold){.file = file, .window = window, .at = PCAPOLD_HEADER};
    struct rd rd = rd_make(input_head(file->input));
    uint32_t magic = rd_u32(&rd);
    bool longer = magic == PCAPOLD_KUZNETZOV || __builtin_bswap32(magic) == PCAPOLD_KUZNETZOV;
    old->record = longer ? PCAPOLD_RECORD_KUZNETZOV : PCAPOLD_RECORD;
    old->stream =
        fopencookie(old, "r", (cookie_io_functions_t){.read = pcapold_read, .seek = pcapold_seek});
    if (old->stream == NULL)
        return ERR_MEMORY;
    char message[PCAP_ERRBUF_SIZE];
    old->pcap =
        pcap_fopen_offline_with_tstamp_precision(old->stream, PCAP_TSTAMP_PRECISION_NANO, message);
    if (old->pcap == NULL)
        return file_damage(file, 0, "%s", message);
    old->snap = (uint32_t)pcap_snapshot(old->pcap);
    return ERR_NONE;
}

void pcapold_close(struct pcapold *old)
{
    if (old == NULL)
        return;
    if (old->pcap != NULL)
        pcap_close(old->pcap); /* and the stream */
    else if (old->stream != NULL)
        fclose(old->stream);
    free(old);
}

/* What looks like a record and is none: 1 where it is sound. */
static int pcapold_check(struct pcapold *old, const struct pcap_pkthdr *header)
{
    uint64_t next = old->at + old->record + header->caplen;
    if (header->caplen == old->snap && (uint64_t)ftello(old->stream) != next)
        return file_damage(old->file, old->at, "a record longer than the snapshot length of %u",
                           old->snap);
    if (header->len == 0 && header->caplen == 0 && header->ts.tv_sec == 0)
        return file_damage(old->file, old->at, "zeros where a record should be");
    old->at = next;
    return 1;
}

int pcapold_next(struct pcapold *old, struct packet *ret_packet)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int got = pcap_next_ex(old->pcap, &header, &data);
    if (got == PCAP_ERROR_BREAK)
        return 0;
    if (got != 1)
        return file_damage(old->file, old->at, "%s", pcap_geterr(old->pcap));
    got = pcapold_check(old, header);
    if (got != 1)
        return got;
    /* libpcap widens the 32 bits of seconds with their sign; they have none. */
    ret_packet->time = (int64_t)(uint32_t)header->ts.tv_sec * CLOCK_SECOND + header->ts.tv_usec;
    ret_packet->data = span_make(data, header->caplen);
    ret_packet->wire_len = header->len;
    ret_packet->linktype = pcap_datalink(old->pcap);
    return 1;
}
