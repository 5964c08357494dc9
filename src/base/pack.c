/*
 * pack: a section is its head and its records, all integers little-endian.
 *
 *     head    u8 fields; for each: u8 type, u32 size, u32 count, u8 length of the name, the name
 *     record  u32 length; for each field, count items: size octets, or of a kind u32 length and so
 *             many octets
 *
 * A record that is not exactly as long as it says ends the section.
 */
#include <mxtap/pack.h>

#include <endian.h>
#include <math.h>

#define NAME_OCTETS 30

static void put_le(uint8_t *at, uint64_t value, size_t size)
{
    value = htole64(value);
    memcpy(at, &value, size);
}

static uint64_t get_le(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, at, size);
    return le64toh(value);
}

void pack_add(struct buf *out, uint64_t value, size_t size)
{
    uint8_t *at = buf_extend(out, size);
    if (at != NULL)
        put_le(at, value, size);
}

/* ---- writing ---- */

void pack_begin(struct buf *out, const struct pack_field *fields)
{
    size_t count = 0;
    while (fields[count].name != NULL)
        count++;
    buf_add_octet(out, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        struct span name = span_head(span_text(fields[i].name), NAME_OCTETS);
        buf_add_octet(out, (uint8_t)fields[i].type);
        pack_add(out, fields[i].size, sizeof(uint32_t));
        pack_add(out, fields[i].count, sizeof(uint32_t));
        buf_add_octet(out, (uint8_t)name.len);
        buf_add(out, name);
    }
}

/* The integer of this size that stands there in the machine's order. */
static uint64_t load(const uint8_t *at, size_t size)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
    case sizeof one: memcpy(&one, at, sizeof one); return one;
    case sizeof two: memcpy(&two, at, sizeof two); return two;
    case sizeof four: memcpy(&four, at, sizeof four); return four;
    default: memcpy(&eight, at, sizeof eight); return eight;
    }
}

static void put_item(struct buf *out, const struct pack_field *field, const uint8_t *at)
{
    if (field->type == PACK_OCTETS) {
        buf_add(out, span_make(at, field->size));
    } else if (field->type == PACK_KIND) {
        size_t start = out->len;
        if (buf_extend(out, sizeof(uint32_t)) == NULL)
            return;
        field->kind->put(at, out);
        put_le(out->at + start, out->len - start - sizeof(uint32_t), sizeof(uint32_t));
    } else {
        pack_add(out, load(at, field->size), field->size);
    }
}

void pack_put(struct buf *out, const struct pack_field *fields, const void *value)
{
    size_t start = out->len;
    if (out->truncated || buf_extend(out, sizeof(uint32_t)) == NULL)
        return;
    for (; fields->name != NULL; fields++) {
        const uint8_t *at = (const uint8_t *)value + fields->offset;
        for (size_t i = 0; i < fields->count; i++)
            put_item(out, fields, at + i * fields->stride);
    }
    if (out->truncated)
        out->len = start;
    else
        put_le(out->at + start, out->len - start - sizeof(uint32_t), sizeof(uint32_t));
}

/* ---- reading ---- */

uint64_t pack_take(struct rd *rd, size_t size)
{
    struct span span = rd_take(rd, size);
    return span.len < size ? 0 : get_le(span.at, size);
}

static int64_t within(int64_t time)
{
    return time < CLOCK_EARLIEST ? CLOCK_EARLIEST : time > CLOCK_LATEST ? CLOCK_LATEST : time;
}

int64_t pack_take_time(struct rd *rd)
{
    return within((int64_t)pack_take(rd, 8));
}

static bool is_integer(enum pack_type type)
{
    return type == PACK_UNSIGNED || type == PACK_SIGNED || type == PACK_TIME;
}

/* Is that a size that an item of the type can have? */
static bool has_size(enum pack_type type, uint32_t size)
{
    if (type == PACK_NUMBER)
        return size == sizeof(double);
    if (type == PACK_OCTETS)
        return size > 0;
    return type == PACK_KIND || size == 1 || size == 2 || size == 4 || size == 8;
}

/* Does a field of this type become one of that? */
static bool becomes(enum pack_type type, enum pack_type that)
{
    return type == that || (is_integer(type) && is_integer(that));
}

/* The field of this name and type, unless the section had it before; or NULL. */
static const struct pack_field *find(const struct pack_reader *reader, size_t before,
                                     const struct pack_field *fields, struct span name,
                                     enum pack_type type)
{
    while (fields->name != NULL && !span_equal(span_text(fields->name), name))
        fields++;
    for (size_t i = 0; i < before; i++)
        if (reader->saved[i].field == fields)
            return NULL;
    return fields->name != NULL && becomes(type, fields->type) ? fields : NULL;
}

bool pack_open(struct pack_reader *reader, struct span section, const struct pack_field *fields,
               void *arg)
{
    *reader = (struct pack_reader){.rd = rd_make(section), .arg = arg};
    struct rd *rd = &reader->rd;
    reader->count = rd_u8(rd);
    bool sound = reader->count <= PACK_FIELDS_MAX;
    for (size_t i = 0; sound && i < reader->count; i++) {
        struct pack_saved *saved = &reader->saved[i];
        saved->type = (enum pack_type)rd_u8(rd);
        saved->size = rd_u32le(rd);
        saved->count = rd_u32le(rd);
        size_t len = rd_u8(rd);
        saved->field = find(reader, i, fields, rd_take(rd, len), saved->type);
        sound = saved->type <= PACK_TIME && has_size(saved->type, saved->size) && rd_ok(rd);
    }
    return sound && rd_ok(rd);
}

/* The integer of the section as the nearest one that the field can hold, in its 64 bits. */
static uint64_t fit(const struct pack_field *field, const struct pack_saved *saved, uint64_t value)
{
    unsigned bits = 64 - 8 * (unsigned)saved->size;
    bool negative = saved->type != PACK_UNSIGNED && (int64_t)(value << bits) < 0;
    int64_t is_signed = negative            ? (int64_t)(value << bits) >> bits
                        : value > INT64_MAX ? INT64_MAX
                                            : (int64_t)value;
    if (field->type == PACK_TIME)
        return (uint64_t)within(is_signed);
    if (field->type == PACK_SIGNED) {
        int64_t most = INT64_MAX >> (64 - 8 * field->size);
        return (uint64_t)(is_signed > most ? most : is_signed < -most - 1 ? -most - 1 : is_signed);
    }
    uint64_t most = field->truth ? 1 : UINT64_MAX >> (64 - 8 * field->size);
    return negative ? 0 : value > most ? most : value;
}

static void store(uint8_t *at, uint64_t value, size_t size)
{
    const uint8_t one = (uint8_t)value;
    const uint16_t two = (uint16_t)value;
    const uint32_t four = (uint32_t)value;
    switch (size) {
    case sizeof one: memcpy(at, &one, sizeof one); break;
    case sizeof two: memcpy(at, &two, sizeof two); break;
    case sizeof four: memcpy(at, &four, sizeof four); break;
    default: memcpy(at, &value, sizeof value); break;
    }
}

static void get_item(const struct pack_reader *reader, const struct pack_saved *saved,
                     struct span in, uint8_t *at)
{
    const struct pack_field *field = saved->field;
    if (field->type == PACK_KIND) {
        (void)field->kind->get(at, in, reader->arg);
    } else if (field->type == PACK_OCTETS) {
        in = span_head(in, field->size);
        memset(at, 0, field->size);
        if (in.len > 0)
            memcpy(at, in.at, in.len);
    } else if (field->type == PACK_NUMBER) {
        double number;
        uint64_t bits = get_le(in.at, sizeof bits);
        memcpy(&number, &bits, sizeof number);
        if (!isnan(number))
            memcpy(at, &number, sizeof number);
    } else {
        store(at, fit(field, saved, get_le(in.at, in.len)), field->size);
    }
}

/* The items of one field; what it has no place for is skipped. */
static void get_field(const struct pack_reader *reader, const struct pack_saved *saved,
                      struct rd *rd, uint8_t *value)
{
    const struct pack_field *field = saved->field;
    for (uint32_t i = 0; i < saved->count; i++) {
        size_t size = saved->type == PACK_KIND ? (size_t)pack_take(rd, 4) : saved->size;
        struct span in = rd_take(rd, size);
        if (rd_ok(rd) && field != NULL && i < field->count)
            get_item(reader, saved, in, value + field->offset + i * field->stride);
    }
}

/* Are these the octets of one record? Looked at first, so that a damaged one changes nothing. */
static bool is_whole(const struct pack_reader *reader, struct rd rd)
{
    for (size_t i = 0; i < reader->count && rd_ok(&rd); i++) {
        const struct pack_saved *saved = &reader->saved[i];
        if (saved->type != PACK_KIND) {
            if (saved->size != 0 && saved->count > rd_left(&rd) / saved->size)
                return false;
            rd_skip(&rd, (size_t)saved->size * saved->count);
        }
        for (uint32_t k = 0; saved->type == PACK_KIND && k < saved->count && rd_ok(&rd); k++)
            rd_skip(&rd, (size_t)pack_take(&rd, 4));
    }
    return rd_ok(&rd) && rd_left(&rd) == 0;
}

bool pack_get(struct pack_reader *reader, void *value)
{
    struct span octets = rd_take(&reader->rd, (size_t)pack_take(&reader->rd, 4));
    struct rd rd = rd_make(octets);
    if (!rd_ok(&reader->rd) || !is_whole(reader, rd)) {
        reader->rd.failed = true;
        return false;
    }
    for (size_t i = 0; i < reader->count; i++)
        get_field(reader, &reader->saved[i], &rd, value);
    return true;
}
