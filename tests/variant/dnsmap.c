/* dnsmap.c: a DNS message (RFC 1035 4.1) is read name by name and written anew. */
#include "dnsmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define HEADER   12
#define NAME     256
#define JUMPS    64
#define TYPE_A   1
#define TYPE_SOA 6
#define TYPE_PTR 12
#define TYPE_MX  15

struct job {
    const uint8_t *from;
    uint32_t size, at;
    uint8_t *to;
    uint32_t len;
};

void dnsmap_address(uint8_t to[16], const uint8_t from[4])
{
    static const uint8_t prefix[4] = {0x20, 0x01, 0x0d, 0xb8};
    memset(to, 0, 16);
    memcpy(to, prefix, sizeof prefix);
    memcpy(to + 4, from, 3);
    to[15] = from[3];
}

static bool put(struct job *job, const void *bytes, uint32_t count)
{
    if (count > DNSMAP_MOST - job->len)
        return false;
    memcpy(job->to + job->len, bytes, count);
    job->len += count;
    return true;
}

/* Takes the name at the cursor, pointers followed: its labels in name; its length. */
static bool take_name(struct job *job, uint8_t name[NAME], uint32_t *ret_len)
{
    uint32_t at = job->at, len = 0, after = 0;
    for (unsigned jumps = 0; jumps < JUMPS && at < job->size;) {
        uint32_t label = job->from[at];
        if ((label & 0xc0) == 0xc0) {
            if (at + 2 > job->size)
                return false;
            after = after == 0 ? at + 2 : after;
            at = wire_get16(job->from + at) & 0x3fff;
            jumps++;
            continue;
        }
        if (label > 63 || len + label + 1 > NAME - 1 || at + label + 1 > job->size)
            return false;
        memcpy(name + len, job->from + at, label + 1);
        len += label + 1;
        at += label + 1;
        if (label == 0) {
            job->at = after == 0 ? at : after;
            *ret_len = len;
            return true;
        }
    }
    return false;
}

/* The labels "d" "c" "b" "a" of an IPv4 address; false where they are none. */
static bool take_octets(const uint8_t *name, uint8_t octets[4], uint32_t *ret_len)
{
    uint32_t at = 0;
    for (int i = 3; i >= 0; i--) {
        char digits[4] = "";
        if (name[at] == 0 || name[at] > 3)
            return false;
        memcpy(digits, name + at + 1, name[at]);
        char *end;
        unsigned long value = strtoul(digits, &end, 10);
        if (*end != '\0' || value > 255)
            return false;
        octets[i] = (uint8_t)value;
        at += 1u + name[at];
    }
    *ret_len = at;
    return true;
}

static bool put_name(struct job *job, const uint8_t *name, uint32_t len)
{
    static const uint8_t reverse4[] = "\7in-addr\4arpa";
    static const char digits[] = "0123456789abcdef";
    static const uint8_t reverse6[] = "\3ip6\4arpa";
    uint8_t octets[4], mapped[16];
    uint32_t labels;
    if (!take_octets(name, octets, &labels) || len - labels != sizeof reverse4 ||
        memcmp(name + labels, reverse4, sizeof reverse4) != 0)
        return put(job, name, len);
    dnsmap_address(mapped, octets);
    for (int i = 31; i >= 0; i--) {
        uint8_t nibble = (uint8_t)(mapped[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15);
        const uint8_t label[2] = {1, (uint8_t)digits[nibble]};
        if (!put(job, label, sizeof label))
            return false;
    }
    return put(job, reverse6, sizeof reverse6);
}

static bool copy_name(struct job *job)
{
    uint8_t name[NAME];
    uint32_t len;
    return take_name(job, name, &len) && put_name(job, name, len);
}

static bool copy(struct job *job, uint32_t count)
{
    if (count > job->size - job->at || !put(job, job->from + job->at, count))
        return false;
    job->at += count;
    return true;
}

/* A type at the cursor; A becomes AAAA. */
static bool copy_type(struct job *job, uint16_t *ret_type)
{
    if (job->size - job->at < 2)
        return false;
    *ret_type = wire_get16(job->from + job->at);
    const uint8_t type[2] = {(uint8_t)(*ret_type >> 8),
                             *ret_type == TYPE_A ? 28 : (uint8_t)*ret_type};
    job->at += 2;
    return put(job, type, sizeof type);
}

static bool copy_data(struct job *job, uint16_t type, uint32_t count)
{
    if (type == TYPE_A && count == 4 && job->size - job->at >= 4) {
        uint8_t mapped[16];
        dnsmap_address(mapped, job->from + job->at);
        job->at += 4;
        return put(job, mapped, sizeof mapped);
    }
    switch (type) {
    case 2: /* NS */
    case 5: /* CNAME */
    case TYPE_PTR: return copy_name(job);
    case TYPE_MX: return copy(job, 2) && copy_name(job);
    case TYPE_SOA: return copy_name(job) && copy_name(job) && copy(job, 20);
    default: return copy(job, count);
    }
}

static bool copy_record(struct job *job)
{
    uint16_t type;
    if (!copy_name(job) || !copy_type(job, &type) || !copy(job, 8))
        return false;
    uint32_t count = wire_get16(job->from + job->at - 2);
    uint32_t start = job->at, begins = job->len;
    if (count > job->size - job->at || !copy_data(job, type, count) || job->at != start + count)
        return false;
    wire_put16(job->to + begins - 2, job->len - begins);
    return true;
}

bool dnsmap(const uint8_t *from, uint32_t size, uint8_t to[DNSMAP_MOST], uint32_t *ret_size)
{
    struct job job = {.from = from, .size = size, .to = to};
    uint16_t type;
    if (size < HEADER || !copy(&job, HEADER))
        return false;
    for (uint32_t i = 0; i < wire_get16(from + 4); i++)
        if (!copy_name(&job) || !copy_type(&job, &type) || !copy(&job, 2))
            return false;
    uint32_t records = 0;
    for (uint32_t section = 6; section < HEADER; section += 2)
        records += wire_get16(from + section);
    for (uint32_t i = 0; i < records; i++)
        if (!copy_record(&job))
            return false;
    *ret_size = job.len;
    return job.at == size;
}
