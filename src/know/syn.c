/*
 * syn: what the client's SYN says, in p0f's raw notation (version:ttl+distance:option length:mss:
 * window,scale:option layout:quirks:payload class), see docs/syn.md. Options are RFC 9293 3.1, RFC
 * 7323 and RFC 2018; how damaged ones are read is as p0f reads them.
 */
#include "syn.h"

#include <mxtap/buf.h>
#include <mxtap/rd.h>
#include <stdio.h>

#define DISTANCE_MAX 35 /* more is no distance: the TTL was another at the start */

enum { OPT_END, OPT_NOP, OPT_MSS, OPT_SCALE, OPT_SACK_OK, OPT_SACK, OPT_STAMP = 8 };

static void layout_put(struct syn *syn, const char *text)
{
    size_t used = strlen(syn->layout);
    size_t len = strlen(text);
    if (used + len < sizeof syn->layout)
        memcpy(syn->layout + used, text, len + 1);
}

/* Called for each SYN: printing is for the rare words with a number only. */
static void layout_add(struct syn *syn, const char *word, unsigned number)
{
    char text[16];
    if (number != 0) {
        snprintf(text, sizeof text, "%s%u", word, number);
        word = text;
    }
    if (syn->layout[0] != '\0')
        layout_put(syn, ",");
    layout_put(syn, word);
}

/* The octets of a known option after its length; an other length than its own is bad, and passed
 * over. False where the octets are not there. */
static bool fixed(struct syn *syn, struct rd *rd, unsigned len, struct rd *ret_body)
{
    unsigned said = rd_u8(rd);
    *ret_body = rd_make(rd_take(rd, len - 2));
    if (rd_ok(rd) && said != len)
        syn->quirks |= SYN_BAD;
    return rd_ok(rd);
}

/* An option that says how long it is. */
static bool any(struct rd *rd, unsigned low, unsigned high)
{
    unsigned len = rd_u8(rd);
    if (!rd_ok(rd) || len < low || len > high)
        return false;
    rd_skip(rd, len - 2);
    return rd_ok(rd);
}

static bool take_stamp(struct syn *syn, struct rd *rd)
{
    struct rd body;
    if (!fixed(syn, rd, 10, &body))
        return false;
    syn->stamps = true;
    syn->stamp = rd_u32(&body);
    syn->quirks |= syn->stamp == 0 ? SYN_ZERO_STAMP : 0;
    syn->quirks |= rd_u32(&body) != 0 ? SYN_PEER_STAMP : 0;
    return true;
}

static bool take_end(struct syn *syn, struct rd *rd)
{
    while (rd_left(rd) > 0)
        if (rd_u8(rd) != 0)
            syn->quirks |= SYN_END_FILLED;
    return true;
}

/* After its kind; false: it cannot be passed over. */
static bool take_option(struct syn *syn, unsigned kind, struct rd *rd)
{
    struct rd body;
    switch (kind) {
    case OPT_END: return take_end(syn, rd);
    case OPT_NOP: return true;
    case OPT_MSS:
        if (!fixed(syn, rd, 4, &body))
            return false;
        syn->mss = rd_u16(&body);
        return true;
    case OPT_SCALE:
        if (!fixed(syn, rd, 3, &body))
            return false;
        syn->scale = rd_u8(&body);
        syn->quirks |= syn->scale > 14 ? SYN_HIGH_SCALE : 0;
        return true;
    case OPT_SACK_OK: return fixed(syn, rd, 2, &body);
    case OPT_SACK: return any(rd, 10, 34);
    case OPT_STAMP: return take_stamp(syn, rd);
    default: return any(rd, 2, 40);
    }
}

static void name_option(struct syn *syn, unsigned kind, size_t left)
{
    static const char *const names[] = {
        [OPT_NOP] = "nop",     [OPT_MSS] = "mss",   [OPT_SCALE] = "ws",
        [OPT_SACK_OK] = "sok", [OPT_SACK] = "sack", [OPT_STAMP] = "ts"};
    if (kind == OPT_END)
        layout_add(syn, left > 0 ? "eol+" : "eol+0", (unsigned)left);
    else if (kind < sizeof names / sizeof names[0] && names[kind] != NULL)
        layout_add(syn, names[kind], 0);
    else
        layout_add(syn, "?", kind);
}

static void parse_options(const struct stream_syn *from, struct syn *syn)
{
    struct rd rd = rd_make(span_make(from->options, from->option_len));
    bool whole = true;
    for (unsigned count = 0; whole && rd_left(&rd) > 0; count++) {
        whole = count < SYN_OPTIONS_MAX;
        if (!whole)
            break;
        unsigned kind = rd_u8(&rd);
        name_option(syn, kind, rd_left(&rd));
        whole = take_option(syn, kind, &rd);
    }
    if (!whole)
        syn->quirks |= SYN_BAD;
    /* What was not captured is not bad. */
    if (from->options_cut)
        syn->quirks &= ~(unsigned)SYN_BAD;
}

/*
 * Is the window a multiple of what goes into a segment, or of a packet? Stacks take 12 off for
 * timestamps, or think of an Ethernet when they are on another link.
 */
static void name_window(const struct stream_syn *from, unsigned version, struct syn *syn)
{
    const unsigned ethernet = 1500, v4 = 40, v6 = 60, stamps = 12;
    unsigned headers = (version == 4 ? from->ip_header : 40U) + 20U + from->option_len;
    struct {
        unsigned unit;
        bool mtu;
    } units[] = {
        {syn->mss, false},
        {syn->stamp != 0 ? syn->mss - stamps : 0, false},
        {ethernet - v4, false},
        {ethernet - v4 - stamps, false},
        {version == 6 ? ethernet - v6 : 0, false},
        {version == 6 ? ethernet - v6 - stamps : 0, false},
        {syn->mss + v4, true},
        {syn->mss + headers, true},
        {version == 6 ? syn->mss + v6 : 0, true},
        {ethernet, true},
    };
    bool sized = from->window != 0 && syn->mss >= 100;
    for (size_t i = 0; sized && i < sizeof units / sizeof units[0]; i++) {
        if (units[i].unit == 0 || from->window % units[i].unit != 0)
            continue;
        snprintf(syn->window, sizeof syn->window, "%s*%u", units[i].mtu ? "mtu" : "mss",
                 from->window / units[i].unit);
        return;
    }
    snprintf(syn->window, sizeof syn->window, "%u", from->window);
}

void syn_parse(const struct stream_syn *from, unsigned version, struct syn *ret_syn)
{
    unsigned ttl = from->ttl;
    *ret_syn = (struct syn){0};
    /* Systems start at 32, 64, 128 or 255. */
    ret_syn->ttl = ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
    ret_syn->distance = ret_syn->ttl - ttl;
    parse_options(from, ret_syn);
    name_window(from, version, ret_syn);
}

static void put_quirk(struct buf *out, bool there, const char *name, const char **separator)
{
    if (!there)
        return;
    buf_add_text(out, *separator);
    buf_add_text(out, name);
    *separator = ",";
}

static void put_quirks(const struct stream_syn *from, const struct syn *syn, bool v4,
                       struct buf *out)
{
    const char *separator = "";
    bool df = from->dont_fragment;
    put_quirk(out, v4 && df, "df", &separator);
    put_quirk(out, v4 && df && from->ip_id != 0, "id+", &separator);
    put_quirk(out, v4 && !df && from->ip_id == 0, "id-", &separator);
    put_quirk(out, (from->quirks & SYN_ECN) != 0, "ecn", &separator);
    put_quirk(out, (from->quirks & SYN_RESERVED) != 0, "0+", &separator);
    put_quirk(out, (from->quirks & SYN_FLOW_LABEL) != 0, "flow", &separator);
    put_quirk(out, (from->quirks & SYN_ZERO_SEQ) != 0, "seq-", &separator);
    put_quirk(out, (from->quirks & SYN_ACK_NUMBER) != 0, "ack+", &separator);
    put_quirk(out, (from->quirks & SYN_URGENT_POINTER) != 0, "uptr+", &separator);
    put_quirk(out, (from->quirks & SYN_URGENT_FLAG) != 0, "urgf+", &separator);
    put_quirk(out, (from->quirks & SYN_PUSH_FLAG) != 0, "pushf+", &separator);
    put_quirk(out, (syn->quirks & SYN_ZERO_STAMP) != 0, "ts1-", &separator);
    put_quirk(out, (syn->quirks & SYN_PEER_STAMP) != 0, "ts2+", &separator);
    put_quirk(out, (syn->quirks & SYN_END_FILLED) != 0, "opt+", &separator);
    put_quirk(out, (syn->quirks & SYN_HIGH_SCALE) != 0, "exws", &separator);
    put_quirk(out, (syn->quirks & SYN_BAD) != 0, "bad", &separator);
}

void know_syn_text(const struct addr *client, const struct stream_syn *syn,
                   char ret_text[KNOW_SYN_TEXT])
{
    ret_text[0] = '\0';
    if (!syn->seen)
        return;
    struct syn parsed;
    bool v4 = addr_is_v4(client);
    unsigned version = v4 ? 4 : 6, base = v4 ? 20 : 40;
    syn_parse(syn, version, &parsed);
    struct buf out;
    buf_init(&out, KNOW_SYN_TEXT - 1);
    buf_printf(&out, "%u:%u+", version, syn->ttl);
    if (parsed.distance > DISTANCE_MAX)
        buf_add_text(&out, "?");
    else
        buf_printf(&out, "%u", parsed.distance);
    buf_printf(&out, ":%u:%u:%s,%u:%s:", syn->ip_header > base ? syn->ip_header - base : 0,
               parsed.mss, parsed.window, parsed.scale, parsed.layout);
    put_quirks(syn, &parsed, v4, &out);
    buf_add_text(&out, syn->payload ? ":+" : ":0");
    if (out.len > 0)
        memcpy(ret_text, out.at, out.len);
    ret_text[out.len] = '\0';
    buf_done(&out);
}
