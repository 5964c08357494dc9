/* eve_write: octet for octet what json-c's own writer gives, for every octet in a string, the ends
 * of the numbers, any nesting; and a record that does not fit is known as cut. */
#include "eve.h"
#include "test.h"

#include <stdlib.h>

/* Takes the object over. */
static void check(struct json_object *json)
{
    size_t len;
    const char *wanted = json_object_to_json_string_length(
        json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    struct buf out;
    buf_init(&out, 1 << 20);
    eve_write(json_object_get(json), &out);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.at, wanted, len);
    assert_false(out.truncated);
    buf_done(&out);
    json_object_put(json);
}

static void test_octets(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        const char around[] = {'a', (char)octet, 'b'};
        const char alone = (char)octet;
        const char twice[] = {(char)octet, (char)octet};
        check(json_object_new_string_len(around, sizeof around));
        check(json_object_new_string_len(&alone, 1));
        check(json_object_new_string_len(twice, sizeof twice));
    }
    check(json_object_new_string(""));
    check(json_object_new_string("\xc3\xbc/\xe2\x82\xac\x7f"));
}

/* Each octet at each place among plain ones: they are looked at eight at a time. */
static void test_places(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        for (size_t at = 0; at < 20; at++) {
            char text[20];
            memset(text, octet % 2 == 0 ? '!' : 0xff, sizeof text);
            text[at] = (char)octet;
            check(json_object_new_string_len(text, sizeof text));
        }
    }
}

static void test_numbers(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, 1000000007, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check(json_object_new_int64(numbers[i]));
    check(json_object_new_uint64(UINT64_MAX));
    check(json_object_new_uint64((uint64_t)INT64_MAX + 1));
    check(json_object_new_double(0.25));
    check(json_object_new_double_s(0.1, "0.1"));
    check(json_object_new_boolean(true));
    check(json_object_new_boolean(false));
}

static void test_nesting(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"a\":{},\"b\":[],\"c\":null}",
        "[null,[],[[1,\"\\u0001\"],{}],{\"a b\\n\":[{\"x\":-3}]}]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check(json_tokener_parse(texts[i]));
}

/* Values of every kind, as deep as it comes. */
static struct json_object *any(unsigned short seed[3], unsigned depth)
{
    static const char likely[] = "ab\"\\\n/ \x01";
    char text[40];
    size_t len = (size_t)nrand48(seed) % sizeof text;
    for (size_t i = 0; i < len; i++)
        text[i] = likely[(size_t)nrand48(seed) % (sizeof likely - 1)];
    long kind = nrand48(seed) % (depth > 4 ? 2 : 4);
    if (kind == 0)
        return json_object_new_string_len(text, (int)len);
    if (kind == 1)
        return json_object_new_int64(jrand48(seed));
    struct json_object *json = kind == 2 ? json_object_new_array() : json_object_new_object();
    for (long i = nrand48(seed) % 5; i > 0; i--) {
        const char name[] = {(char)('a' + i), likely[nrand48(seed) % 8], 0};
        if (kind == 2)
            json_object_array_add(json, any(seed, depth + 1));
        else
            json_object_object_add(json, name, any(seed, depth + 1));
    }
    return json;
}

static void test_any(void **state)
{
    (void)state;
    unsigned short seed[3] = {7, 8, 9};
    for (unsigned round = 0; round < 2000; round++)
        check(any(seed, 0));
}

static void test_ceiling(void **state)
{
    (void)state;
    struct json_object *json = json_tokener_parse("{\"key\":[\"a\\n\",12,\"bcd\"]}");
    size_t len;
    json_object_to_json_string_length(json, JSON_C_TO_STRING_PLAIN, &len);
    for (size_t ceiling = 0; ceiling <= len; ceiling++) {
        struct buf out;
        buf_init(&out, ceiling);
        eve_write(json_object_get(json), &out);
        assert_int_equal(out.truncated, ceiling < len);
        assert_true(out.len <= ceiling);
        buf_done(&out);
    }
    json_object_put(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),  cmocka_unit_test(test_places),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_any),     cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
