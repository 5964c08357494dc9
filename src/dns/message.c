/*
 * message: header and question (RFC 1035 4.1.1, 4.1.2), records (4.1.3) with compressed names
 * (4.1.4), the lifetime of an empty answer (RFC 2308 5).
 */
#include "message.h"

#include <mxtap/rd.h>

#define POINTER 0xc0 /* the two high bits of a label's length (RFC 1035 4.1.4) */

/* Takes the name at the cursor without following pointers; false where it is none. */
static bool skip_name(struct rd *rd)
{
    for (size_t len = 1; rd_ok(rd) && len <= MESSAGE_NAME;) {
        uint8_t label = rd_u8(rd);
        if (label == 0)
            return rd_ok(rd);
        if ((label & POINTER) == POINTER) {
            rd_skip(rd, 1);
            return rd_ok(rd);
        }
        if ((label & POINTER) != 0)
            return false;
        rd_skip(rd, label);
        len += 1U + label;
    }
    return false;
}

/* May ldns follow this name? Each pointer leads to before the piece that holds it. */
static bool name_is_sane(struct span wire, size_t at)
{
    size_t len = 1;
    size_t start = at;
    for (unsigned hops = 0; hops <= MESSAGE_HOPS && len <= MESSAGE_NAME;) {
        struct rd rd = rd_make(span_skip(wire, at));
        uint8_t label = rd_u8(&rd);
        uint8_t low = rd_u8(&rd);
        if (label == 0 && at < wire.len)
            return true;
        if ((label & POINTER) == POINTER) {
            size_t target = (size_t)(label & ~POINTER) << 8 | low;
            if (!rd_ok(&rd) || target >= start || target < MESSAGE_HEADER)
                return false;
            at = start = target;
            hops++;
            continue;
        }
        if (label == 0 || (label & POINTER) != 0)
            return false;
        at += 1U + label;
        len += 1U + label;
    }
    return false;
}

/* The question's name: no pointers, nothing is before it that they could lead to. */
static bool take_question(struct message *message, struct rd *rd)
{
    const uint8_t *start = rd->at;
    if (!skip_name(rd) || (size_t)(rd->at - start) > MESSAGE_NAME || rd->at[-1] != 0)
        return false;
    message->name_len = (size_t)(rd->at - start);
    for (size_t i = 0; i < message->name_len; i++)
        message->name[i] = span_lower_octet(start[i]);
    message->qtype = rd_u16(rd);
    message->qclass = rd_u16(rd);
    return rd_ok(rd);
}

enum message_state message_open(struct span wire, struct message *ret_message)
{
    struct message message = {.wire = wire};
    struct rd rd = rd_make(wire);
    message.id = rd_u16(&rd);
    uint16_t flags = rd_u16(&rd);
    uint16_t questions = rd_u16(&rd);
    message.answers = rd_u16(&rd);
    message.authorities = rd_u16(&rd);
    message.additionals = rd_u16(&rd);
    if (!rd_ok(&rd) || wire.len > MESSAGE_LONG)
        return MESSAGE_BAD;
    message.response = (flags & 0x8000) != 0;
    message.opcode = flags >> 11 & 15;
    message.authoritative = (flags & 0x0400) != 0;
    message.cut = (flags & 0x0200) != 0;
    message.rcode = flags & 15;
    if (message.opcode != LDNS_PACKET_QUERY || questions != 1)
        return MESSAGE_OTHER;
    if (!take_question(&message, &rd))
        return MESSAGE_BAD;
    message.records_at = wire.len - rd_left(&rd);
    *ret_message = message;
    return MESSAGE_GOOD;
}

/* ---- records ---- */

/* A record on the wire, not yet taken apart. */
struct raw {
    size_t at, data_at, end;
    uint16_t type, class;
    ldns_pkt_section section;
};

static bool take_raw(struct span wire, struct rd *rd, struct raw *ret_raw)
{
    ret_raw->at = wire.len - rd_left(rd);
    if (!skip_name(rd))
        return false;
    ret_raw->type = rd_u16(rd);
    ret_raw->class = rd_u16(rd);
    rd_skip(rd, 4);
    uint16_t len = rd_u16(rd);
    ret_raw->data_at = wire.len - rd_left(rd);
    rd_skip(rd, len);
    ret_raw->end = wire.len - rd_left(rd);
    return rd_ok(rd);
}

/* Where the first name in the data begins, or the record's end. */
static size_t data_name(const struct raw *raw)
{
    switch (raw->type) {
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR:
    case DNS_SOA: return raw->data_at;
    case DNS_MX: return raw->data_at + 2;
    default: return raw->end;
    }
}

static bool is_wanted(const struct raw *raw)
{
    if (raw->class != MESSAGE_IN)
        return false;
    bool address = raw->type == DNS_A || raw->type == DNS_AAAA;
    switch (raw->section) {
    case LDNS_SECTION_ANSWER:
        return address || raw->type == DNS_PTR || raw->type == DNS_MX || raw->type == DNS_NS ||
               raw->type == DNS_CNAME;
    case LDNS_SECTION_AUTHORITY: return raw->type == DNS_NS || raw->type == DNS_SOA;
    default: return address;
    }
}

static ldns_rr *take_apart(const struct message *message, const struct raw *raw)
{
    size_t name = data_name(raw);
    if (!name_is_sane(message->wire, raw->at) ||
        (name < raw->end && !name_is_sane(message->wire, name)))
        return NULL;
    /* The second name of a SOA is of no use, but ldns reads it. */
    if (raw->type == DNS_SOA) {
        struct rd rd = rd_make(span_skip(message->wire, name));
        if (!skip_name(&rd) || !name_is_sane(message->wire, message->wire.len - rd_left(&rd)))
            return NULL;
    }
    ldns_rr *record = NULL;
    size_t at = raw->at;
    if (ldns_wire2rr(&record, message->wire.at, message->wire.len, &at, raw->section) !=
        LDNS_STATUS_OK)
        return NULL;
    if (at != raw->end || ldns_rr_rdf(record, 0) == NULL) {
        ldns_rr_free(record);
        return NULL;
    }
    return record;
}

/* One octet of a label in presentation form (RFC 1035 5.1), lower case; how many it became. */
static size_t put_octet(char *to, uint8_t octet)
{
    octet = span_lower_octet(octet);
    if (octet <= ' ' || octet >= 0x7f) {
        to[0] = '\\';
        to[1] = (char)('0' + octet / 100);
        to[2] = (char)('0' + octet / 10 % 10);
        to[3] = (char)('0' + octet % 10);
        return 4;
    }
    size_t len = 0;
    if (octet == '.' || octet == '\\' || octet == ';' || octet == '(' || octet == ')' ||
        octet == '"')
        to[len++] = '\\';
    to[len++] = (char)octet;
    return len;
}

/* The name without the last dot, in texts; false where it is too long. */
static bool put_name(struct message_texts *texts, const ldns_rdf *name, struct span *ret_text)
{
    char text[4 * MESSAGE_NAME];
    size_t len = 0;
    if (name == NULL || ldns_rdf_size(name) > MESSAGE_NAME)
        return false;
    struct rd rd = rd_make(span_make(ldns_rdf_data(name), ldns_rdf_size(name)));
    for (uint8_t label = rd_u8(&rd); label > 0; label = rd_u8(&rd)) {
        struct span octets = rd_take(&rd, label);
        if (len > 0)
            text[len++] = '.';
        for (size_t i = 0; i < octets.len; i++)
            len += put_octet(text + len, octets.at[i]);
    }
    if (!rd_ok(&rd) || len > DNS_NAME_MAX || len > sizeof texts->octets - texts->used)
        return false;
    char *to = texts->octets + texts->used;
    memcpy(to, text, len);
    texts->used += len;
    *ret_text = span_make(to, len);
    return true;
}

static bool put_record(struct message_texts *texts, const ldns_rr *from, struct dns_record *to)
{
    const ldns_rdf *data = ldns_rr_rdf(from, 0);
    *to = (struct dns_record){
        .type = (uint16_t)ldns_rr_get_type(from),
        .ttl = ldns_rr_ttl(from),
    };
    if (to->type == DNS_A) {
        if (ldns_rdf_size(data) != 4)
            return false;
        struct rd rd = rd_make(span_make(ldns_rdf_data(data), 4));
        to->addr = addr_v4(rd_u32(&rd));
    } else if (to->type == DNS_AAAA) {
        if (ldns_rdf_size(data) != sizeof to->addr.octets)
            return false;
        memcpy(to->addr.octets, ldns_rdf_data(data), sizeof to->addr.octets);
    } else if (to->type == DNS_MX) {
        to->preference = ldns_rdf2native_int16(data);
        data = ldns_rr_rdf(from, 1);
    }
    return put_name(texts, ldns_rr_owner(from), &to->owner) &&
           (to->type == DNS_A || to->type == DNS_AAAA || put_name(texts, data, &to->name));
}

/* RFC 2308 5: the lesser of the SOA's own lifetime and its last field. */
static uint32_t negative_ttl(const ldns_rr *soa)
{
    const ldns_rdf *minimum = ldns_rr_rdf(soa, 6);
    uint32_t ttl = ldns_rr_ttl(soa);
    if (minimum == NULL || ldns_rdf_size(minimum) != 4)
        return ttl;
    uint32_t value = ldns_rdf2native_int32(minimum);
    return value < ttl ? value : ttl;
}

/* A zone that is cut on the way to the question: "example.com" for "mx.example.com". */
static bool stands_above(struct span zone, struct span name)
{
    if (zone.len >= name.len)
        return span_equal(zone, name);
    struct span end = span_skip(name, name.len - zone.len);
    return zone.len > 0 && span_equal(zone, end) && name.at[name.len - zone.len - 1] == '.';
}

static bool keep(const struct raw *raw, const ldns_rr *record, struct message_texts *texts,
                 struct dns_record records[DNS_RECORDS_MAX], struct dns_answer *answer)
{
    if (raw->type == DNS_SOA) {
        answer->negative_ttl = negative_ttl(record);
        return true;
    }
    answer->total++;
    if (answer->count == DNS_RECORDS_MAX)
        return true;
    struct dns_record *to = &records[answer->count];
    if (!put_record(texts, record, to))
        return false;
    bool foreign =
        raw->section == LDNS_SECTION_AUTHORITY && !stands_above(to->owner, answer->qname);
    answer->count += !foreign;
    answer->total -= foreign;
    return true;
}

static bool put_qname(const struct message *message, struct message_texts *texts,
                      struct span *ret_qname)
{
    ldns_rdf *name = NULL;
    size_t at = MESSAGE_HEADER;
    if (ldns_wire2dname(&name, message->wire.at, message->wire.len, &at) != LDNS_STATUS_OK)
        return false;
    bool good = put_name(texts, name, ret_qname);
    ldns_rdf_deep_free(name);
    return good;
}

bool message_records(const struct message *message, struct message_texts *texts,
                     struct dns_record records[DNS_RECORDS_MAX], struct dns_answer *ret_answer)
{
    struct dns_answer answer = *ret_answer;
    texts->used = 0;
    if (!put_qname(message, texts, &answer.qname))
        return false;
    answer.records = records;
    struct rd rd = rd_make(span_skip(message->wire, message->records_at));
    size_t all = (size_t)message->answers + message->authorities + message->additionals;
    for (size_t i = 0; i < all; i++) {
        struct raw raw = {.section = i < message->answers ? LDNS_SECTION_ANSWER
                                     : i < (size_t)message->answers + message->authorities
                                         ? LDNS_SECTION_AUTHORITY
                                         : LDNS_SECTION_ADDITIONAL};
        if (!take_raw(message->wire, &rd, &raw))
            return false;
        if (!is_wanted(&raw))
            continue;
        ldns_rr *record = take_apart(message, &raw);
        bool good = record != NULL && keep(&raw, record, texts, records, &answer);
        ldns_rr_free(record);
        if (!good)
            return false;
    }
    *ret_answer = answer;
    return true;
}
