/* Address literals as in RFC 5321 4.1.3, with and without brackets. IPv4 is read as decimal, also
 * with leading zeros, because forged lines have them. */
#include "literal.h"

/* "[address]" and "[address]:port": the address. */
static struct span without_brackets(struct span text)
{
    text = span_trim(text);
    if (text.len == 0 || text.at[0] != '[')
        return text;
    text = span_skip(text, 1);
    return span_trim(span_head(text, span_find(text, ']')));
}

static bool is_dotted(struct span text)
{
    size_t dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '.')
            dots++;
        else if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return dots > 0 && dots < text.len;
}

static enum literal_kind parse_v4(struct span text, struct addr *ret_addr)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        size_t dot = span_find(text, '.');
        uint64_t octet;
        bool last = dot == text.len;
        if (dot > 3 || !span_number(span_head(text, dot), &octet) || octet > 255 ||
            last != (i == 3))
            return LITERAL_IMPOSSIBLE;
        value = value << 8 | (uint32_t)octet;
        text = span_skip(text, dot + 1);
    }
    if (value >> 24 == 0)
        return LITERAL_IMPOSSIBLE;
    *ret_addr = addr_v4(value);
    return LITERAL_GOOD;
}

struct literal literal_parse(struct span text)
{
    struct literal literal = {.kind = LITERAL_NONE};
    text = without_brackets(text);
    if (span_starts_nocase(text, SPAN_LITERAL("ipv6:")))
        text = span_skip(text, 5);
    size_t colon = span_find(text, ':');
    if (colon < text.len && is_dotted(span_head(text, colon)))
        text = span_head(text, colon);
    if (text.len > 1 && text.at[text.len - 1] == '.')
        text.len--;
    literal.text = text;
    if (is_dotted(text)) {
        literal.kind = parse_v4(text, &literal.addr);
    } else if (colon < text.len) {
        struct span bare = span_head(text, span_find(text, '%'));
        if (addr_parse(bare, &literal.addr))
            literal.kind = LITERAL_GOOD;
    }
    return literal;
}
