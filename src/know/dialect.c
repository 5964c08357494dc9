/* dialect: the client's habits as a short stable string; the letters are listed in
 * docs/dialects.md. */
#include <mxtap/know.h>

void know_dialect_text(uint32_t dialect, char ret_text[KNOW_DIALECT_TEXT])
{
    static const struct {
        uint32_t bit;
        char letter;
    } letters[] = {
        {DIALECT_EHLO, 'E'},        {DIALECT_HELO, 'H'},           {DIALECT_UPPER_VERB, 'U'},
        {DIALECT_LOWER_VERB, 'l'},  {DIALECT_MIXED_VERB, 'm'},     {DIALECT_SPACE_AFTER_COLON, 's'},
        {DIALECT_NO_BRACKETS, 'n'}, {DIALECT_TRAILING_BLANK, 't'}, {DIALECT_SIZE_PARAM, 'Z'},
        {DIALECT_BODY_PARAM, 'B'},  {DIALECT_OTHER_PARAM, 'O'},    {DIALECT_PIPELINED, 'P'},
        {DIALECT_STARTTLS, 'T'},    {DIALECT_RSET, 'R'},           {DIALECT_NOOP, 'N'},
        {DIALECT_BARE_LF, 'f'},     {DIALECT_QUIT, 'Q'},
    };
    size_t used = 0;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if ((dialect & letters[i].bit) != 0 && used < KNOW_DIALECT_TEXT - 1)
            ret_text[used++] = letters[i].letter;
    if (used == 0)
        ret_text[used++] = '-';
    ret_text[used] = '\0';
}

bool know_dialect_mta(uint32_t dialect)
{
    const uint32_t wanted = DIALECT_EHLO | DIALECT_UPPER_VERB | DIALECT_SIZE_PARAM;
    const uint32_t unwanted = DIALECT_LOWER_VERB | DIALECT_MIXED_VERB | DIALECT_SPACE_AFTER_COLON |
                              DIALECT_NO_BRACKETS | DIALECT_TRAILING_BLANK | DIALECT_BARE_LF;
    return (dialect & wanted) == wanted && (dialect & unwanted) == 0;
}
