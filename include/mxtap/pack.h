/*
 * pack: structs to octets and back by a table of their fields, for what outlives the process.
 *
 * A section is a head (the names of the fields) and records, each with the octets of every field.
 * Fields are found by name: a reader of another version skips what it does not know and leaves as
 * they were those that the section has not, so a section survives an upgrade. Integers are
 * little-endian and may change their width and sign: what does not fit becomes the nearest that
 * does. Octets may change their size: what is shorter is followed by zeros. Arrays may change their
 * count. A field that has become another type is not known.
 *
 * Octets come from a file: nothing in them is trusted, and a section that ends early or contradicts
 * itself gives the records before that. A bool is false or true and a time lies between
 * CLOCK_EARLIEST and CLOCK_LATEST, whatever the octets say; what else a value must be, such as an
 * index that is in range, is for its owner to see to.
 *
 *     static const struct pack_field fields[] = {
 *         {"count", PACK_UNSIGNED, PACK_AT(struct tally, count)},
 *         {"times", PACK_SIGNED, PACK_ARRAY(struct tally, times)},
 *         {"case", PACK_KIND, PACK_AT(struct tally, c), .kind = &remember_case},
 *         PACK_END,
 *     };
 *
 * One thread.
 */
#ifndef MXTAP_PACK_H
#define MXTAP_PACK_H

#include <mxtap/buf.h>
#include <mxtap/clock.h>
#include <mxtap/err.h>
#include <mxtap/rd.h>

#include <stddef.h>

#define PACK_FIELDS_MAX 48 /* of one struct */

/* Saved by number: never renumbered. */
enum pack_type {
    PACK_UNSIGNED, /* uint8_t to uint64_t, bool, enum */
    PACK_SIGNED,   /* int8_t to int64_t */
    PACK_NUMBER,   /* double */
    PACK_OCTETS,   /* as they stand: char arrays, struct addr, struct addr_net */
    PACK_KIND,     /* what points at memory of its own, or has a form of its own */
    PACK_TIME,     /* int64_t, nanoseconds of event time */
};

/* A type with memory of its own. put adds its octets; get fills in a zeroed or freshly made value
 * from all of in, charging what it must, and is false where the octets are no such value. arg is
 * the reader's. */
struct pack_kind {
    void (*put)(const void *value, struct buf *out);
    bool (*get)(void *value, struct span in, void *arg);
};

struct pack_field {
    const char *name; /* at most 30 octets */
    enum pack_type type;
    size_t offset, size; /* of the value, or of one item of an array */
    size_t count;        /* items */
    size_t stride;       /* from one item to the next */
    bool truth;          /* a bool */
    const struct pack_kind *kind;
};

#define PACK_IS_BOOL(value) _Generic((value), bool : true, default : false)
#define PACK_ITEMS(type, item, items, step)                                                        \
    .offset = offsetof(type, item), .size = sizeof(((type *)0)->item), .count = (items),           \
    .stride = (step), .truth = PACK_IS_BOOL(((type *)0)->item)
#define PACK_COUNT(type, array) (sizeof(((type *)0)->array) / sizeof(((type *)0)->array[0]))
#define PACK_AT(type, field)    PACK_ITEMS(type, field, 1, 0)
#define PACK_ARRAY(type, array)                                                                    \
    PACK_ITEMS(type, array[0], PACK_COUNT(type, array), sizeof(((type *)0)->array[0]))
/* One field of the structs in an array. */
#define PACK_INNER(type, array, field)                                                             \
    PACK_ITEMS(type, array[0].field, PACK_COUNT(type, array), sizeof(((type *)0)->array[0]))
#define PACK_END                                                                                   \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* The head of a section; then one record for each value. One that passes the buf's ceiling is left
 * out, and so are those after it. */
void pack_begin(struct buf *out, const struct pack_field *fields);
void pack_put(struct buf *out, const struct pack_field *fields, const void *value);

/* For kinds: an integer of size octets (1 to 8) or a time, as they stand in a section. */
void pack_add(struct buf *out, uint64_t value, size_t size);
uint64_t pack_take(struct rd *rd, size_t size);
int64_t pack_take_time(struct rd *rd);

struct pack_reader {
    struct rd rd;
    void *arg; /* for pack_kind.get */
    struct pack_saved {
        const struct pack_field *field; /* NULL: not known */
        enum pack_type type;
        uint32_t size, count;
    } saved[PACK_FIELDS_MAX]; /* the section's fields */
    size_t count;
};

/* False where the section has no head that could be read. */
bool pack_open(struct pack_reader *reader, struct span section, const struct pack_field *fields,
               void *arg) MXTAP_MUST_CHECK;
/* True and the next record in *value, whose other fields stay as they are; false at the end. A kind
 * that refuses its octets leaves its field as it was. */
bool pack_get(struct pack_reader *reader, void *value) MXTAP_MUST_CHECK;

#endif
