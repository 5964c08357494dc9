/*
 * The masks of scankern.c put together: what stands behind a CR or LF is the mask shifted by one,
 * with a carry from block to block. In an ordinary text the set of octets behind a CR is the set of
 * LFs, so one comparison settles both bare CR and bare LF.
 */
#include "scan.h"

#define BLOCK 64
#define BATCH 32 /* blocks whose masks are made at a time */

void scan_init(struct scan *scan, const struct scan_kernel *kernel)
{
    *scan = (struct scan){.kernel = kernel, .last = {'\r', '\n'}};
}

void scan_gap(struct scan *scan)
{
    scan->last[0] = scan->last[1] = 0;
    scan->line = 0;
}

static uint64_t below(unsigned count)
{
    return count >= BLOCK ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

static uint64_t count_bits(uint64_t mask)
{
    return (uint64_t)__builtin_popcountll(mask);
}

/* Lines that end in the first count octets of a block. */
static inline void count_lines(struct scan *scan, uint64_t lf, uint64_t after_cr, unsigned count)
{
    if (lf == 0) {
        scan->line += count;
        return;
    }
    unsigned first = (unsigned)__builtin_ctzll(lf);
    uint64_t length = scan->line + first;
    /* Only the first line that ends here can be long: the others lie inside the block. */
    if (length > SCAN_LINE_MAX)
        scan->long_lines += length - (after_cr >> first & 1) > SCAN_LINE_MAX;
    scan->line = count - 1 - (unsigned)(63 - __builtin_clzll(lf));
}

/* One block of which count octets count; where the dot stands, or BLOCK. */
static inline unsigned block(struct scan *scan, const struct scan_mask *mask, unsigned count,
                             bool dots, uint64_t *carry_cr, uint64_t *carry_lf)
{
    uint64_t valid = below(count);
    uint64_t after_cr = (mask->cr << 1 | *carry_cr) & valid;
    uint64_t after_lf = mask->lf << 1 | *carry_lf;
    uint64_t stop = dots ? mask->dot & (after_cr | after_lf) & valid : 0;
    uint64_t lf = mask->lf, nul = mask->nul;
    unsigned cut = BLOCK;
    if (stop != 0) {
        cut = (unsigned)__builtin_ctzll(stop);
        count = cut;
        lf &= below(cut);
        nul &= below(cut);
        after_cr &= below(cut);
    }
    if (after_cr != lf) {
        scan->bare_lf += count_bits(lf & ~after_cr);
        scan->bare_cr += count_bits(after_cr & ~lf);
    }
    if (nul != 0)
        scan->nul += count_bits(nul);
    if (count > 0)
        count_lines(scan, lf, after_cr, count);
    *carry_cr = mask->cr >> 63;
    *carry_lf = mask->lf >> 63;
    return cut;
}

static size_t run(struct scan *scan, struct span data, bool dots)
{
    struct scan_mask masks[BATCH];
    uint64_t carry_cr = scan->last[1] == '\r', carry_lf = scan->last[1] == '\n';
    size_t whole = data.len / BLOCK * BLOCK;
    for (size_t at = 0; at < whole;) {
        size_t blocks = (whole - at) / BLOCK;
        if (blocks > BATCH)
            blocks = BATCH;
        scan->kernel->masks(data.at + at, blocks, masks);
        for (size_t i = 0; i < blocks; i++, at += BLOCK) {
            unsigned cut = block(scan, &masks[i], BLOCK, dots, &carry_cr, &carry_lf);
            if (cut < BLOCK)
                return at + cut;
        }
    }
    unsigned rest = (unsigned)(data.len - whole);
    if (rest > 0) {
        uint8_t padded[BLOCK];
        memset(padded + rest, 'a', BLOCK - rest);
        memcpy(padded, data.at + whole, rest);
        scan->kernel->masks(padded, 1, masks);
        unsigned cut = block(scan, masks, rest, dots, &carry_cr, &carry_lf);
        if (cut < BLOCK)
            return whole + cut;
    }
    return data.len;
}

static void remember(struct scan *scan, struct span data)
{
    if (data.len == 0)
        return;
    scan->last[0] = data.len > 1 ? data.at[data.len - 2] : scan->last[1];
    scan->last[1] = data.at[data.len - 1];
}

size_t scan_run(struct scan *scan, struct span data)
{
    size_t at = run(scan, data, true);
    remember(scan, span_head(data, at));
    return at;
}

void scan_all(struct scan *scan, struct span data)
{
    run(scan, data, false);
    remember(scan, data);
}
