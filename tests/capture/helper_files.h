/*
 * files: capture files made on the fly, and what a capture gives for them.
 *
 * A maker writes the octets of a format into a buf in either byte order; files_put writes a buf, or
 * the start of it, to a file in a folder of the test's own, gzipped if wanted.
 */
#ifndef HELPER_FILES_H
#define HELPER_FILES_H

#include <mxtap/buf.h>
#include <mxtap/capture.h>

#define FILES_PACKETS 4096

struct made {
    struct buf buf;
    bool big; /* byte order */
    bool nano;
};

void made_init(struct made *made, bool big, bool nano);
void made_done(struct made *made);
void made_u16(struct made *made, unsigned value);
void made_u32(struct made *made, uint32_t value);
void made_zeros(struct made *made, size_t count);

void made_pcap(struct made *made, uint32_t snap, uint32_t linktype);
/* A packet of len octets, each of value len; time in nanoseconds. */
void made_pcap_packet(struct made *made, int64_t time, uint32_t len);

void made_section(struct made *made);
/* resolution < 0, offset 0: no option. */
void made_interface(struct made *made, unsigned linktype, uint32_t snap, int resolution,
                    int64_t offset);
void made_enhanced(struct made *made, uint32_t interface, uint64_t ticks, uint32_t len);
void made_simple(struct made *made, uint32_t len);
void made_obsolete(struct made *made, unsigned interface, uint64_t ticks, uint32_t len);
void made_unknown(struct made *made, uint32_t type, uint32_t len);

/* The folder, made in $TMPDIR, and its files; setup and teardown of a cmocka group. */
int files_setup(void **state);
int files_teardown(void **state);
const char *files_path(const char *name); /* one of four, kept until the fourth call after */
void files_put(const char *name, const struct buf *buf, size_t len, bool gzip);

/* What a capture gave. */
struct given {
    size_t count;
    struct packet packets[FILES_PACKETS]; /* data.at and source are gone */
    char first[2048], last[2048];         /* their sources */
    size_t damaged;
    uint64_t damage_at;
    char damage_file[4096];
    char damage_cause[400];
    char message[200];
    struct capture_stats stats;
    uint64_t done, all;
};

/* Reads all inputs to the end; the err of capture_open. */
enum err files_read(const char *const *inputs, size_t count, struct given *ret_given);
enum err files_read_one(const char *input, struct given *ret_given);

#endif
