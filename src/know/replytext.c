/*
 * The words of a reply: cut at blanks and brackets into tokens, each token is an address, a URL, a
 * host, or words; only words and the tail of a URL are written. One pass, no table, no allocation.
 */
#include "replytext.h"

/* Where the words go. gap says that a blank is due before the next word. */
struct words {
    char *at;
    size_t len;
    bool gap;
};

static bool is_letter(uint8_t octet)
{
    return span_lower_octet(octet) >= 'a' && span_lower_octet(octet) <= 'z';
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_break(uint8_t octet)
{
    return octet <= ' ' || octet == 0x7f || memchr("<>()[]{}\",;|", octet, 12) != NULL;
}

static bool is_word(uint8_t octet)
{
    return is_letter(octet) || is_digit(octet) || octet == '-' || octet == '\'' || octet >= 0x80;
}

static void put(struct words *words, char octet)
{
    if (words->gap && words->len > 0 && words->len < REPLYTEXT_SIZE)
        words->at[words->len++] = ' ';
    words->gap = false;
    if (words->len < REPLYTEXT_SIZE)
        words->at[words->len++] = octet;
}

/* A word without the number at its end, empty where it is a number or an identifier. */
static struct span without_number(struct span word)
{
    size_t letters = word.len;
    while (letters > 0 && is_digit(word.at[letters - 1]))
        letters--;
    if (letters < word.len && letters < 3)
        return SPAN_NULL;
    for (size_t i = 0; i < letters; i++)
        if (is_digit(word.at[i]))
            return SPAN_NULL;
    return span_head(word, letters);
}

static void put_word(struct words *words, struct span word)
{
    bool high = false;
    word = without_number(word);
    for (size_t i = 0; i < word.len; i++) {
        uint8_t octet = word.at[i];
        if (octet >= 0x80) {
            /* A typographic apostrophe (UTF-8 E2 80 99) is none the less an apostrophe. */
            if (word.len - i >= 3 && memcmp(word.at + i, "\xe2\x80\x99", 3) == 0)
                i += 2;
            else if (!high)
                put(words, '~');
            high = true;
            continue;
        }
        high = false;
        if (is_letter(octet))
            put(words, (char)span_lower_octet(octet));
    }
    words->gap = true;
}

static void put_words(struct words *words, struct span text)
{
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && is_word(text.at[len]))
            len++;
        put_word(words, span_head(text, len));
        text = span_skip(text, len + 1);
    }
}

/* mail.example.com, but not RESOLVER.ADR.RecipNotFound nor two sentences that lack their blank. */
static bool is_host(struct span text)
{
    while (text.len > 0 && !is_letter(text.at[text.len - 1]))
        text.len--;
    size_t last = text.len;
    while (last > 0 && is_letter(text.at[last - 1]))
        last--;
    size_t lower = 0, dots = 0;
    for (size_t i = last; i < text.len; i++)
        lower += text.at[i] >= 'a';
    if (last < 2 || text.at[last - 1] != '.' || text.len - last < 2)
        return false;
    if (lower != 0 && lower != text.len - last)
        return false;
    for (size_t i = 0; i < last; i++) {
        if (text.at[i] == '.' && i > 0 && text.at[i - 1] == '.')
            return false;
        if (text.at[i] == '.')
            dots++;
        else if (!is_letter(text.at[i]) && !is_digit(text.at[i]) && text.at[i] != '-' &&
                 text.at[i] != '_' && text.at[i] != '\'' && text.at[i] != '#')
            return false;
    }
    return dots > 1 || text.len - last <= 4;
}

static bool is_ipv6(struct span text)
{
    size_t colons = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t lower = span_lower_octet(text.at[i]);
        if (text.at[i] == ':')
            colons++;
        else if (!is_digit(lower) && !(lower >= 'a' && lower <= 'f') && lower != '.')
            return false;
    }
    return colons >= 2;
}

/* "address:joe@example.com" is address, "joe@example.com:blocked" is blocked. */
static void put_beside_address(struct words *words, struct span token)
{
    size_t at = span_find(token, '@'), colon = span_find(token, ':');
    if (colon < at)
        put_words(words, span_head(token, colon));
    struct span rest = span_skip(token, at);
    put_words(words, span_skip(rest, span_find(rest, ':')));
}

/* "see:https://host/why" is see and why. */
static void put_token(struct words *words, struct span token)
{
    size_t url = span_find_span(token, SPAN_LITERAL("://"));
    if (url < token.len) {
        struct span rest = span_skip(token, url + 3);
        size_t host = 0;
        while (host < rest.len && rest.at[host] != '/' && rest.at[host] != '?')
            host++;
        while (url > 0 && is_letter(token.at[url - 1]))
            url--;
        put_words(words, span_head(token, url));
        put_words(words, span_skip(rest, host));
        return;
    }
    if (span_find(token, '@') < token.len) {
        put_beside_address(words, token);
        return;
    }
    if (is_ipv6(token))
        return;
    while (token.len > 0) {
        size_t len = 0;
        while (len < token.len && memchr(":=/&?%+*!", token.at[len], 9) == NULL)
            len++;
        if (!is_host(span_head(token, len)))
            put_words(words, span_head(token, len));
        token = span_skip(token, len + 1);
    }
}

/* "<joe@example.com>" or "<DATA>": its length, or 0 where the bracket is something else. */
static size_t bracket(struct span text)
{
    for (size_t i = 1; i < text.len && i < 320; i++) {
        if (text.at[i] == '>')
            return i + 1;
        if (text.at[i] <= ' ' || text.at[i] == '<')
            break;
    }
    return 0;
}

/* "550-Unknown" and "550 5.1.1-Unknown": the code of a continued line is no part of its first word.
 */
static size_t code_prefix(struct span token)
{
    size_t digits = 0;
    while (digits < token.len && (is_digit(token.at[digits]) || token.at[digits] == '.'))
        digits++;
    return digits >= 3 && digits < token.len && token.at[digits] == '-' ? digits + 1 : 0;
}

/* "tempo- rarily" was broken at the end of a line. */
static bool is_broken(struct span token, struct span rest)
{
    return token.len > 1 && token.at[token.len - 1] == '-' && is_letter(token.at[token.len - 2]) &&
           rest.len > 1 && rest.at[0] == ' ' && is_letter(rest.at[1]);
}

/* "joe@example.com...User unknown" and "suspended--please ask" are two tokens. */
static bool is_pause(struct span text)
{
    return text.len > 1 && text.at[0] == text.at[1] && (text.at[0] == '.' || text.at[0] == '-');
}

size_t replytext_words(struct span text, char result[REPLYTEXT_SIZE])
{
    struct words words = {result, 0, false};
    text = span_head(text, REPLYTEXT_READ);
    while (text.len > 0 && words.len < REPLYTEXT_SIZE) {
        if (is_break(text.at[0]) || is_pause(text)) {
            size_t skip = text.at[0] == '<' ? bracket(text) : 0;
            text = span_skip(text, skip == 0 ? 1 : skip);
            continue;
        }
        size_t len = 1;
        while (len < text.len && !is_break(text.at[len]) && !is_pause(span_skip(text, len)))
            len++;
        struct span token = span_head(text, len);
        text = span_skip(text, len);
        put_token(&words, span_skip(token, code_prefix(token)));
        if (is_broken(token, text))
            words.gap = false;
    }
    return words.len;
}

/* Length of digits at the start, at most limit of them. */
static size_t digits_at(struct span text, size_t limit)
{
    size_t count = 0;
    while (count < text.len && count < limit && is_digit(text.at[count]))
        count++;
    return count;
}

struct span replytext_enhanced(struct span text)
{
    text = span_head(text, REPLYTEXT_READ);
    for (size_t i = 0; i + 5 <= text.len; i++) {
        uint8_t first = text.at[i];
        if ((first != '2' && first != '4' && first != '5') || text.at[i + 1] != '.')
            continue;
        if (i > 0 &&
            (is_letter(text.at[i - 1]) || is_digit(text.at[i - 1]) || text.at[i - 1] == '.'))
            continue;
        size_t subject = digits_at(span_skip(text, i + 2), 3);
        size_t at = i + 2 + subject;
        if (subject == 0 || at >= text.len || text.at[at] != '.')
            continue;
        size_t detail = digits_at(span_skip(text, at + 1), 3);
        at += 1 + detail;
        /* One number more and it is an IP address. */
        if (detail == 0 || (at + 1 < text.len && text.at[at] == '.' && is_digit(text.at[at + 1])) ||
            (at < text.len && is_digit(text.at[at])))
            continue;
        return span_make(text.at + i, at - i);
    }
    return SPAN_NULL;
}
