/* eve_write: json-c's objects as text (RFC 8259), straight into the record. json-c has a writer
 * too, into a buffer of its own for each object; an alert is written twice as fast so, and to the
 * octet as json-c writes it with JSON_C_TO_STRING_PLAIN and NOSLASHESCAPE. */
#include "eve.h"

#define NUMBER_MAX 24

static void put_value(struct buf *out, struct json_object *value);

static void put_escape(struct buf *out, uint8_t octet)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *at = octet == 0 ? NULL : strchr(named, octet);
    char escape[6] = {'\\', 'u', '0', '0', hex[octet >> 4], hex[octet & 15]};
    if (at != NULL)
        escape[1] = names[at - named];
    buf_add(out, span_make(escape, at != NULL ? 2 : sizeof escape));
}

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Does one of eight octets need an escape: is it a control, a quote or a backslash? By the borrows
 * of a subtraction from all of them at once; octets over 127 never borrow. */
static bool any_special(uint64_t word)
{
    uint64_t quote = word ^ EACH('"');
    uint64_t backslash = word ^ EACH('\\');
    uint64_t borrows = ((word - EACH(' ')) & ~word) | ((quote - EACH(1)) & ~quote) |
                       ((backslash - EACH(1)) & ~backslash);
    return (borrows & EACH(0x80)) != 0;
}

/* Octets at the start of text that need no escape. */
static size_t plain_run(const char *text, size_t len)
{
    size_t run = 0;
    for (uint64_t word; len - run >= sizeof word; run += sizeof word) {
        memcpy(&word, text + run, sizeof word);
        if (any_special(word))
            break;
    }
    while (run < len && (uint8_t)text[run] >= ' ' && text[run] != '"' && text[run] != '\\')
        run++;
    return run;
}

/* In quotes, and what follows behind them (or 0). */
static void put_string(struct buf *out, const char *text, size_t len, char after)
{
    size_t run = plain_run(text, len);
    size_t tail = after == 0 ? 1 : 2;
    uint8_t *at = buf_extend(out, 1 + run + (run == len ? tail : 0));
    if (at == NULL)
        return; /* the record is cut, and will be dropped */
    at[0] = '"';
    memcpy(at + 1, text, run);
    while (run < len) {
        put_escape(out, (uint8_t)text[run++]);
        size_t next = plain_run(text + run, len - run);
        buf_add(out, span_make(text + run, next));
        run += next;
        if (run == len)
            at = buf_extend(out, tail);
    }
    if (at == NULL)
        return;
    out->at[out->len - tail] = '"';
    if (after != 0)
        out->at[out->len - 1] = (uint8_t)after;
}

static void put_number(struct buf *out, struct json_object *value)
{
    char digits[NUMBER_MAX];
    size_t at = sizeof digits;
    bool negative = json_object_get_int64(value) < 0;
    uint64_t rest =
        negative ? -(uint64_t)json_object_get_int64(value) : json_object_get_uint64(value);
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (negative)
        digits[--at] = '-';
    buf_add(out, span_make(digits + at, sizeof digits - at));
}

static void put_object(struct buf *out, struct json_object *object)
{
    char before = '{';
    json_object_object_foreach(object, name, value)
    {
        buf_add_octet(out, (uint8_t)before);
        put_string(out, name, strlen(name), ':');
        put_value(out, value);
        before = ',';
    }
    buf_add_text(out, before == '{' ? "{}" : "}");
}

static void put_array(struct buf *out, struct json_object *array)
{
    buf_add_octet(out, '[');
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        if (i > 0)
            buf_add_octet(out, ',');
        put_value(out, json_object_array_get_idx(array, i));
    }
    buf_add_octet(out, ']');
}

static void put_value(struct buf *out, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_string:
        put_string(out, json_object_get_string(value), (size_t)json_object_get_string_len(value),
                   0);
        return;
    case json_type_int: put_number(out, value); return;
    case json_type_object: put_object(out, value); return;
    case json_type_array: put_array(out, value); return;
    case json_type_boolean:
        buf_add_text(out, json_object_get_boolean(value) ? "true" : "false");
        return;
    case json_type_double: /* which may have a text of their own */
    case json_type_null:
        buf_add_text(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
        return;
    }
}

void eve_write(struct json_object *record, struct buf *out)
{
    put_value(out, record);
    json_object_put(record);
}
