/* The text of a dialect, what of it is compared, and who speaks so. */
#include "test.h"

#include <mxtap/know.h>

static void text_is(uint32_t dialect, const char *wanted)
{
    char text[KNOW_DIALECT_TEXT];
    know_dialect_text(dialect, text);
    assert_string_equal(text, wanted);
}

/* The bits of a text. */
static uint32_t bits_of(const char *text)
{
    uint32_t bits = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '4' || text[i] == '5') {
            enum event_dialect on = text[i] == '4' ? DIALECT_ON_4XX : DIALECT_ON_5XX;
            bits |= (uint32_t)(strchr("-rqnaic", text[++i]) - "-rqnaic") << on;
            continue;
        }
        uint32_t bit;
        char letter[KNOW_DIALECT_TEXT] = "";
        for (bit = 1; letter[0] != text[i]; bit <<= 1)
            know_dialect_text(bit, letter);
        bits |= bit >> 1;
    }
    return bits;
}

static void text(void **state)
{
    (void)state;
    text_is(0, "-");
    text_is(DIALECT_QUIT | DIALECT_EHLO | DIALECT_UPPER_VERB, "EUQ");
    text_is(DIALECT_UPPER_VERB | (uint32_t)REACTION_RSET << DIALECT_ON_4XX |
                (uint32_t)REACTION_CLOSE << DIALECT_ON_5XX,
            "U4r5c");
    text_is((1U << DIALECT_ON_4XX) - 1, "EHhUlmksntZBOPDCTVRraNfqQ");
    text_is(UINT32_MAX, "EHhUlmksntZBOPDCTVRraNfqQ4?5?");
    text_is(bits_of("HUsnR5n"), "HUsnR5n");
    text_is(bits_of("EUZPDCq4i5a"), "EUZPDCq4i5a");
}

static void core(void **state)
{
    (void)state;
    text_is(know_dialect_core(bits_of("EUZBOPDRqQ4r5r")), "EUZPD");
    text_is(know_dialect_core(bits_of("EHhUQ")), "EU");
    text_is(know_dialect_core(bits_of("HlsnPD5i")), "HlsnPD");
    text_is(know_dialect_core(bits_of("mktfCTVNra")), "mktCTf");
    text_is(know_dialect_core(0), "-");
}

static void software_is(const char *text, const char *software, bool mta)
{
    const char *said = know_dialect_software(bits_of(text));
    if (software == NULL)
        assert_null(said);
    else
        assert_string_equal(said, software);
    assert_int_equal(know_dialect_mta(bits_of(text)), mta);
}

static void servers(void **state)
{
    (void)state;
    software_is("EUZOPDq", "Postfix", true);
    software_is("EUZOPDqQ", "Postfix", true);
    software_is("EUZBOPDR4r", "Postfix", true);
    software_is("EUZOPDRa", "Postfix", true);
    software_is("EUO", "Postfix", true);
    software_is("EUOPDq", "Postfix", true);
    software_is("EUPDq", "Postfix", true);
    software_is("EUZPDCq", "Exim", true);
    software_is("EUZCQ", "Exim", true);
    software_is("EUPQ5q", "Exim", true);
    software_is("EUZPDR5r", "Postfix or Exim", true);
    software_is("EUZ", "Postfix, Exim or curl", true);
    software_is("EHhU", "Postfix, Exim, swaks or curl", true);
    software_is("EUT", NULL, true);
    software_is("EUkZ", "Sendmail", true);
    /* Nobody known, but like one. */
    software_is("EUZN", NULL, true);
}

static void others(void **state)
{
    (void)state;
    assert_null(know_dialect_software(0));
    assert_false(know_dialect_mta(0));
    software_is("UQ", NULL, false);
    software_is("EUQ5q", "swaks, nmap or a plain client", false);
    software_is("EUPD", "swaks or a plain client", false);
    software_is("EURr5r", "nmap", false);
    software_is("EUPR5n", NULL, false);
    software_is("HUsnR5r", "hydra", false);
    software_is("HUsn", "hydra", false);
    software_is("HUV5n", "hydra or a plain prober", false);
    software_is("HU", "smtp-source or a plain client", false);
    software_is("ElkZR5r", "Python smtplib", false);
    software_is("Hlsn", NULL, false);
    software_is("HlsnPD", NULL, false);
    software_is("EUsZ", NULL, false);
    software_is("EUZf", NULL, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text),
        cmocka_unit_test(core),
        cmocka_unit_test(servers),
        cmocka_unit_test(others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
