/* Address lists, RFC 5322 3.4: one pass; broken nesting ends with the value. */
#include "address.h"

/* The index behind the quoted string or comment that opens at i; text.len where it does not close.
 * Comments nest; a backslash quotes the next octet. */
static size_t behind(struct span text, size_t i)
{
    uint8_t open = text.at[i];
    uint8_t close = open == '(' ? ')' : '"';
    size_t depth = 1;
    for (i++; i < text.len; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (text.at[i] == close && --depth == 0)
            return i + 1;
        else if (text.at[i] == open && close == ')')
            depth++;
    }
    return text.len;
}

static size_t behind_bracket(struct span text, size_t i)
{
    size_t close = i + span_find(span_skip(text, i), '>');
    return close < text.len ? close + 1 : text.len;
}

/* Length up to the octet that ends the element; start is moved behind a group's name. */
static size_t element(struct span text, size_t *start)
{
    static const bool special[256] = {
        [','] = true, [';'] = true, [':'] = true, ['"'] = true, ['('] = true, ['<'] = true};
    size_t i = 0;
    while (i < text.len) {
        uint8_t octet = text.at[i];
        if (!special[octet]) {
            i++;
            continue;
        }
        if (octet == ',' || octet == ';')
            break;
        if (octet == ':')
            *start = ++i;
        else
            i = octet == '<' ? behind_bracket(text, i) : behind(text, i);
    }
    return i;
}

bool address_next(struct span *rest, struct span *ret_address)
{
    while (rest->len > 0) {
        size_t start = 0;
        size_t len = element(*rest, &start);
        struct span address = span_trim(span_skip(span_head(*rest, len), start));
        *rest = span_skip(*rest, len + 1);
        if (address.len > 0) {
            *ret_address = address;
            return true;
        }
    }
    return false;
}
