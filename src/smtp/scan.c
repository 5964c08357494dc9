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
    *scan = (struct scan){.kernel = kernel, .last = {'\r', '\n'}, .behind = 2};
}

void scan_gap(struct scan *scan)
{
    scan->last[0] = scan->last[1] = 0;
    scan->line = 0;
    scan->behind = 0;
}

/* An LF that is the first octet behind a gap is not held to be bare. */
static void behind_gap(struct scan *scan, struct span data)
{
    if (scan->behind == 0 && data.len > 0 && data.at[0] == '\n')
        scan->last[1] = '\r';
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

/* Masks as block() uses them: what stands in front of a block is carried into it. */
struct carry {
    uint64_t cr, lf;
};

/* An ordinary block: no dot at the start of a line, no bare CR or LF, no NUL. False: it is none. */
static inline bool plain_block(struct scan *scan, const struct scan_mask *mask, bool dots,
                               struct carry *carry)
{
    uint64_t after_cr = mask->cr << 1 | carry->cr;
    uint64_t after = after_cr | mask->lf << 1 | carry->lf;
    if (after_cr != mask->lf || mask->nul != 0 || (dots && (mask->dot & after) != 0))
        return false;
    count_lines(scan, mask->lf, after_cr, BLOCK);
    *carry = (struct carry){mask->cr >> 63, mask->lf >> 63};
    return true;
}

/* One block of which count octets count; where the dot stands, or BLOCK. */
static inline unsigned block(struct scan *scan, const struct scan_mask *mask, unsigned count,
                             bool dots, struct carry *carry)
{
    uint64_t valid = below(count);
    uint64_t after_cr = (mask->cr << 1 | carry->cr) & valid;
    uint64_t after_lf = mask->lf << 1 | carry->lf;
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
    *carry = (struct carry){mask->cr >> 63, mask->lf >> 63};
    return cut;
}

/* The masks of the octets behind the last whole block. */
static void tail_masks(const struct scan *scan, struct span data, unsigned rest,
                       struct scan_mask *ret_mask)
{
    uint8_t padded[BLOCK] = {0};
    unsigned over = BLOCK - rest;
    if (data.len < BLOCK)
        memcpy(padded + over, data.at, rest);
    /* A block that ends where the data end: what is in front of the rest is shifted out. */
    scan->kernel->masks(data.len < BLOCK ? padded : data.at + data.len - BLOCK, 1, ret_mask);
    ret_mask->lf >>= over;
    ret_mask->cr >>= over;
    ret_mask->dot >>= over;
    ret_mask->nul >>= over;
}

static inline size_t run(struct scan *scan, struct span data, bool dots)
{
    struct scan_mask masks[BATCH];
    struct carry carry = {scan->last[1] == '\r', scan->last[1] == '\n'};
    size_t whole = data.len / BLOCK * BLOCK;
    for (size_t at = 0; at < whole;) {
        size_t blocks = (whole - at) / BLOCK;
        if (blocks > BATCH)
            blocks = BATCH;
        scan->kernel->masks(data.at + at, blocks, masks);
        for (size_t i = 0; i < blocks; i++, at += BLOCK) {
            if (plain_block(scan, &masks[i], dots, &carry))
                continue;
            unsigned cut = block(scan, &masks[i], BLOCK, dots, &carry);
            if (cut < BLOCK)
                return at + cut;
        }
    }
    unsigned rest = (unsigned)(data.len - whole);
    if (rest > 0) {
        tail_masks(scan, data, rest, masks);
        unsigned cut = block(scan, masks, rest, dots, &carry);
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
    scan->behind = data.len > 1 || scan->behind > 0 ? 2 : 1;
}

size_t scan_run(struct scan *scan, struct span data)
{
    behind_gap(scan, data);
    size_t at = run(scan, data, true);
    remember(scan, span_head(data, at));
    return at;
}

void scan_all(struct scan *scan, struct span data)
{
    behind_gap(scan, data);
    run(scan, data, false);
    remember(scan, data);
}
