/*
 * pcap files: both byte orders and resolutions, plain and gzipped, cut at every octet, damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/helper_files.h"

#define START   INT64_C(1150697926123456000)
#define PACKETS 20

static struct given given;

/* Packets of 0 to 19 octets, a second apart; records[i] is where packet i starts. */
static void make(struct made *made, size_t records[PACKETS + 1])
{
    made_pcap(made, 65535, 1);
    for (uint32_t i = 0; i < PACKETS; i++) {
        records[i] = made->buf.len;
        made_pcap_packet(made, START + i * CLOCK_SECOND + (made->nano ? 789 : 0), i);
    }
    records[PACKETS] = made->buf.len;
}

static void check(size_t count, bool nano)
{
    assert_int_equal(given.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct packet *packet = &given.packets[i];
        assert_int_equal(packet->time, START + (int64_t)i * CLOCK_SECOND + (nano ? 789 : 0));
        assert_int_equal(packet->data.len, i);
        assert_int_equal(packet->wire_len, i);
        assert_int_equal(packet->linktype, 1);
    }
}

static void test_formats(void **state)
{
    (void)state;
    for (unsigned variant = 0; variant < 8; variant++) {
        struct made made;
        size_t records[PACKETS + 1];
        made_init(&made, variant & 1, variant & 2);
        make(&made, records);
        files_put("one.pcap", &made.buf, made.buf.len, variant & 4);
        assert_int_equal(files_read_one(files_path("one.pcap"), &given), 0);
        check(PACKETS, made.nano);
        assert_int_equal(given.damaged, 0);
        assert_int_equal(given.stats.files, 1);
        assert_int_equal(given.stats.octets, PACKETS * (PACKETS - 1) / 2);
        assert_int_equal(given.done, given.all);
        assert_true(given.all > 0);
        assert_string_equal(given.first, files_path("one.pcap"));
        made_done(&made);
    }
}

static void test_cut(void **state)
{
    (void)state;
    for (unsigned variant = 0; variant < 4; variant++) {
        struct made made;
        size_t records[PACKETS + 1];
        made_init(&made, variant & 1, false);
        make(&made, records);
        for (size_t len = 0; len < made.buf.len; len++) {
            files_put("cut.pcap", &made.buf, len, variant & 2);
            assert_int_equal(files_read_one(files_path("cut.pcap"), &given), 0);
            size_t whole = 0;
            while (whole < PACKETS && records[whole + 1] <= len)
                whole++;
            check(whole, false);
            bool boundary = len >= 24 && records[whole] == len;
            assert_int_equal(given.damaged, !boundary);
            if (!boundary)
                assert_int_equal(given.damage_at, len < 24 ? 0 : records[whole]);
        }
        made_done(&made);
    }
}

static void test_cut_gzip(void **state)
{
    (void)state;
    struct made made;
    size_t records[PACKETS + 1];
    made_init(&made, false, false);
    make(&made, records);
    files_put("all.gz", &made.buf, made.buf.len, true);
    uint8_t octets[4096];
    FILE *file = fopen(files_path("all.gz"), "rb");
    assert_non_null(file);
    size_t size = fread(octets, 1, sizeof octets, file);
    fclose(file);
    size_t before = 0;
    for (size_t len = 1; len < size; len++) {
        struct buf part = {.at = octets, .len = len};
        files_put("cut.gz", &part, len, false);
        assert_int_equal(files_read_one(files_path("cut.gz"), &given), 0);
        assert_true(given.count >= before && given.count <= PACKETS);
        before = given.count;
        check(given.count, false);
        assert_int_equal(given.damaged, 1);
        assert_true(given.damage_at <= made.buf.len);
        if (given.count > 0)
            assert_non_null(strstr(given.damage_cause, "gzip data ends early"));
    }
    assert_int_equal(before, PACKETS);
    octets[size / 2] ^= 0x55;
    struct buf part = {.at = octets, .len = size};
    files_put("cut.gz", &part, size, false);
    assert_int_equal(files_read_one(files_path("cut.gz"), &given), 0);
    assert_int_equal(given.damaged, 1);
    made_done(&made);
}

/* Members one behind another, as gzip -c >> makes them; zeros at the end are padding. */
static void test_gzip_members(void **state)
{
    (void)state;
    struct made made;
    size_t records[PACKETS + 1];
    made_init(&made, false, false);
    make(&made, records);
    struct buf joined;
    buf_init(&joined, 1 << 16);
    for (size_t part = 0; part < 2; part++) {
        struct buf half = {.at = made.buf.at + (part == 0 ? 0 : records[7]), .len = 0};
        half.len = part == 0 ? records[7] : records[PACKETS] - records[7];
        files_put("half.gz", &half, half.len, true);
        FILE *file = fopen(files_path("half.gz"), "rb");
        assert_non_null(file);
        for (int octet; (octet = fgetc(file)) != EOF;)
            buf_add_octet(&joined, (uint8_t)octet);
        fclose(file);
    }
    for (size_t zeros = 0; zeros < 3; zeros++) {
        files_put("joined.gz", &joined, joined.len, false);
        assert_int_equal(files_read_one(files_path("joined.gz"), &given), 0);
        check(PACKETS, false);
        assert_int_equal(given.damaged, 0);
        buf_add_octet(&joined, 0);
    }
    buf_add_text(&joined, "garbage");
    files_put("joined.gz", &joined, joined.len, false);
    assert_int_equal(files_read_one(files_path("joined.gz"), &given), 0);
    check(PACKETS, false);
    assert_int_equal(given.damaged, 1);
    assert_int_equal(given.damage_at, made.buf.len);
    buf_done(&joined);
    made_done(&made);
}

/* A good file with a bad record in place of packet 3. */
static void damaged_record(uint32_t captured, uint32_t wire, uint32_t follows, const char *cause)
{
    for (unsigned big = 0; big < 2; big++) {
        struct made made;
        made_init(&made, big, false);
        made_pcap(&made, 100, 1);
        for (uint32_t i = 0; i < 3; i++)
            made_pcap_packet(&made, START + i * CLOCK_SECOND, i);
        size_t at = made.buf.len;
        made_zeros(&made, 8);
        made_u32(&made, captured);
        made_u32(&made, wire);
        made_zeros(&made, follows);
        made_pcap_packet(&made, START, 5);
        files_put("bad.pcap", &made.buf, made.buf.len, false);
        assert_int_equal(files_read_one(files_path("bad.pcap"), &given), 0);
        check(3, false);
        assert_int_equal(given.damaged, 1);
        assert_int_equal(given.damage_at, at);
        assert_non_null(strstr(given.damage_cause, cause));
        made_done(&made);
    }
}

static void test_damage(void **state)
{
    (void)state;
    damaged_record(101, 101, 101, "snapshot length");
    damaged_record(60000, 60000, 60000, "snapshot length");
    damaged_record(0x7fffffff, 0x7fffffff, 100, "bigger than");
    damaged_record(0xffffffff, 60, 100, "bigger than");
    damaged_record(0, 0, 100, "zeros");
}

/* A packet exactly as long as the snapshot length is none. */
static void test_snap_length(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, false, true);
    made_pcap(&made, 10, 101);
    for (uint32_t i = 0; i < 1000; i++)
        made_pcap_packet(&made, START + i, i % 11);
    files_put("snap.pcap", &made.buf, made.buf.len, false);
    assert_int_equal(files_read_one(files_path("snap.pcap"), &given), 0);
    assert_int_equal(given.count, 1000);
    assert_int_equal(given.damaged, 0);
    made_done(&made);
}

static void test_other_files(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        size_t len;
        const char *cause;
    } others[] = {
        {"", 0, "empty file"},
        {"ab", 2, "only 2 octets"},
        {"PK\3\4", 4, "starts with 50 4b 03 04"},
        {"\x1f\x8b garbage", 10, "gzip"},
        {"\xd4\xc3\xb2\xa1\1\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24, "archaic"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct buf buf = {.at = (uint8_t *)(uintptr_t)others[i].octets, .len = others[i].len};
        files_put("other", &buf, buf.len, false);
        assert_int_equal(files_read_one(files_path("other"), &given), 0);
        assert_int_equal(given.count, 0);
        assert_int_equal(given.damaged, 1);
        assert_int_equal(given.damage_at, 0);
        assert_non_null(strstr(given.damage_cause, others[i].cause));
    }
}

/* Seconds have 32 bits and no sign: they last until 2106. */
static void test_late_time(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, true, false);
    made_pcap(&made, 100, 1);
    made_pcap_packet(&made, INT64_C(4000000000) * CLOCK_SECOND, 1);
    files_put("late.pcap", &made.buf, made.buf.len, false);
    assert_int_equal(files_read_one(files_path("late.pcap"), &given), 0);
    assert_int_equal(given.packets[0].time, INT64_C(4000000000) * CLOCK_SECOND);
    made_done(&made);
}

/* Records of any length, at all places of the read buffer, and longer than it. */
static void test_long_records(void **state)
{
    (void)state;
    for (unsigned variant = 0; variant < 4; variant++) {
        struct made made;
        made_init(&made, variant & 1, false);
        made_pcap(&made, 262144, 1);
        for (uint32_t i = 0; i < 100; i++)
            made_pcap_packet(&made, START, i % 10 == 0 ? 262144 - i : i * 907);
        files_put("long.pcap", &made.buf, made.buf.len, variant & 2);
        assert_int_equal(files_read_one(files_path("long.pcap"), &given), 0);
        assert_int_equal(given.count, 100);
        assert_int_equal(given.damaged, 0);
        for (uint32_t i = 0; i < 100; i++)
            assert_int_equal(given.packets[i].data.len, i % 10 == 0 ? 262144 - i : i * 907);
        made_done(&made);
    }
}

/* Whatever the snapshot length, no packet is longer than FILE_PACKET_MAX; 0 means no limit. */
static void test_ceiling(void **state)
{
    (void)state;
    static const uint32_t snaps[] = {0, 0x7fffffff, 0xffffffff};
    for (size_t i = 0; i < sizeof snaps / sizeof *snaps; i++) {
        struct made made;
        made_init(&made, false, false);
        made_pcap(&made, snaps[i], 1);
        made_pcap_packet(&made, START, 262144);
        made_pcap_packet(&made, START, 262145);
        files_put("ceiling.pcap", &made.buf, made.buf.len, false);
        assert_int_equal(files_read_one(files_path("ceiling.pcap"), &given), 0);
        assert_int_equal(given.count, 1);
        assert_int_equal(given.damaged, 1);
        assert_int_equal(given.damage_at, 24 + 16 + 262144);
        assert_non_null(strstr(given.damage_cause, "262145, bigger than"));
        made_done(&made);
    }
}

/* A version that libpcap does not know is refused in its words. */
static void test_version(void **state)
{
    (void)state;
    struct made made;
    size_t records[PACKETS + 1];
    made_init(&made, false, false);
    make(&made, records);
    made.buf.at[6] = 5;
    files_put("version.pcap", &made.buf, made.buf.len, false);
    assert_int_equal(files_read_one(files_path("version.pcap"), &given), 0);
    assert_int_equal(given.count, 0);
    assert_int_equal(given.damaged, 1);
    assert_int_equal(given.damage_at, 0);
    assert_non_null(strstr(given.damage_cause, "unsupported pcap savefile version 2.5"));
    made_done(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),      cmocka_unit_test(test_cut),
        cmocka_unit_test(test_cut_gzip),     cmocka_unit_test(test_gzip_members),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_snap_length),
        cmocka_unit_test(test_other_files),  cmocka_unit_test(test_late_time),
        cmocka_unit_test(test_long_records), cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_version),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
