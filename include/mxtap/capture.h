/*
 * capture: packets out of capture files (later: interfaces), one stream in time order.
 *
 * Called by app. Files are pcap (micro- and nanoseconds, both byte orders) and pcapng, each also
 * gzipped, "-" is standard input; a directory stands for its captures. Several inputs are merged by
 * time; rotated files, which do not overlap, are read one after the other, so that the number of
 * files is not limited by open descriptors. libpcap opens a pcap file and says what it is; its
 * records, and the blocks of a pcapng, are read in place (docs/adr/records-in-place.md).
 *
 * Packets lend their octets until the next capture_next. A damaged file is read up to the damage,
 * reported once through on_damage, and the other inputs go on. One thread a capture.
 */
#ifndef MXTAP_CAPTURE_H
#define MXTAP_CAPTURE_H

#include <mxtap/clock.h>
#include <mxtap/err.h>
#include <mxtap/span.h>

struct packet {
    int64_t time;       /* nanoseconds, clock.h */
    struct span data;   /* what was captured */
    uint32_t wire_len;  /* octets on the wire; >= data.len unless the file lies */
    int linktype;       /* LINKTYPE_ value as pcap_datalink() gives it (DLT_) */
    uint64_t number;    /* from 1, over all inputs */
    const char *source; /* file name as given or found; lives as long as the capture */
};

struct capture_options {
    const char *const *inputs; /* files, directories, "-" */
    size_t input_count;
    /* Called for each input that cannot be read whole: byte is the offset of the damage in the file
     * (in what gzip holds, for .gz, and then the cause says so). */
    void (*on_damage)(void *arg, const char *file, uint64_t byte, const char *cause);
    void *arg;
};

struct capture_stats {
    uint64_t packets, octets; /* octets: captured */
    uint64_t files, damaged;  /* inputs opened, inputs with damage */
    uint64_t kernel_drops, interface_drops;
};

struct capture;

/* ERR_SYSTEM where an input does not exist or cannot be opened (message says which; up to 200
 * octets, may be NULL); an input that opens but is no capture is damage at byte 0. */
enum err capture_open(const struct capture_options *options, struct capture **ret_capture,
                      char *ret_message, size_t message_size) MXTAP_MUST_CHECK;
void capture_close(struct capture *capture);

/* 1 and a packet; 0 at the end of all inputs; a negative err otherwise. */
int capture_next(struct capture *capture, struct packet *ret_packet) MXTAP_MUST_CHECK;

void capture_stats(const struct capture *capture, struct capture_stats *ret_stats);

/* Octets of the input files read so far and in all (compressed sizes; 0 for what cannot be known,
 * such as standard input): for the progress bar. */
void capture_progress(const struct capture *capture, uint64_t *ret_done, uint64_t *ret_all);

#endif
