/*
 * scan: one pass over the octets of a message.
 *
 * Finds the next dot that follows a CR or LF (the only place where something can happen: an end of
 * data, a look-alike, a stuffed dot) and counts on its way what RFC 5322 does not allow: bare LF,
 * bare CR, NUL, lines longer than 998 octets. Blocks of 64 octets become bit masks, by AVX2, SSE2
 * or plain C, whichever the machine has; the rest is the same code for all.
 */
#ifndef SMTP_SCAN_H
#define SMTP_SCAN_H

#include <mxtap/span.h>

#define SCAN_LINE_MAX 998 /* RFC 5322 2.1.1, without CR LF */

/* Where in a block of 64 octets an octet stands: bit 0 is the first. */
struct scan_mask {
    uint64_t lf, cr, dot, nul;
};

struct scan_kernel {
    void (*masks)(const uint8_t *at, size_t blocks, struct scan_mask *ret_masks);
};

extern const struct scan_kernel scan_kernel_plain;
/* NULL: this machine has not got it. */
const struct scan_kernel *scan_kernel_sse2(void);
const struct scan_kernel *scan_kernel_avx2(void);
const struct scan_kernel *scan_kernel_best(void);

struct scan {
    const struct scan_kernel *kernel;
    uint8_t last[2]; /* the last octet but one, and the last */
    uint64_t line;   /* octets of the line so far */
    uint8_t behind;  /* octets since the last gap, 2: two or more, or there was none */
    uint64_t bare_lf, bare_cr, nul, long_lines;
};

/* At the start of a line. */
void scan_init(struct scan *scan, const struct scan_kernel *kernel);

/* Goes over data up to a dot at the start of a line; its index, or data.len. The dot itself is not
 * passed. */
size_t scan_run(struct scan *scan, struct span data);

/* Goes over all of data, dots or not (BDAT). */
void scan_all(struct scan *scan, struct span data);

/* Octets were missing: nothing is known of the line. An LF right behind them is no bare one. */
void scan_gap(struct scan *scan);

#endif
