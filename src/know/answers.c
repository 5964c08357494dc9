/*
 * answers: what DNS answers tell goes into the tables. Aliases are followed from the question (RFC
 * 1034 3.6.2; RFC 2317 for reverse zones): what stands at the end of the chain belongs to the name
 * that was asked for, and to no other, for only of that name did anybody ask the right server.
 */
#include "answers.h"

#include "know_private.h"
#include "namekey.h"

#define CHAIN_MAX    8   /* aliases followed */
#define NEGATIVE_TTL 300 /* seconds, where an empty answer does not tell (RFC 2308 5) */
#define REVERSE_V4   SPAN_LITERAL(".in-addr.arpa")
#define REVERSE_V6   SPAN_LITERAL(".ip6.arpa")
#define NIBBLES      32
#define TTL_MOST     INT32_MAX /* more is read as 0 (RFC 2181 8) */

/* One answer while it is taken in. */
struct answer {
    struct know *know;
    const struct event *event;
    const struct event_dns_record *records;
    size_t count;
    struct span qname, end; /* end: of the chain of aliases */
    uint32_t ttl;           /* the least so far */
    bool aliased;
};

static struct span owner_of(const struct answer *answer, size_t i)
{
    return event_text(answer->event, answer->records[i].owner);
}

static struct span name_of(const struct answer *answer, size_t i)
{
    return event_text(answer->event, answer->records[i].name);
}

static void follow_chain(struct answer *answer)
{
    for (unsigned steps = 0; steps < CHAIN_MAX; steps++) {
        size_t i = 0;
        while (i < answer->count && (answer->records[i].type != DNS_CNAME ||
                                     !span_equal(owner_of(answer, i), answer->end)))
            i++;
        if (i == answer->count)
            return;
        answer->aliased = true;
        answer->end = name_of(answer, i);
        if (answer->records[i].ttl < answer->ttl)
            answer->ttl = answer->records[i].ttl;
    }
}

static int64_t until(const struct answer *answer, uint32_t ttl)
{
    int64_t life = ttl > TTL_MOST ? 0 : ttl * CLOCK_SECOND;
    if (life < answer->know->ttl_min)
        life = answer->know->ttl_min;
    if (life > answer->know->ttl_max)
        life = answer->know->ttl_max;
    return answer->event->time + life;
}

/* Is record i of this type and of the name that was asked for? */
static bool is_asked(struct answer *answer, size_t i, uint16_t type)
{
    if (answer->records[i].type != type || !span_equal(owner_of(answer, i), answer->end))
        return false;
    if (answer->records[i].ttl < answer->ttl)
        answer->ttl = answer->records[i].ttl;
    return true;
}

static size_t asked_names(struct answer *answer, uint16_t type, struct span names[DNS_RECORDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (is_asked(answer, i, type))
            names[count++] = name_of(answer, i);
    return count;
}

/* Without records: does that say that there are none? A referral and a chain whose end is in
 * another zone say nothing. */
static bool says_none(const struct answer *answer)
{
    const struct event_dns *dns = &answer->event->dns;
    if (dns->rcode == DNS_NXDOMAIN)
        return true;
    if (dns->rcode != DNS_NOERROR || answer->event->cut > 0)
        return false;
    return dns->negative_ttl > 0 || answer->count == 0;
}

static uint32_t none_ttl(const struct answer *answer)
{
    uint32_t ttl = answer->event->dns.negative_ttl;
    return ttl > 0 ? ttl : NEGATIVE_TTL;
}

/* ---- PTR ---- */

/* "4.3.2.1.in-addr.arpa" (RFC 1035 3.5). */
static bool reverse_v4(struct span labels, struct addr *ret_addr)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        size_t dot = span_find(labels, '.');
        uint64_t octet;
        if (dot > 3 || !span_number(span_head(labels, dot), &octet) || octet > 255)
            return false;
        value |= (uint32_t)octet << (8 * i);
        if ((i < 3) != (dot < labels.len))
            return false;
        labels = span_skip(labels, dot + 1);
    }
    *ret_addr = addr_v4(value);
    return true;
}

/* Thirty-two hexadecimal digits with dots between (RFC 3596 2.5). */
static bool reverse_v6(struct span labels, struct addr *ret_addr)
{
    struct addr addr = {{0}};
    if (labels.len != 2 * NIBBLES - 1)
        return false;
    for (size_t i = 0; i < NIBBLES; i++) {
        uint8_t digit = labels.at[2 * i];
        unsigned value;
        if (digit >= '0' && digit <= '9')
            value = digit - (unsigned)'0';
        else if (digit >= 'a' && digit <= 'f')
            value = digit - (unsigned)'a' + 10;
        else
            return false;
        if (i + 1 < NIBBLES && labels.at[2 * i + 1] != '.')
            return false;
        addr.octets[15 - i / 2] |= (uint8_t)(value << (i % 2 == 0 ? 0 : 4));
    }
    *ret_addr = addr;
    return true;
}

static bool reverse_addr(struct span name, struct addr *ret_addr)
{
    if (span_ends_nocase(name, REVERSE_V4))
        return reverse_v4(span_head(name, name.len - REVERSE_V4.len), ret_addr);
    return span_ends_nocase(name, REVERSE_V6) &&
           reverse_v6(span_head(name, name.len - REVERSE_V6.len), ret_addr);
}

static void learn_ptr(struct answer *answer)
{
    struct addr addr;
    struct span names[DNS_RECORDS_MAX];
    if (!reverse_addr(answer->qname, &addr))
        return;
    size_t count = asked_names(answer, DNS_PTR, names);
    if (count == 0 && !says_none(answer))
        return;
    uint32_t ttl = count > 0 ? answer->ttl : none_ttl(answer);
    answer->know->learned += hosts_learn(&answer->know->hosts, &addr, KNOW_FROM_DNS, names, count,
                                         answer->event->time, until(answer, ttl));
}

/* ---- A, AAAA ---- */

static void learn_no_addrs(struct answer *answer, bool v4)
{
    const struct forward_addrs none = {0};
    struct namekey key = namekey_of(answer->qname);
    int64_t now = answer->event->time;
    int64_t end = until(answer, none_ttl(answer));
    forward_learn(&answer->know->forward, &key, v4, &none, now, end);
    if (answer->event->dns.rcode == DNS_NXDOMAIN) /* no records of any type (RFC 8020) */
        forward_learn(&answer->know->forward, &key, !v4, &none, now, end);
    answer->know->learned++;
}

static void learn_addrs(struct answer *answer, uint16_t type)
{
    struct know *know = answer->know;
    struct addr addrs[DNS_RECORDS_MAX];
    struct forward_addrs found = {.addrs = addrs};
    int64_t now = answer->event->time;
    for (size_t i = 0; i < answer->count; i++)
        if (is_asked(answer, i, type))
            addrs[found.count++] = answer->records[i].addr;
    if (found.count == 0) {
        if (says_none(answer))
            learn_no_addrs(answer, type == DNS_A);
        return;
    }
    struct namekey key = namekey_of(answer->qname);
    int64_t end = until(answer, answer->ttl);
    bool mx = forward_mx(&know->forward, &key) > now;
    for (size_t i = 0; i < found.count; i++) {
        hosts_confirm(&know->hosts, &addrs[i], answer->qname, now, end);
        if (mx)
            servers_learn(&know->servers, &addrs[i], now, end);
    }
    found.more = found.count > FORWARD_ADDRS || answer->count == DNS_RECORDS_MAX;
    if (found.count > FORWARD_ADDRS)
        found.count = FORWARD_ADDRS;
    forward_learn(&know->forward, &key, type == DNS_A, &found, now, end);
    know->learned++;
}

/* ---- MX, NS ---- */

/* The addresses that come with an MX answer. Whoever answers may add what it likes: only those of
 * its own organisation are taken, and that there are others is not excluded. */
static void learn_added(struct answer *answer, struct span host)
{
    struct know *know = answer->know;
    struct namekey key = namekey_of(host);
    int64_t now = answer->event->time;
    bool own = know_same_organisation(know, host, answer->qname);
    for (size_t i = 0; own && i < answer->count; i++) {
        const struct event_dns_record *record = &answer->records[i];
        if ((record->type != DNS_A && record->type != DNS_AAAA) ||
            !span_equal(owner_of(answer, i), host))
            continue;
        const struct forward_addrs one = {.addrs = &record->addr, .count = 1, .more = true};
        forward_learn(&know->forward, &key, record->type == DNS_A, &one, now,
                      until(answer, record->ttl));
    }
}

static void learn_mx_host(struct answer *answer, struct span host, int64_t end)
{
    struct know *know = answer->know;
    struct namekey key = namekey_of(host);
    int64_t now = answer->event->time;
    struct addr addrs[FORWARD_ADDRS];
    if (host.len == 0) /* "no mail here" (RFC 7505) */
        return;
    learn_added(answer, host);
    forward_mark_mx(&know->forward, &key, now, end);
    size_t count = forward_addrs(&know->forward, &key, now, addrs);
    for (size_t i = 0; i < count; i++)
        servers_learn(&know->servers, &addrs[i], now, end);
}

static void learn_mx(struct answer *answer)
{
    struct span hosts[DNS_RECORDS_MAX];
    size_t count = asked_names(answer, DNS_MX, hosts);
    if (count == 0)
        return;
    int64_t end = until(answer, answer->ttl);
    domains_learn(&answer->know->domains, answer->qname, KNOW_ROLE_MX, hosts, count,
                  answer->event->time, end);
    for (size_t i = 0; i < count; i++)
        learn_mx_host(answer, hosts[i], end);
    answer->know->learned++;
}

/* Of the zone that the first NS record names; in whatever answer, for hardly anybody asks for NS.
 */
static void learn_ns(struct answer *answer)
{
    struct span hosts[DNS_RECORDS_MAX];
    struct span zone = SPAN_NULL;
    size_t count = 0;
    uint32_t ttl = UINT32_MAX;
    for (size_t i = 0; i < answer->count; i++) {
        if (answer->records[i].type != DNS_NS)
            continue;
        if (count == 0)
            zone = owner_of(answer, i);
        if (!span_equal(owner_of(answer, i), zone))
            continue;
        hosts[count++] = name_of(answer, i);
        if (answer->records[i].ttl < ttl)
            ttl = answer->records[i].ttl;
    }
    if (count == 0 || span_find(zone, '.') == zone.len ||
        span_ends_nocase(zone, SPAN_LITERAL(".arpa")))
        return;
    if (answer->aliased && answer->event->dns.qtype == DNS_NS)
        zone = answer->qname;
    domains_learn(&answer->know->domains, zone, KNOW_ROLE_NS, hosts, count, answer->event->time,
                  until(answer, ttl));
    answer->know->learned++;
}

void answers_learn(struct know *know, const struct event *event)
{
    struct answer answer = {
        .know = know,
        .event = event,
        .records = event_dns_records(event, event->dns.records),
        .count = event->dns.records.len,
        .qname = event_text(event, event->dns.qname),
        .ttl = UINT32_MAX,
    };
    answer.end = answer.qname;
    follow_chain(&answer);
    switch (event->dns.qtype) {
    case DNS_PTR: learn_ptr(&answer); break;
    case DNS_A:
    case DNS_AAAA: learn_addrs(&answer, event->dns.qtype); break;
    case DNS_MX: learn_mx(&answer); break;
    default: break;
    }
    learn_ns(&answer);
}
