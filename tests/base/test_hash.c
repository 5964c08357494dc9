/*
 * hash: SipHash-1-3 against the values of its authors' reference implementation (cROUNDS 1, dROUNDS
 * 3; key 00 01 .. 0f, message of n octets 00 01 .. n - 1); the stable hash against its own past.
 */
#include "test.h"

#include <mxtap/hash.h>

static const struct hash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

static const uint64_t siphash_1_3[] = {
    UINT64_C(0xabac0158050fc4dc), UINT64_C(0xc9f49bf37d57ca93), UINT64_C(0x82cb9b024dc7d44d),
    UINT64_C(0x8bf80ab8e7ddf7fb), UINT64_C(0xcf75576088d38328), UINT64_C(0xdef9d52f49533b67),
    UINT64_C(0xc50d2b50c59f22a7), UINT64_C(0xd3927d989bb11140), UINT64_C(0x369095118d299a8e),
    UINT64_C(0x25a48eb36c063de4), UINT64_C(0x79de85ee92ff097f), UINT64_C(0x70c118c1f94dc352),
    UINT64_C(0x78a384b157b4d9a2), UINT64_C(0x306f760c1229ffa7), UINT64_C(0x605aa111c0f95d34),
    UINT64_C(0xd320d86d2a519956), UINT64_C(0xcc4fdd1a7d908b66), UINT64_C(0x9cf2689063dbd80c),
    UINT64_C(0x8ffc389cb473e63e), UINT64_C(0xf21f9de58d297d1c), UINT64_C(0xc0dc2f46a6cce040),
    UINT64_C(0xb992abfe2b45f844), UINT64_C(0x7ffe7b9ba320872e), UINT64_C(0x525a0e7fdae6c123),
    UINT64_C(0xf464aeb267349c8c),
};

static void test_siphash(void **state)
{
    (void)state;
    uint8_t message[sizeof siphash_1_3 / sizeof siphash_1_3[0]];
    for (size_t n = 0; n < sizeof message; n++) {
        message[n] = (uint8_t)n;
        assert_true(hash_keyed(key, message, n) == siphash_1_3[n]);
    }
}

static void test_key_matters(void **state)
{
    (void)state;
    const struct hash_key other = {key.k0 ^ 1, key.k1};
    assert_true(hash_keyed(key, "a", 1) != hash_keyed(other, "a", 1));
    assert_true(hash_keyed(key, "a", 1) != hash_keyed(key, "a\0", 2));
}

/* It is in records (cases, digests): its values must never change. */
static void test_stable(void **state)
{
    (void)state;
    assert_true(hash_stable(SPAN_LITERAL("")) == UINT64_C(0xf52a15e9a9b5e89b));
    assert_true(hash_stable(SPAN_LITERAL("a")) == UINT64_C(0xd510f02ca7d60640));
    assert_true(hash_stable(SPAN_LITERAL("joe@example")) == UINT64_C(0xc38842970c79cdf9));
    assert_true(hash_stable(SPAN_LITERAL("mail.example.org")) == UINT64_C(0x9def8e51bf95597a));
    assert_true(hash_stable(SPAN_NULL) == hash_stable(SPAN_LITERAL("")));
}

/* Every length and every octet counts, whether inside a word of eight or behind the last. */
static void test_stable_counts_all(void **state)
{
    (void)state;
    uint8_t octets[20] = {0};
    uint64_t last = 1;
    for (size_t len = 0; len <= sizeof octets; len++) {
        uint64_t zero = hash_stable(span_make(octets, len));
        assert_true(zero != last);
        last = zero;
        for (size_t i = 0; i < len; i++) {
            octets[i] = 1;
            assert_true(hash_stable(span_make(octets, len)) != zero);
            octets[i] = 0;
        }
    }
}

/* Neighbours end up far apart: the low bits, which tables use, are spread. */
static void test_mix(void **state)
{
    (void)state;
    unsigned buckets[256] = {0};
    for (uint64_t i = 0; i < 256 * 64; i++)
        buckets[hash_mix(i) & 255]++;
    for (size_t i = 0; i < 256; i++)
        assert_in_range(buckets[i], 24, 128);
    assert_int_equal(hash_mix(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siphash), cmocka_unit_test(test_key_matters),
        cmocka_unit_test(test_stable),  cmocka_unit_test(test_stable_counts_all),
        cmocka_unit_test(test_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
