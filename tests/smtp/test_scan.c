/* The scanner: all kernels against a reference that reads octet by octet. */
#include "scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define ROUNDS  4000
#define LONGEST 2600

struct reference {
    uint64_t bare_lf, bare_cr, nul, long_lines, line;
    uint8_t last;
};

/* One octet after the other, as the comment in scan.h says it. */
static void reference_octet(struct reference *reference, uint8_t octet)
{
    bool after_cr = reference->last == '\r';
    if (after_cr && octet != '\n')
        reference->bare_cr++;
    if (octet == '\n') {
        reference->bare_lf += !after_cr;
        reference->long_lines += reference->line - (after_cr ? 1 : 0) > SCAN_LINE_MAX;
        reference->line = 0;
    } else {
        reference->line++;
    }
    reference->nul += octet == 0;
    reference->last = octet;
}

static size_t reference_run(struct reference *reference, struct span data)
{
    for (size_t i = 0; i < data.len; i++) {
        if (data.at[i] == '.' && (reference->last == '\r' || reference->last == '\n'))
            return i;
        reference_octet(reference, data.at[i]);
    }
    return data.len;
}

static void fill(uint8_t *at, size_t len, unsigned *state)
{
    static const uint8_t odd[] = {'\r', '\n', '.', 0, '\r', '\n'};
    unsigned rarity = 1 + (unsigned)rand_r(state) % 60;
    for (size_t i = 0; i < len; i++) {
        at[i] = (uint8_t)('a' + rand_r(state) % 26);
        if ((unsigned)rand_r(state) % rarity == 0)
            at[i] = odd[(unsigned)rand_r(state) % sizeof odd];
        if (i + 1 < len && rand_r(state) % 70 == 0) {
            at[i++] = '\r';
            at[i] = '\n';
        }
    }
    if (rand_r(state) % 4 == 0)
        memset(at, 'x', len * 9 / 10); /* long lines */
}

static void check_kernel(const struct scan_kernel *kernel)
{
    uint8_t data[LONGEST];
    unsigned state = 7;
    if (kernel == NULL)
        return;
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = (size_t)rand_r(&state) % LONGEST;
        fill(data, len, &state);
        struct scan scan;
        struct reference reference = {.last = '\n'};
        scan_init(&scan, kernel);
        size_t at = 0;
        while (at < len) {
            /* In two pieces at a random place, and past each dot by hand. */
            struct span piece =
                span_head(span_make(data + at, len - at), 1 + (size_t)rand_r(&state) % LONGEST);
            size_t got = scan_run(&scan, piece), want = reference_run(&reference, piece);
            assert_int_equal(got, want);
            at += got;
            if (got < piece.len) {
                scan_all(&scan, span_make(data + at, 1));
                reference_octet(&reference, data[at]);
                at++;
            }
        }
        assert_int_equal(scan.bare_lf, reference.bare_lf);
        assert_int_equal(scan.bare_cr, reference.bare_cr);
        assert_int_equal(scan.nul, reference.nul);
        assert_int_equal(scan.long_lines, reference.long_lines);
    }
}

static void plain(void **state)
{
    (void)state;
    check_kernel(&scan_kernel_plain);
}

static void sse2(void **state)
{
    (void)state;
    check_kernel(scan_kernel_sse2());
}

static void avx2(void **state)
{
    (void)state;
    check_kernel(scan_kernel_avx2());
}

/* Not an assertion about time: machines differ. The number is there to be looked at. */
static void speed(void **state)
{
    (void)state;
    uint8_t packet[1460];
    unsigned rounds = 20000;
    for (size_t i = 0; i < sizeof packet; i++)
        packet[i] = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : (uint8_t)('a' + i % 26);
    struct scan scan;
    struct timespec start, end;
    scan_init(&scan, scan_kernel_best());
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (unsigned i = 0; i < rounds; i++)
        assert_int_equal(scan_run(&scan, span_make(packet, sizeof packet)), sizeof packet);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double ns = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
    print_message("%.0f ns for a packet of 1460 octets\n", ns / rounds);
    assert_int_equal(scan.bare_lf + scan.nul + scan.long_lines, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),
        cmocka_unit_test(sse2),
        cmocka_unit_test(avx2),
        cmocka_unit_test(speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
