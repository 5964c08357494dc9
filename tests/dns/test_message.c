/* message: names that lie: loops, pointers forward, long chains, lengths that do not fit. */
#include "message.h"

#include "helper_wire.h"
#include "test.h"

static struct wire wire;
static struct message_texts texts;
static struct dns_record records[DNS_RECORDS_MAX];
static struct dns_answer answer;

static bool parse(void)
{
    struct message message;
    answer = (struct dns_answer){0};
    return message_open(span_make(wire.octets, wire.len), &message) == MESSAGE_GOOD &&
           message_records(&message, &texts, records, &answer);
}

/* An answer with one PTR record whose data is to come. */
static void begin(void)
{
    wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){1, 1, 0, 0});
    wire_asked(&wire, "a.example", DNS_PTR);
    wire_record(&wire, NULL, DNS_PTR, 60);
}

static void test_pointer(void **state)
{
    (void)state;
    begin();
    wire_pointer(&wire, 14); /* "example" inside the question */
    wire_end(&wire);
    assert_true(parse());
    assert_memory_equal(answer.records[0].name.at, "example", 7);
    begin();
    wire.octets[wire.len++] = 1;
    wire.octets[wire.len++] = 'B';
    wire_pointer(&wire, 12);
    wire_end(&wire);
    assert_true(parse());
    assert_int_equal(answer.records[0].name.len, 11);
    assert_memory_equal(answer.records[0].name.at, "b.a.example", 11);
}

static void test_loops(void **state)
{
    (void)state;
    begin();
    size_t at = wire.len;
    wire_pointer(&wire, at); /* to itself */
    wire_end(&wire);
    assert_false(parse());
    begin();
    wire.octets[wire.len++] = 1;
    wire.octets[wire.len++] = 'b';
    wire_pointer(&wire, at); /* to the label before it */
    wire_end(&wire);
    assert_false(parse());
    begin();
    wire_pointer(&wire, at + 2); /* forward */
    wire_pointer(&wire, at);
    wire_end(&wire);
    assert_false(parse());
    begin();
    wire_pointer(&wire, 0); /* into the header */
    wire_end(&wire);
    assert_false(parse());
    begin();
    wire_pointer(&wire, wire.len + 2); /* past the end */
    wire_end(&wire);
    assert_false(parse());
    begin();
    wire_name(&wire, "b.example");
    wire_end(&wire);
    assert_int_equal(wire.octets[27], 0xc0);
    wire.octets[28] = 27; /* the owner points at itself */
    assert_false(parse());
}

/* A chain of pointers through the data of a record that nobody reads. */
static bool chain(size_t hops)
{
    wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){1, 2, 0, 0});
    wire_asked(&wire, "a.example", DNS_PTR);
    wire_record(&wire, NULL, 99, 60);
    size_t target = 12;
    for (size_t i = 1; i < hops; i++) {
        size_t here = wire.len;
        wire_pointer(&wire, target);
        target = here;
    }
    wire_end(&wire);
    wire_record(&wire, NULL, DNS_PTR, 60);
    wire_pointer(&wire, target);
    wire_end(&wire);
    return parse();
}

static void test_chain(void **state)
{
    (void)state;
    assert_true(chain(1));
    assert_true(chain(MESSAGE_HOPS));
    assert_false(chain(MESSAGE_HOPS + 1));
    assert_false(chain(4000));
}

/* What is said to be the data is not what the data needs. */
static void test_lengths(void **state)
{
    (void)state;
    begin();
    wire_name(&wire, "b.example");
    wire.octets[wire.len++] = 0;
    wire_end(&wire);
    assert_false(parse());
    begin();
    wire_name(&wire, "b.example");
    wire_end(&wire);
    wire.octets[wire.len - 12]--;
    assert_false(parse());
    for (unsigned len = 0; len < 8; len++) {
        wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){1, 1, 0, 0});
        wire_asked(&wire, "a.example", DNS_A);
        wire_record(&wire, NULL, DNS_A, 60);
        for (unsigned i = 0; i < len; i++)
            wire.octets[wire.len++] = 1;
        wire_end(&wire);
        assert_int_equal(parse(), len == 4);
    }
    for (unsigned len = 0; len < 3; len++) {
        wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){1, 1, 0, 0});
        wire_asked(&wire, "a.example", DNS_MX);
        wire_record(&wire, NULL, DNS_MX, 60);
        for (unsigned i = 0; i < len; i++)
            wire.octets[wire.len++] = 0;
        wire_end(&wire);
        assert_int_equal(parse(), len == 3);
    }
}

/* 255 octets are a name, 256 are none (RFC 1035 2.3.4). */
static void test_long_names(void **state)
{
    (void)state;
    for (size_t last = 57; last <= 62; last++) {
        begin();
        for (size_t label = 0; label < 4; label++) {
            size_t len = label < 3 ? 63 : last;
            wire.octets[wire.len++] = (uint8_t)len;
            memset(wire.octets + wire.len, 'x', len);
            wire.len += len;
        }
        wire.octets[wire.len++] = 0;
        wire_end(&wire);
        assert_int_equal(parse(), 3 * 64 + 1 + last + 1 <= 255);
    }
}

/* Every octet has its presentation form (RFC 1035 5.1), in lower case. */
static void test_presentation(void **state)
{
    (void)state;
    const uint8_t label[] = {12,   'A', 'z', '0', '.', '\\', ' ', 0x7f,
                             0xff, 0,   ';', '(', '"', 1,    '_', 0};
    begin();
    memcpy(wire.octets + wire.len, label, sizeof label);
    wire.len += sizeof label;
    wire_end(&wire);
    assert_true(parse());
    const char expected[] = "az0\\.\\\\\\032\\127\\255\\000\\;\\(\\\"._";
    assert_int_equal(answer.records[0].name.len, sizeof expected - 1);
    assert_memory_equal(answer.records[0].name.at, expected, sizeof expected - 1);
}

/* The question's own name may not be compressed. */
static void test_question(void **state)
{
    (void)state;
    struct message message;
    wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){1, 0, 0, 0});
    wire_pointer(&wire, 12);
    wire_u16(&wire, DNS_PTR);
    wire_u16(&wire, 1);
    assert_int_equal(message_open(span_make(wire.octets, wire.len), &message), MESSAGE_BAD);
    wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){1, 0, 0, 0});
    wire_asked(&wire, "A.eXample", DNS_PTR);
    assert_int_equal(message_open(span_make(wire.octets, wire.len), &message), MESSAGE_GOOD);
    assert_memory_equal(message.name, "\1a\7example", 11);
    assert_int_equal(message.records_at, wire.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pointer),    cmocka_unit_test(test_loops),
        cmocka_unit_test(test_chain),      cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_long_names), cmocka_unit_test(test_presentation),
        cmocka_unit_test(test_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
