/* span: searching and comparing borrowed bytes. Case is folded for ASCII letters only. */
#include <mxtap/span.h>

bool span_equal_nocase(struct span a, struct span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (span_lower_octet(a.at[i]) != span_lower_octet(b.at[i]))
            return false;
    return true;
}

bool span_starts(struct span span, struct span with)
{
    return span.len >= with.len && span_equal(span_head(span, with.len), with);
}

bool span_starts_nocase(struct span span, struct span with)
{
    return span.len >= with.len && span_equal_nocase(span_head(span, with.len), with);
}

bool span_ends_nocase(struct span span, struct span with)
{
    return span.len >= with.len && span_equal_nocase(span_skip(span, span.len - with.len), with);
}

size_t span_find(struct span span, uint8_t octet)
{
    if (span.len == 0)
        return 0;
    const uint8_t *found = memchr(span.at, octet, span.len);
    return found == NULL ? span.len : (size_t)(found - span.at);
}

size_t span_find_span(struct span span, struct span needle)
{
    if (needle.len == 0)
        return 0;
    if (span.len < needle.len)
        return span.len;
    const uint8_t *found = memmem(span.at, span.len, needle.at, needle.len);
    return found == NULL ? span.len : (size_t)(found - span.at);
}

size_t span_find_nocase(struct span span, struct span needle)
{
    if (needle.len == 0)
        return 0;
    uint8_t first = span_lower_octet(needle.at[0]);
    for (size_t i = 0; i + needle.len <= span.len; i++)
        if (span_lower_octet(span.at[i]) == first &&
            span_equal_nocase(span_head(span_skip(span, i), needle.len), needle))
            return i;
    return span.len;
}

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

struct span span_trim(struct span span)
{
    while (span.len > 0 && is_blank(span.at[0]))
        span = span_skip(span, 1);
    while (span.len > 0 && is_blank(span.at[span.len - 1]))
        span.len--;
    return span;
}

struct span span_word(struct span *rest)
{
    *rest = span_trim(*rest);
    struct span word = span_head(*rest, span_find(*rest, ' '));
    word.len = span_find(word, '\t');
    *rest = span_skip(*rest, word.len);
    return word;
}

bool span_number(struct span span, uint64_t *ret_value)
{
    if (span.len == 0 || span.len > 19)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < span.len; i++) {
        if (span.at[i] < '0' || span.at[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(span.at[i] - '0');
    }
    *ret_value = value;
    return true;
}
