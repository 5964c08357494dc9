/*
 * Message-ID, RFC 5322 3.6.4: "<" id-left "@" id-right ">" with the obsolete forms of 4.5.4 (a
 * local part with quoted words, blanks and comments between the tokens) and UTF-8 (RFC 6532).
 */
#include "cfws.h"

#include <mxtap/mail.h>

/* Octets of one well-formed UTF-8 character beyond ASCII (RFC 3629 4); 0 where it is none. */
static size_t utf8_len(struct span text)
{
    uint8_t lead = text.at[0];
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.len < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((text.at[i] & 0xc0) != 0x80)
            return 0;
    uint8_t next = text.at[1];
    bool overlong = (lead == 0xe0 && next < 0xa0) || (lead == 0xf0 && next < 0x90);
    bool surrogate = lead == 0xed && next > 0x9f;
    return overlong || surrogate || (lead == 0xf4 && next > 0x8f) ? 0 : len;
}

/* RFC 5322 3.2.3. */
static const bool is_atext[256] = {
    ['0' ... '9'] = true,  ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['!'] = true,
    ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,         ['-'] = true,
    ['/'] = true,          ['='] = true,         ['?'] = true,         ['^' ... '`'] = true,
    ['{' ... '~'] = true,
};

/* An atom, or several with nothing but a dot between them. */
static bool take_atoms(struct rd *rd)
{
    struct span rest = rd_rest(rd);
    size_t taken = 0;
    for (;;) {
        while (taken < rest.len && is_atext[rest.at[taken]])
            taken++;
        if (taken > 0 && taken + 1 < rest.len && rest.at[taken] == '.' &&
            is_atext[rest.at[taken + 1]]) {
            taken++;
            continue;
        }
        struct span beyond = span_skip(rest, taken);
        size_t len = beyond.len > 0 && beyond.at[0] >= 0x80 ? utf8_len(beyond) : 0;
        if (len == 0)
            break;
        taken += len;
    }
    rd_skip(rd, taken);
    return taken > 0;
}

static bool take_quoted(struct rd *rd)
{
    rd_skip(rd, 1);
    while (rd_left(rd) > 0) {
        uint8_t octet = rd_u8(rd);
        if (octet == '"')
            return true;
        if (octet == '\\')
            rd_skip(rd, 1);
        else if ((octet < ' ' && octet != '\t') || octet == 0x7f)
            return false;
    }
    return false;
}

/* "[192.0.2.1]": no-fold-literal. */
static bool take_literal(struct rd *rd)
{
    rd_skip(rd, 1);
    while (rd_left(rd) > 0) {
        uint8_t octet = rd_u8(rd);
        if (octet == ']')
            return true;
        if (octet <= ' ' || octet >= 0x7f || octet == '[' || octet == '\\')
            return false;
    }
    return false;
}

/* Words with dots between; quoted ones only in the local part. */
static bool take_dotted(struct rd *rd, bool local)
{
    for (;;) {
        cfws_skip(rd);
        bool ok = local && cfws_peek(rd) == '"' ? take_quoted(rd) : take_atoms(rd);
        if (!ok)
            return false;
        cfws_skip(rd);
        if (cfws_peek(rd) != '.')
            return true;
        rd_skip(rd, 1);
    }
}

static bool take(struct rd *rd, uint8_t octet)
{
    cfws_skip(rd);
    if (cfws_peek(rd) != octet)
        return false;
    rd_skip(rd, 1);
    return true;
}

bool mail_message_id_good(struct span value)
{
    struct rd rd = rd_make(value);
    if (!take(&rd, '<') || !take_dotted(&rd, true) || !take(&rd, '@'))
        return false;
    cfws_skip(&rd);
    bool right = cfws_peek(&rd) == '[' ? take_literal(&rd) : take_dotted(&rd, false);
    if (!right || !take(&rd, '>'))
        return false;
    cfws_skip(&rd);
    return rd_ok(&rd) && rd_left(&rd) == 0;
}
