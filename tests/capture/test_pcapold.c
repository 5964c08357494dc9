/*
 * pcap files in rare forms: Kuznetzov's records, versions 2.3 and 2.2; cut at every octet, damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "capture/helper_files.h"

#define START   INT64_C(1150697926123456000)
#define PACKETS 20
#define SNAP    100

enum form { FORM_KUZNETZOV, FORM_2_3, FORM_2_2, FORMS };

static struct given given;

static void make_header(struct made *made, enum form form)
{
    static const unsigned minor[FORMS] = {4, 3, 2};
    made_u32(made, form == FORM_KUZNETZOV ? 0xa1b2cd34 : 0xa1b2c3d4);
    made_u16(made, 2);
    made_u16(made, minor[form]);
    made_u32(made, 0);
    made_u32(made, 0);
    made_u32(made, SNAP);
    made_u32(made, 113); /* Linux cooked: to Ethernet libpcap adds 14 octets of snapshot length */
}

/* Two octets more were on the wire; before 2.3 they stand first, in 2.3 either may. */
static void make_record(struct made *made, enum form form, int64_t time, uint32_t len)
{
    bool swapped = form == FORM_2_2 || (form == FORM_2_3 && len % 2 == 1);
    made_u32(made, (uint32_t)(time / CLOCK_SECOND));
    made_u32(made, (uint32_t)(time % CLOCK_SECOND / 1000));
    made_u32(made, swapped ? len + 2 : len);
    made_u32(made, swapped ? len : len + 2);
    if (form == FORM_KUZNETZOV)
        made_zeros(made, 8);
    for (uint32_t i = 0; i < len; i++)
        buf_add_octet(&made->buf, (uint8_t)len);
}

/* Packets of 0 to 19 octets, a second apart; records[i] is where packet i starts. */
static void make(struct made *made, enum form form, size_t records[PACKETS + 1])
{
    make_header(made, form);
    for (uint32_t i = 0; i < PACKETS; i++) {
        records[i] = made->buf.len;
        make_record(made, form, START + i * CLOCK_SECOND, i);
    }
    records[PACKETS] = made->buf.len;
}

static void check(size_t count)
{
    assert_int_equal(given.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct packet *packet = &given.packets[i];
        assert_int_equal(packet->time, START + (int64_t)i * CLOCK_SECOND);
        assert_int_equal(packet->data.len, i);
        assert_int_equal(packet->wire_len, i + 2);
        assert_int_equal(packet->linktype, 113);
    }
}

static void test_forms(void **state)
{
    (void)state;
    for (unsigned variant = 0; variant < FORMS * 4; variant++) {
        struct made made;
        size_t records[PACKETS + 1];
        made_init(&made, variant & 1, false);
        make(&made, variant / 4, records);
        files_put("old.pcap", &made.buf, made.buf.len, variant & 2);
        assert_int_equal(files_read_one(files_path("old.pcap"), &given), 0);
        check(PACKETS);
        assert_int_equal(given.damaged, 0);
        assert_int_equal(given.done, given.all);
        made_done(&made);
    }
}

static void test_cut(void **state)
{
    (void)state;
    for (enum form form = 0; form < FORMS; form++) {
        struct made made;
        size_t records[PACKETS + 1];
        made_init(&made, false, false);
        make(&made, form, records);
        for (size_t len = 0; len < made.buf.len; len++) {
            files_put("cut.pcap", &made.buf, len, false);
            assert_int_equal(files_read_one(files_path("cut.pcap"), &given), 0);
            size_t whole = 0;
            while (whole < PACKETS && records[whole + 1] <= len)
                whole++;
            check(whole);
            bool boundary = len >= 24 && records[whole] == len;
            assert_int_equal(given.damaged, !boundary);
            if (!boundary)
                assert_int_equal(given.damage_at, len < 24 ? 0 : records[whole]);
        }
        made_done(&made);
    }
}

/* Packet 3 is damaged; packet 2 is just as long as the snapshot length. */
static void test_damage(void **state)
{
    (void)state;
    static const struct {
        uint32_t len;
        const char *cause;
    } bad[] = {{SNAP + 1, "snapshot length"}, {0x7fffffff, "bigger than"}, {0, "zeros"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct made made;
        made_init(&made, true, false);
        make_header(&made, FORM_KUZNETZOV);
        make_record(&made, FORM_KUZNETZOV, START, 1);
        make_record(&made, FORM_KUZNETZOV, START, SNAP);
        size_t at = made.buf.len;
        made_zeros(&made, 8);
        made_u32(&made, bad[i].len);
        made_u32(&made, bad[i].len);
        made_zeros(&made, 8 + 200);
        files_put("bad.pcap", &made.buf, made.buf.len, false);
        assert_int_equal(files_read_one(files_path("bad.pcap"), &given), 0);
        assert_int_equal(given.count, 2);
        assert_int_equal(given.damaged, 1);
        assert_int_equal(given.damage_at, at);
        assert_non_null(strstr(given.damage_cause, bad[i].cause));
        made_done(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
