/* What of a part a reader sees: each text whole and octet by octet. */
#include "visible.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct row {
    enum visible_kind kind;
    enum visible_encoding encoding;
    const char *text;
    bool visible;
};

static const struct row rows[] = {
    {VISIBLE_TEXT, VISIBLE_PLAIN, "", false},
    {VISIBLE_TEXT, VISIBLE_PLAIN, " \t\r\n\r\n\f", false},
    {VISIBLE_TEXT, VISIBLE_PLAIN, "\r\n .\r\n", true},
    {VISIBLE_TEXT, VISIBLE_PLAIN, "\xc2\xa0\xa0", false},
    {VISIBLE_TEXT, VISIBLE_QUOTED, "=20=20=\r\n=0D=0A =\n", false},
    {VISIBLE_TEXT, VISIBLE_QUOTED, "=20=41", true},
    {VISIBLE_TEXT, VISIBLE_QUOTED, "=C2=A0", false},
    {VISIBLE_TEXT, VISIBLE_QUOTED, "==", true},
    {VISIBLE_TEXT, VISIBLE_QUOTED, "=  \r\n", false},
    {VISIBLE_TEXT, VISIBLE_BASE64, "DQog\r\nIA0K\r\n", false},
    {VISIBLE_TEXT, VISIBLE_BASE64, "DQogIGE=", true},
    {VISIBLE_TEXT, VISIBLE_BASE64, "====", false},
    {VISIBLE_OCTETS, VISIBLE_PLAIN, "\r\n\r\n", false},
    {VISIBLE_OCTETS, VISIBLE_PLAIN, "\r\n \r\n", true},
    {VISIBLE_OCTETS, VISIBLE_BASE64, "\r\n", false},
    {VISIBLE_OCTETS, VISIBLE_BASE64, "AA==", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<html><body bgcolor=white><p>&nbsp;</p></body></html>", false},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<html><body>x</body></html>", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<p><br/><IMG SRC=x></p>", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<!DOCTYPE html><head><title>t</title><style>p {}</style></head>",
     false},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<title>t</title>x", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<script>if (a < b) c</script>", false},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<!-- hidden > -- <img> -->", false},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<!---->x", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "&nbsp;&#160;&#xA0;&zwnj;&#8203; ", false},
    {VISIBLE_HTML, VISIBLE_PLAIN, "&nbsp ", false},
    {VISIBLE_HTML, VISIBLE_PLAIN, "&euro;", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "& ", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<3", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "< <p>", true},
    {VISIBLE_HTML, VISIBLE_PLAIN, "<p", false},
    {VISIBLE_HTML, VISIBLE_QUOTED, "<p>=C2=A0&nbsp=\r\n;</p>", false},
    {VISIBLE_HTML, VISIBLE_QUOTED, "<i=\r\nmg src=3D\"x\">", true},
    {VISIBLE_HTML, VISIBLE_BASE64, "PHA+Jm5ic3A7PC9wPg==", false},
    {VISIBLE_HTML, VISIBLE_BASE64, "PHA+eDwvcD4=", true},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct visible visible;
        struct span text = span_text(rows[i].text);
        visible_begin(&visible, rows[i].kind, rows[i].encoding);
        if (visible_feed(&visible, text) != rows[i].visible)
            fail_msg("wrong: %s", rows[i].text);
        visible_begin(&visible, rows[i].kind, rows[i].encoding);
        bool seen = false;
        for (size_t at = 0; at < text.len && !seen; at++)
            seen = visible_feed(&visible, span_make(text.at + at, 1));
        assert_int_equal(seen, rows[i].visible);
    }
}

static void test_encodings(void **state)
{
    (void)state;
    assert_int_equal(visible_encoding(span_text("Base64")), VISIBLE_BASE64);
    assert_int_equal(visible_encoding(span_text("quoted-printable (x)")), VISIBLE_QUOTED);
    assert_int_equal(visible_encoding(span_text("8bit")), VISIBLE_PLAIN);
    assert_int_equal(visible_encoding(SPAN_NULL), VISIBLE_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_encodings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
