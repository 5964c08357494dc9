/* Makers of pcap and pcapng, and a reader that keeps notes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "capture/helper_files.h"

static char files_folder[1024];

void made_init(struct made *made, bool big, bool nano)
{
    buf_init(&made->buf, 1 << 24);
    made->big = big;
    made->nano = nano;
}

void made_done(struct made *made)
{
    buf_done(&made->buf);
}

static void made_octet(struct made *made, unsigned value)
{
    buf_add_octet(&made->buf, (uint8_t)value);
}

void made_u16(struct made *made, unsigned value)
{
    made_octet(made, made->big ? value >> 8 & 0xff : value & 0xff);
    made_octet(made, made->big ? value & 0xff : value >> 8 & 0xff);
}

void made_u32(struct made *made, uint32_t value)
{
    made_u16(made, made->big ? value >> 16 : value & 0xffff);
    made_u16(made, made->big ? value & 0xffff : value >> 16);
}

void made_zeros(struct made *made, size_t count)
{
    for (size_t i = 0; i < count; i++)
        made_octet(made, 0);
}

static void made_data(struct made *made, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        made_octet(made, len & 0xff);
}

void made_pcap(struct made *made, uint32_t snap, uint32_t linktype)
{
    made_u32(made, made->nano ? 0xa1b23c4d : 0xa1b2c3d4);
    made_u16(made, 2);
    made_u16(made, 4);
    made_u32(made, 0);
    made_u32(made, 0);
    made_u32(made, snap);
    made_u32(made, linktype);
}

void made_pcap_packet(struct made *made, int64_t time, uint32_t len)
{
    made_u32(made, (uint32_t)(time / CLOCK_SECOND));
    made_u32(made, (uint32_t)(time % CLOCK_SECOND / (made->nano ? 1 : 1000)));
    made_u32(made, len);
    made_u32(made, len);
    made_data(made, len);
}

/* A block round a body that make adds between begin and end. */
static size_t made_begin(struct made *made, uint32_t type)
{
    size_t start = made->buf.len;
    made_u32(made, type);
    made_u32(made, 0);
    return start;
}

static void made_end(struct made *made, size_t start)
{
    made_zeros(made, (4 - made->buf.len % 4) % 4);
    uint32_t length = (uint32_t)(made->buf.len - start) + 4;
    made_u32(made, length);
    memcpy(made->buf.at + start + 4, made->buf.at + made->buf.len - 4, 4);
}

void made_section(struct made *made)
{
    size_t start = made_begin(made, 0x0a0d0d0a);
    made_u32(made, 0x1a2b3c4d);
    made_u16(made, 1);
    made_u16(made, 0);
    made_u32(made, 0xffffffff);
    made_u32(made, 0xffffffff);
    made_u16(made, 3); /* an option: the operating system */
    made_u16(made, 5);
    buf_add(&made->buf, SPAN_LITERAL("Linux\0\0\0"));
    made_u32(made, 0);
    made_end(made, start);
}

void made_interface(struct made *made, unsigned linktype, uint32_t snap, int resolution,
                    int64_t offset)
{
    size_t start = made_begin(made, 1);
    made_u16(made, linktype);
    made_u16(made, 0);
    made_u32(made, snap);
    made_u16(made, 2); /* an option: the name */
    made_u16(made, 4);
    buf_add(&made->buf, SPAN_LITERAL("eth0"));
    if (resolution >= 0) {
        made_u16(made, 9);
        made_u16(made, 1);
        made_octet(made, (unsigned)resolution);
        made_zeros(made, 3);
    }
    if (offset != 0) {
        uint64_t bits = (uint64_t)offset;
        made_u16(made, 14);
        made_u16(made, 8);
        made_u32(made, (uint32_t)(made->big ? bits >> 32 : bits));
        made_u32(made, (uint32_t)(made->big ? bits : bits >> 32));
    }
    made_u32(made, 0);
    made_end(made, start);
}

void made_enhanced(struct made *made, uint32_t interface, uint64_t ticks, uint32_t len)
{
    size_t start = made_begin(made, 6);
    made_u32(made, interface);
    made_u32(made, (uint32_t)(ticks >> 32));
    made_u32(made, (uint32_t)ticks);
    made_u32(made, len);
    made_u32(made, len + 7);
    made_data(made, len);
    made_end(made, start);
}

void made_simple(struct made *made, uint32_t len)
{
    size_t start = made_begin(made, 3);
    made_u32(made, len);
    made_data(made, len);
    made_end(made, start);
}

void made_obsolete(struct made *made, unsigned interface, uint64_t ticks, uint32_t len)
{
    size_t start = made_begin(made, 2);
    made_u16(made, interface);
    made_u16(made, 3);
    made_u32(made, (uint32_t)(ticks >> 32));
    made_u32(made, (uint32_t)ticks);
    made_u32(made, len);
    made_u32(made, len);
    made_data(made, len);
    made_end(made, start);
}

void made_unknown(struct made *made, uint32_t type, uint32_t len)
{
    size_t start = made_begin(made, type);
    made_data(made, len);
    made_end(made, start);
}

int files_setup(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(files_folder, sizeof files_folder, "%s/mxtap-test-XXXXXX",
             folder == NULL ? "/tmp" : folder);
    return mkdtemp(files_folder) == NULL;
}

static void files_remove(const char *folder)
{
    DIR *list = opendir(folder);
    if (list == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        char *path;
        if (entry->d_name[0] == '.' || asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
            continue;
        if (unlink(path) != 0)
            files_remove(path);
        free(path);
    }
    closedir(list);
    rmdir(folder);
}

int files_teardown(void **state)
{
    (void)state;
    files_remove(files_folder);
    return 0;
}

const char *files_path(const char *name)
{
    static char paths[4][2048];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", files_folder, name);
    return path;
}

void files_put(const char *name, const struct buf *buf, size_t len, bool gzip)
{
    gzFile file = gzopen(files_path(name), gzip ? "wb" : "wbT");
    assert_non_null(file);
    if (len > 0)
        assert_int_equal(gzwrite(file, buf->at, (unsigned)len), len);
    gzclose(file);
}

static void files_damage(void *arg, const char *file, uint64_t byte, const char *cause)
{
    struct given *given = arg;
    given->damaged++;
    given->damage_at = byte;
    snprintf(given->damage_file, sizeof given->damage_file, "%s", file);
    snprintf(given->damage_cause, sizeof given->damage_cause, "%s", cause);
}

enum err files_read(const char *const *inputs, size_t count, struct given *ret_given)
{
    struct given *given = ret_given;
    given->count = given->damaged = 0;
    given->message[0] = '\0';
    struct capture_options options = {inputs, count, files_damage, given};
    struct capture *capture;
    enum err err = capture_open(&options, &capture, given->message, sizeof given->message);
    if (err != ERR_NONE)
        return err;
    struct packet packet;
    int got;
    while ((got = capture_next(capture, &packet)) == 1) {
        assert_true(given->count < FILES_PACKETS);
        for (size_t i = 0; i < packet.data.len; i++)
            assert_int_equal(packet.data.at[i], packet.data.len & 0xff);
        given->packets[given->count++] = packet;
        assert_int_equal(packet.number, given->count);
        char *source = given->count == 1 ? given->first : given->last;
        snprintf(source, sizeof given->last, "%s", packet.source);
    }
    assert_int_equal(got, 0);
    assert_int_equal(capture_next(capture, &packet), 0);
    capture_stats(capture, &given->stats);
    capture_progress(capture, &given->done, &given->all);
    assert_int_equal(given->stats.packets, given->count);
    assert_int_equal(given->stats.damaged, given->damaged);
    capture_close(capture);
    return ERR_NONE;
}

enum err files_read_one(const char *input, struct given *ret_given)
{
    return files_read(&input, 1, ret_given);
}
