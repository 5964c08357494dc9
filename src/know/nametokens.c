/* One pass over the octets of a name; the domain part is found from the end (RFC 1034 3.1 for
 * labels). */
#include "nametokens.h"

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_letter(char octet)
{
    return octet >= 'a' && octet <= 'z';
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
        char octet = (char)span_lower_octet(name.at[i]);
        if (octet == '.')
            tokens->labels++;
        else if (!is_digit(octet) && !is_letter(octet) && octet != '-' && octet != '_')
            return false;
        tokens->text[i] = octet;
    }
    tokens->len = name.len;
    return tokens->labels >= 2;
}

/* Is the label before a country's code a second level of that country rather than a name? */
static bool is_second_level(struct span label)
{
    static const char *const names[] = {"ac",  "co",  "com", "edu", "gen", "go", "gob",
                                        "gov", "ltd", "mil", "ne",  "net", "or", "org"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (span_equal(label, span_text(names[i])))
            return true;
    return false;
}

/* Two labels; three under co.uk, com.br, net.mx and their kind. */
static size_t domain_labels(const struct nametokens *tokens)
{
    size_t dots[3] = {0, 0, 0}, found = 0;
    for (size_t i = tokens->len; i > 0 && found < 3; i--)
        if (tokens->text[i - 1] == '.')
            dots[found++] = i - 1;
    if (tokens->labels < 3 || tokens->len - dots[0] != 3)
        return 2;
    size_t start = dots[1] + 1;
    return is_second_level(span_make(tokens->text + start, dots[0] - start)) ? 3 : 2;
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
    size_t start = 0, label = 0;
    for (size_t i = 0; i < tokens->len; i++) {
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
    add(tokens, start, tokens->len, label);
    return true;
}
