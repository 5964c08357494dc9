/* load.c: zlib reads the file (plain bytes pass through it), libpcap takes it apart. */
#include "load.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "wire.h"

enum { LOAD_CHUNK = 1 << 20 };

static uint8_t *load_bytes(const char *path, size_t *ret_size)
{
    gzFile in = strcmp(path, "-") == 0 ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rb");
    if (in == NULL)
        capture_die("cannot open %s", path);
    uint8_t *bytes = NULL;
    size_t size = 0;
    for (;;) {
        uint8_t *grown = realloc(bytes, size + LOAD_CHUNK);
        if (grown == NULL)
            capture_die("out of memory");
        bytes = grown;
        int got = gzread(in, bytes + size, LOAD_CHUNK);
        if (got < 0)
            capture_die("cannot read %s", path);
        if (got == 0)
            break;
        size += (size_t)got;
    }
    gzclose(in);
    if (size == 0)
        capture_die("%s is empty", path);
    *ret_size = size;
    return bytes;
}

/* Length of the link header, 0 when no IP follows. */
static uint32_t load_link_length(int link, const uint8_t *frame, uint32_t len)
{
    uint32_t type_at = link == DLT_EN10MB ? 12 : 14;
    uint32_t at = type_at + 2;
    if (len < at)
        return 0;
    uint16_t type = wire_get16(frame + type_at);
    while (type == 0x8100 || type == 0x88a8) {
        if (len < at + 4)
            return 0;
        type = wire_get16(frame + at + 2);
        at += 4;
    }
    return type == 0x0800 || type == 0x86dd ? at : 0;
}

static uint32_t load_ip_length(const uint8_t *ip, uint32_t len)
{
    if (len >= 20 && ip[0] >> 4 == 4)
        return wire_get16(ip + 2);
    if (len >= 40 && ip[0] >> 4 == 6)
        return 40u + wire_get16(ip + 4);
    return 0;
}

static void load_packet(struct capture *cap, int link, const struct pcap_pkthdr *header,
                        const uint8_t *frame)
{
    static const uint8_t made_up[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
    uint32_t skip = link == DLT_RAW ? 0 : load_link_length(link, frame, header->caplen);
    if (link != DLT_RAW && skip == 0)
        return;
    uint32_t wire_len = load_ip_length(frame + skip, header->caplen - skip);
    if (wire_len == 0)
        return;
    struct packet packet = {.link = LINK_IP, .wire_len = wire_len, .len = wire_len};
    if (packet.len > header->caplen - skip)
        packet.len = header->caplen - skip;
    packet.ns = (uint64_t)header->ts.tv_sec * 1000000000u + (uint64_t)header->ts.tv_usec;
    memcpy(packet.mac, link == DLT_EN10MB ? frame : made_up, sizeof packet.mac);
    packet.bytes = capture_alloc(packet.len);
    memcpy(packet.bytes, frame + skip, packet.len);
    capture_add(cap, packet);
}

struct capture load_file(const char *path)
{
    size_t size;
    uint8_t *bytes = load_bytes(path, &size);
    FILE *file = fmemopen(bytes, size, "rb");
    if (file == NULL)
        capture_die("cannot open a memory stream");
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap =
        pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error);
    if (pcap == NULL)
        capture_die("%s: %s", path, error);
    int link = pcap_datalink(pcap);
    if (link != DLT_EN10MB && link != DLT_RAW && link != DLT_LINUX_SLL)
        capture_die("%s: link type %d is not one this tool reads", path, link);
    struct capture cap = {.shape = {.form = FORM_PCAP, .resolution = 6}};
    struct pcap_pkthdr *header;
    const uint8_t *frame;
    int got;
    while ((got = pcap_next_ex(pcap, &header, &frame)) == 1)
        load_packet(&cap, link, header, frame);
    if (got == PCAP_ERROR)
        capture_die("%s: %s", path, pcap_geterr(pcap));
    pcap_close(pcap);
    free(bytes);
    return cap;
}
