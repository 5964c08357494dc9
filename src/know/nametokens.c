/* One pass over the octets of a name; the domain part is found from the end (RFC 1034 3.1 for
 * labels, RFC 5890 for internationalised ones). */
#include "nametokens.h"

#define OPAQUE '\x80' /* a letter in no word */

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_letter(char octet)
{
    return (octet >= 'a' && octet <= 'z') || (uint8_t)octet >= 0x80;
}

/* The octets of the UTF-8 character at the head of text, 0 where there is none (RFC 3629 4). Forms
 * that are too long and surrogates are let through: nothing here reads the character. */
static size_t character(const uint8_t *text, size_t len)
{
    size_t size = text[0] < 0x80   ? 1
                  : text[0] < 0xc2 ? 0
                  : text[0] < 0xe0 ? 2
                  : text[0] < 0xf0 ? 3
                  : text[0] < 0xf5 ? 4
                                   : 0;
    if (size > len)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return size;
}

/* Copies the name in lower case; false where it holds what no host name holds. */
static bool copy(struct span name, struct nametokens *tokens)
{
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > NAMETOKENS_OCTETS)
        return false;
    tokens->labels = 1;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t octet = span_lower_octet(name.at[i]);
        if (octet >= 0x80) {
            size_t size = character(name.at + i, name.len - i);
            if (size == 0)
                return false;
            memset(tokens->text + i, OPAQUE, size);
            i += size - 1;
            continue;
        }
        tokens->text[i] = (char)octet;
        if (octet == '.')
            tokens->labels++;
        else if (!is_digit((char)octet) && !is_letter((char)octet) && octet != '-' && octet != '_')
            return false;
    }
    tokens->len = name.len;
    return tokens->labels >= 2;
}

/* xn--bcher-kva: what stands before the last hyphen is as it was, what follows is encoded. */
static void blind_label(char *label, size_t len)
{
    if (len < 5 || memcmp(label, "xn--", 4) != 0)
        return;
    size_t start = len;
    while (label[start - 1] != '-')
        start--;
    memset(label + start, OPAQUE, len - start);
    memset(label, '-', 4);
}

static void blind(struct nametokens *tokens)
{
    if (memmem(tokens->text, tokens->len, "xn--", 4) == NULL)
        return;
    size_t start = 0;
    for (size_t i = 0; i <= tokens->len; i++) {
        if (i < tokens->len && tokens->text[i] != '.')
            continue;
        blind_label(tokens->text + start, i - start);
        start = i + 1;
    }
}

static bool is_one_of(struct span label, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(label, span_text(names[i])))
            return true;
    return false;
}

/* Is the label before a country's code a second level of that country rather than a name? */
static bool is_second_level(struct span label)
{
    static const char *const names[] = {"ac",  "co", "com", "edu", "firm", "gen", "go", "id", "ind",
                                        "ltd", "me", "ne",  "net", "nhs",  "nom", "or", "org"};
    return is_one_of(label, names, sizeof(names) / sizeof(names[0]));
}

static bool is_government(struct span label)
{
    static const char *const names[] = {"gob", "gouv", "gov", "govt", "gub", "gv", "mil"};
    return is_one_of(label, names, sizeof(names) / sizeof(names[0]));
}

/* Two labels; three under co.uk, com.br, net.mx and their kind. */
static size_t domain_labels(struct nametokens *tokens)
{
    size_t dots[3] = {0, 0, 0}, found = 0;
    for (size_t i = tokens->len; i > 0 && found < 3; i--)
        if (tokens->text[i - 1] == '.')
            dots[found++] = i - 1;
    const char *text = tokens->text;
    struct span top = span_make(text + dots[0] + 1, tokens->len - dots[0] - 1);
    tokens->government = is_government(top);
    if (tokens->labels < 3 || top.len != 2)
        return 2;
    struct span second = span_make(text + dots[1] + 1, dots[0] - dots[1] - 1);
    tokens->government = is_government(second);
    return tokens->government || is_second_level(second) ? 3 : 2;
}

static void add(struct nametokens *tokens, size_t start, size_t end, size_t label)
{
    if (tokens->count == NAMETOKENS_MAX || start == end)
        return;
    struct nametoken *token = &tokens->tokens[tokens->count++];
    *token = (struct nametoken){.at = (uint8_t)start,
                                .len = (uint8_t)(end - start),
                                .label = (uint8_t)label,
                                .digits = is_digit(tokens->text[start]),
                                .domain = label >= tokens->domain};
    uint64_t value = 0;
    for (size_t i = start; token->digits && i < end; i++) {
        value = value * 10 + (uint64_t)(tokens->text[i] - '0');
        if (value > UINT32_MAX)
            value = UINT32_MAX;
    }
    token->value = (uint32_t)value;
}

bool nametokens_cut(struct span name, struct nametokens *ret_tokens)
{
    struct nametokens *tokens = ret_tokens;
    tokens->count = 0;
    if (!copy(name, tokens))
        return false;
    tokens->domain = tokens->labels - domain_labels(tokens);
    blind(tokens);
    size_t start = 0, label = 0;
    for (size_t i = 0; i < tokens->len && label <= tokens->domain; i++) {
        char octet = tokens->text[i];
        if (i > start && is_digit(tokens->text[start]) != is_digit(octet)) {
            add(tokens, start, i, label);
            start = i;
        }
        if (!is_digit(octet) && !is_letter(octet)) {
            add(tokens, start, i, label);
            start = i + 1;
            label += octet == '.';
        }
    }
    return true;
}
