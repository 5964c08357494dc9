/* Runs of numbers are counted over the tokens, hexadecimal ones over the parts between hyphens and
 * dots. */
#include "nameaddr.h"

/* Do two numbers stand side by side: "1-2", "1.2", "1x2"? */
static bool side_by_side(const struct nametokens *tokens, const struct nametoken *a,
                         const struct nametoken *b)
{
    size_t end = (size_t)a->at + a->len;
    return (size_t)b->at == end + 1 && tokens->text[end] != '_';
}

static bool is_octet(const struct nametoken *token)
{
    return token->digits && token->len <= 3 && token->value <= 255;
}

/* The longest row of numbers under 256, with the digits in it, outside the domain. */
static unsigned row(const struct nametokens *tokens)
{
    unsigned best = 0, count = 0, digits = 0;
    const struct nametoken *last = NULL;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct nametoken *token = &tokens->tokens[i];
        if (token->domain)
            break;
        if (!is_octet(token)) {
            /* The x of 1x2x3x4 is a word of one letter between two numbers. */
            if (token->digits || token->len != 1 || tokens->text[token->at] != 'x')
                last = NULL;
            continue;
        }
        if (last == NULL || !side_by_side(tokens, last, token))
            count = digits = 0;
        count++;
        digits += token->len;
        /* Short numbers are counters of machines: fe07-0. */
        if (count > best && (count > 2 || digits > 3))
            best = count;
        last = token;
    }
    return best;
}

/* 001002003004, or 12 digits of any kind that split into octets. */
static bool padded(const struct nametokens *tokens, const struct nametoken *token)
{
    if (!token->digits || token->len != 12)
        return false;
    for (size_t i = 0; i < 12; i += 3) {
        const char *at = tokens->text + token->at + i;
        if ((at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0') > 255)
            return false;
    }
    return true;
}

static bool is_hex(char octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'f');
}

/* Does a part (from start to end, no hyphen inside) end in eight or more hexadecimal digits? */
static bool ends_in_hex(const struct nametokens *tokens, size_t start, size_t end)
{
    size_t at = end, digits = 0;
    while (at > start && is_hex(tokens->text[at - 1])) {
        at--;
        digits += tokens->text[at] <= '9';
    }
    return end - at >= 8 && digits >= 2;
}

/* One group of an IPv6 address: one to four hexadecimal digits and nothing else. */
static bool is_group(const struct nametokens *tokens, size_t start, size_t end)
{
    if (end == start || end - start > 4)
        return false;
    for (size_t i = start; i < end; i++)
        if (!is_hex(tokens->text[i]))
            return false;
    return true;
}

/* Eight digits in one part, or six groups in a row: 2001-db8-0-0-0-0-0-5. */
static bool has_hex(const struct nametokens *tokens)
{
    size_t start = 0, label = 0, groups = 0;
    for (size_t i = 0; i <= tokens->len && label < tokens->domain; i++) {
        char octet = i < tokens->len ? tokens->text[i] : '.';
        if (octet != '.' && octet != '-' && octet != '_')
            continue;
        groups = is_group(tokens, start, i) ? groups + 1 : 0;
        if (groups == 6 || ends_in_hex(tokens, start, i))
            return true;
        start = i + 1;
        label += octet == '.';
    }
    return false;
}

enum nameaddr nameaddr_find(const struct nametokens *tokens)
{
    for (size_t i = 0; i < tokens->count && !tokens->tokens[i].domain; i++)
        if (padded(tokens, &tokens->tokens[i]))
            return NAMEADDR_NUMBER;
    if (has_hex(tokens))
        return NAMEADDR_NUMBER;
    switch (row(tokens)) {
    case 0:
    case 1: return NAMEADDR_NONE;
    case 2: return NAMEADDR_TWO;
    case 3: return NAMEADDR_THREE;
    default: return NAMEADDR_FOUR;
    }
}

/* Both octets side by side as numbers, in either order. */
static bool holds_pair(const struct nametokens *tokens, unsigned a, unsigned b)
{
    for (size_t i = 1; i < tokens->count && !tokens->tokens[i].domain; i++) {
        const struct nametoken *one = &tokens->tokens[i - 1], *two = &tokens->tokens[i];
        /* 1x2: look across the letter. */
        if (!two->digits && i + 1 < tokens->count && tokens->tokens[i + 1].digits)
            two = &tokens->tokens[i + 1];
        if (one->digits && two->digits && one->len <= 3 && two->len <= 3 &&
            ((one->value == a && two->value == b) || (one->value == b && two->value == a)))
            return true;
    }
    return false;
}

static void hex_text(const uint8_t *octets, size_t count, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        ret_text[i * 2] = digits[octets[i] >> 4];
        ret_text[i * 2 + 1] = digits[octets[i] & 15];
    }
}

/* cb007105 */
static bool holds_hex(const struct nametokens *tokens, const uint8_t octets[4])
{
    char text[8];
    hex_text(octets, 4, text);
    return memmem(tokens->text, tokens->len, text, sizeof(text)) != NULL;
}

/* 203000113005 */
static bool holds_padded(const struct nametokens *tokens, const uint8_t octets[4])
{
    char text[12];
    for (size_t i = 0; i < 4; i++) {
        text[i * 3] = (char)('0' + octets[i] / 100);
        text[i * 3 + 1] = (char)('0' + octets[i] / 10 % 10);
        text[i * 3 + 2] = (char)('0' + octets[i] % 10);
    }
    return memmem(tokens->text, tokens->len, text, sizeof(text)) != NULL;
}

/* The last two octets as four hexadecimal digits that are a part of their own: node-c-7105. */
static bool holds_hex_pair(const struct nametokens *tokens, const uint8_t octets[4])
{
    char text[4];
    hex_text(octets + 2, 2, text);
    size_t start = 0;
    for (size_t i = 0; i <= tokens->len; i++) {
        char octet = i < tokens->len ? tokens->text[i] : '.';
        if (octet != '.' && octet != '-' && octet != '_')
            continue;
        if (i - start == 4 && memcmp(tokens->text + start, text, 4) == 0)
            return true;
        start = i + 1;
    }
    return false;
}

/* The interface's half of an IPv6 address, its 16 digits in a row whatever stands between them. */
static bool holds_v6(const struct nametokens *tokens, const struct addr *addr)
{
    char digits[NAMETOKENS_OCTETS], text[16];
    size_t count = 0;
    for (size_t i = 0; i < tokens->len; i++)
        if (is_hex(tokens->text[i]))
            digits[count++] = tokens->text[i];
    hex_text(addr->octets + 8, 8, text);
    return memmem(digits, count, text, sizeof(text)) != NULL;
}

bool nameaddr_holds(const struct nametokens *tokens, const struct addr *addr)
{
    if (!addr_is_v4(addr))
        return holds_v6(tokens, addr);
    const uint8_t *octets = addr->octets + 12;
    return holds_pair(tokens, octets[2], octets[3]) || holds_hex(tokens, octets) ||
           holds_padded(tokens, octets) || holds_hex_pair(tokens, octets);
}
