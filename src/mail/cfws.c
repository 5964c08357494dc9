/* Comments nest and may hold quoted pairs, RFC 5322 3.2.2. */
#include "cfws.h"

static void skip_comment(struct rd *rd)
{
    size_t depth = 0;
    do {
        uint8_t octet = rd_u8(rd);
        if (octet == '(')
            depth++;
        else if (octet == ')')
            depth--;
        else if (octet == '\\' && rd_left(rd) > 0)
            rd_skip(rd, 1);
    } while (depth > 0 && rd_left(rd) > 0);
}

void cfws_skip_all(struct rd *rd)
{
    while (rd_left(rd) > 0) {
        uint8_t octet = cfws_peek(rd);
        if (octet == '(')
            skip_comment(rd);
        else if (octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n')
            rd_skip(rd, 1);
        else
            return;
    }
}
