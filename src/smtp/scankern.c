/* Blocks of 64 octets to bit masks: the three ways of scan.h. */
#include "scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static void kernel_plain(const uint8_t *at, size_t blocks, struct scan_mask *ret_masks)
{
    for (; blocks > 0; blocks--, at += 64) {
        struct scan_mask mask = {0};
        for (unsigned i = 0; i < 64; i++) {
            mask.lf |= (uint64_t)(at[i] == '\n') << i;
            mask.cr |= (uint64_t)(at[i] == '\r') << i;
            mask.dot |= (uint64_t)(at[i] == '.') << i;
            mask.nul |= (uint64_t)(at[i] == 0) << i;
        }
        *ret_masks++ = mask;
    }
}

const struct scan_kernel scan_kernel_plain = {kernel_plain};

#if defined(__x86_64__)

static inline uint64_t sse2_mask(const __m128i v[4], char octet)
{
    __m128i all = _mm_set1_epi8(octet);
    uint64_t mask = 0;
    for (int i = 3; i >= 0; i--)
        mask = mask << 16 | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], all));
    return mask;
}

static void kernel_sse2(const uint8_t *at, size_t blocks, struct scan_mask *ret_masks)
{
    for (; blocks > 0; blocks--, at += 64) {
        __m128i v[4];
        for (int i = 0; i < 4; i++)
            v[i] = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i));
        *ret_masks++ = (struct scan_mask){sse2_mask(v, '\n'), sse2_mask(v, '\r'), sse2_mask(v, '.'),
                                          sse2_mask(v, 0)};
    }
}

__attribute__((target("avx2"))) static inline uint64_t avx2_mask(__m256i low, __m256i high,
                                                                 __m256i octet)
{
    uint32_t low_mask = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, octet));
    uint32_t high_mask = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, octet));
    return (uint64_t)high_mask << 32 | low_mask;
}

__attribute__((target("avx2"))) static void kernel_avx2(const uint8_t *at, size_t blocks,
                                                        struct scan_mask *ret_masks)
{
    const __m256i lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r');
    const __m256i dot = _mm256_set1_epi8('.'), nul = _mm256_setzero_si256();
    for (; blocks > 0; blocks--, at += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)at);
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(at + 32));
        ret_masks->lf = avx2_mask(low, high, lf);
        ret_masks->cr = avx2_mask(low, high, cr);
        ret_masks->dot = avx2_mask(low, high, dot);
        /* NULs are rare: one question for both halves, and more only if the answer is yes. */
        __m256i least = _mm256_cmpeq_epi8(_mm256_min_epu8(low, high), nul);
        ret_masks->nul = _mm256_testz_si256(least, least) ? 0 : avx2_mask(low, high, nul);
        ret_masks++;
    }
}

const struct scan_kernel *scan_kernel_sse2(void)
{
    static const struct scan_kernel kernel = {kernel_sse2};
    return &kernel; /* part of the architecture */
}

const struct scan_kernel *scan_kernel_avx2(void)
{
    static const struct scan_kernel kernel = {kernel_avx2};
    return __builtin_cpu_supports("avx2") ? &kernel : NULL;
}

#else

const struct scan_kernel *scan_kernel_sse2(void)
{
    return NULL;
}

const struct scan_kernel *scan_kernel_avx2(void)
{
    return NULL;
}

#endif

const struct scan_kernel *scan_kernel_best(void)
{
    const struct scan_kernel *kernel = scan_kernel_avx2();
    if (kernel == NULL)
        kernel = scan_kernel_sse2();
    return kernel != NULL ? kernel : &scan_kernel_plain;
}
