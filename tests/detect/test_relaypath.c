/* relaypath: forms that name another host, and innocent paths that look like them. */
#include "../../src/detect/relaypath.h"
#include "test.h"

static void test_forms(void **state)
{
    (void)state;
    const struct {
        const char *path;
        enum relaypath kind;
    } cases[] = {
        {"<@mx.example.org,@other.example:user@third.example>", RELAYPATH_SOURCE_ROUTE},
        {"<@mx.example.org:user@third.example>", RELAYPATH_SOURCE_ROUTE},
        {"<user%other.example@mx.example.org>", RELAYPATH_PERCENT},
        {"user%other.example", RELAYPATH_PERCENT},
        {"<\"user%other.example\"@mx.example.org>", RELAYPATH_PERCENT},
        {"<user%other.example@[192.0.2.25]>", RELAYPATH_PERCENT},
        {"<other.example!user>", RELAYPATH_BANG},
        {"<other.example!user@mx.example.org>", RELAYPATH_BANG},
        {"<uunet!user@mx.example.org>", RELAYPATH_BANG},
        {"<user@example.org>", RELAYPATH_NONE},
        {"<50%off@example.org>", RELAYPATH_NONE},
        {"<100%@example.org>", RELAYPATH_NONE},
        {"<wow!@example.org>", RELAYPATH_NONE},
        {"<!user@example.org>", RELAYPATH_NONE},
        {"<bounce-7=anna=example.net@lists.example>", RELAYPATH_NONE},
        {"<SRS0=Hx=2A=other.example=user@example.org>", RELAYPATH_NONE},
        {"<user+tag@example.org>", RELAYPATH_NONE},
        {"<@example.org>", RELAYPATH_NONE},
        {"<postmaster>", RELAYPATH_NONE},
        {"<>", RELAYPATH_NONE},
        {"", RELAYPATH_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (relaypath_of(span_text(cases[i].path)) != cases[i].kind)
            fail_msg("%s is %s", cases[i].path,
                     relaypath_name(relaypath_of(span_text(cases[i].path))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
