/* organisation: the registrable domain of a name by the public suffix list (libpsl), compared in
 * the form of RFC 5891 (libidn2): a name in UTF-8 and the same name as xn-- are one. */
#include "know_private.h"

#include <idn2.h>

/* Lower case, and xn-- where it was UTF-8; false where it is no name. */
static bool ascii(struct span name, char ret_text[KNOW_NAME_MAX + 1])
{
    bool plain = true;
    for (size_t i = 0; i < name.len; i++) {
        ret_text[i] = (char)span_lower_octet(name.at[i]);
        plain = plain && name.at[i] < 0x80;
    }
    ret_text[name.len] = '\0';
    if (plain)
        return true;
    char *encoded = NULL;
    if (idn2_to_ascii_8z(ret_text, &encoded, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    size_t len = strlen(encoded);
    if (len <= KNOW_NAME_MAX)
        memcpy(ret_text, encoded, len + 1);
    idn2_free(encoded);
    return len <= KNOW_NAME_MAX;
}

/* No top-level domain begins with a digit (RFC 3696 2), addresses end in one that does. */
static bool is_address(const char *text)
{
    const char *dot = strrchr(text, '.');
    const char *top = dot == NULL ? text : dot + 1;
    return (*top >= '0' && *top <= '9') || strchr(text, ':') != NULL || text[0] == '[';
}

/* The registrable domain, a part of text; NULL where the name has none. */
static const char *registrable(const struct know *know, struct span name,
                               char text[KNOW_NAME_MAX + 1])
{
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > KNOW_NAME_MAX || memchr(name.at, 0, name.len) != NULL)
        return NULL;
    if (!ascii(name, text) || is_address(text) || strstr(text, "..") != NULL)
        return NULL;
    return know->suffixes == NULL ? NULL : psl_registrable_domain(know->suffixes, text);
}

/* The registrable domain of a plain name is its end: how long it is is remembered, for the same
 * names come again and again. Direct-mapped; 0: it has none. */
static uint8_t plain_length(const struct know *know, struct span name)
{
    uint64_t hash = hash_stable(name) | 1;
    struct organisation *memo = &know->organisations[hash_mix(hash) & (KNOW_NAMES - 1)];
    if (memo->hash != hash) {
        char text[KNOW_NAME_MAX + 1];
        const char *domain = registrable(know, name, text);
        memo->hash = hash;
        memo->len = (uint8_t)(domain == NULL ? 0 : strlen(domain));
    }
    return memo->len;
}

static bool is_plain(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] >= 0x80)
            return false;
    return true;
}

/* In lower case, as xn-- where it is UTF-8. */
struct span know_organisation(const struct know *know, struct span name,
                              char text[KNOW_NAME_MAX + 1])
{
    if (!is_plain(name)) {
        const char *domain = registrable(know, name, text);
        return domain == NULL ? SPAN_NULL : span_text(domain);
    }
    uint8_t len = plain_length(know, name);
    if (len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (len > name.len) /* two names with one hash */
        return SPAN_NULL;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)span_lower_octet(name.at[name.len - len + i]);
    text[len] = '\0';
    return span_make(text, len);
}

bool know_same_organisation(const struct know *know, struct span a, struct span b)
{
    char text_a[KNOW_NAME_MAX + 1];
    char text_b[KNOW_NAME_MAX + 1];
    struct span domain_a = know_organisation(know, a, text_a);
    return domain_a.len > 0 && span_equal(domain_a, know_organisation(know, b, text_b));
}
