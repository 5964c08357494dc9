/*
 * syn: what the client's SYN says, in p0f's raw notation (version:initial ttl+distance:option
 * length:mss:window,scale:option layout:quirks:payload class), and the few classes that we tell
 * apart. Options are RFC 9293 3.1, RFC 7323 and RFC 2018.
 */
#include <mxtap/know.h>

#include <mxtap/buf.h>
#include <mxtap/rd.h>
#include <stdio.h>

struct parsed {
    unsigned mss, scale;
    bool has_mss;
    char layout[80];
};

static void layout_add(struct parsed *parsed, const char *word)
{
    size_t used = strlen(parsed->layout);
    snprintf(parsed->layout + used, sizeof parsed->layout - used, "%s%s", used > 0 ? "," : "",
             word);
}

/* One option with a length octet; false ends the walk. */
static bool parse_option(struct parsed *parsed, unsigned kind, struct rd *rd)
{
    unsigned len = rd_u8(rd);
    if (!rd_ok(rd) || len < 2)
        return false;
    struct rd body = rd_make(rd_take(rd, len - 2));
    if (!rd_ok(rd))
        return false;
    char other[16];
    switch (kind) {
    case 2:
        parsed->mss = rd_u16(&body);
        parsed->has_mss = true;
        layout_add(parsed, "mss");
        break;
    case 3:
        parsed->scale = rd_u8(&body);
        layout_add(parsed, "ws");
        break;
    case 4: layout_add(parsed, "sok"); break;
    case 8: layout_add(parsed, "ts"); break;
    default: snprintf(other, sizeof other, "?%u", kind); layout_add(parsed, other);
    }
    return true;
}

static void parse_options(const struct stream_syn *syn, struct parsed *ret_parsed)
{
    *ret_parsed = (struct parsed){0};
    struct rd rd = rd_make(span_make(syn->options, syn->option_len));
    while (rd_left(&rd) > 0) {
        unsigned kind = rd_u8(&rd);
        if (kind == 1) {
            layout_add(ret_parsed, "nop");
            continue;
        }
        if (kind == 0) {
            char end[16];
            snprintf(end, sizeof end, "eol+%u", (unsigned)rd_left(&rd));
            layout_add(ret_parsed, end);
            return;
        }
        if (!parse_option(ret_parsed, kind, &rd))
            return;
    }
}

/* Systems start at 32, 64, 128 or 255; what is missing is the distance. */
static unsigned initial_ttl(unsigned ttl)
{
    return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

/* The kinds of the options in their order; false where they cannot be walked. */
static bool has_kinds(const struct stream_syn *syn, const uint8_t *kinds, size_t count)
{
    struct rd rd = rd_make(span_make(syn->options, syn->option_len));
    for (size_t i = 0; i < count; i++) {
        uint8_t kind = rd_u8(&rd);
        if (!rd_ok(&rd) || kind != kinds[i])
            return false;
        if (kind > 1) {
            uint8_t len = rd_u8(&rd);
            rd_skip(&rd, len < 2 ? 0 : (size_t)len - 2);
        }
    }
    return rd_ok(&rd);
}

static bool has_timestamps(const struct stream_syn *syn)
{
    struct rd rd = rd_make(span_make(syn->options, syn->option_len));
    while (rd_left(&rd) > 0 && rd_ok(&rd)) {
        uint8_t kind = rd_u8(&rd);
        if (kind == 8 || kind == 0)
            return kind == 8;
        if (kind > 1) {
            uint8_t len = rd_u8(&rd);
            rd_skip(&rd, len < 2 ? 0 : (size_t)len - 2);
        }
    }
    return false;
}

/*
 * Windows starts at 128 without timestamps; Linux and the BSDs at 64, Linux with mss,sok,ts,nop,ws,
 * macOS with mss,nop,ws,nop,nop,ts,sok.
 */
enum know_os know_syn_class(const struct stream_syn *syn)
{
    static const uint8_t linux_kinds[] = {2, 4, 8, 1, 3};
    static const uint8_t mac_kinds[] = {2, 1, 3, 1, 1, 8, 4};
    if (!syn->seen)
        return KNOW_OS_UNKNOWN;
    unsigned ttl = initial_ttl(syn->ttl);
    if (ttl == 128 && syn->option_len >= 4 && syn->options[0] == 2 && !has_timestamps(syn))
        return KNOW_OS_DESKTOP;
    if (ttl == 64 && has_kinds(syn, linux_kinds, sizeof linux_kinds))
        return KNOW_OS_SERVER;
    if (ttl == 64 && has_kinds(syn, mac_kinds, sizeof mac_kinds))
        return KNOW_OS_DESKTOP;
    return KNOW_OS_UNKNOWN;
}

const char *know_os_name(enum know_os os)
{
    return os == KNOW_OS_DESKTOP ? "desktop" : os == KNOW_OS_SERVER ? "server" : "unknown";
}

static void put_window(const struct stream_syn *syn, const struct parsed *parsed, struct buf *out)
{
    if (parsed->has_mss && parsed->mss > 0 && syn->window % parsed->mss == 0)
        buf_printf(out, "mss*%u", syn->window / parsed->mss);
    else
        buf_printf(out, "%u", syn->window);
    buf_printf(out, ",%u", parsed->scale);
}

void know_syn_text(const struct addr *client, const struct stream_syn *syn,
                   char ret_text[KNOW_SYN_TEXT])
{
    ret_text[0] = '\0';
    if (!syn->seen)
        return;
    struct parsed parsed;
    parse_options(syn, &parsed);
    bool v4 = addr_is_v4(client);
    unsigned ttl = initial_ttl(syn->ttl);
    unsigned base = v4 ? 20 : 40;
    struct buf out;
    buf_init(&out, KNOW_SYN_TEXT - 1);
    buf_printf(&out, "%d:%u+%u:%u:", v4 ? 4 : 6, ttl, ttl - syn->ttl,
               syn->ip_header > base ? syn->ip_header - base : 0);
    if (parsed.has_mss)
        buf_printf(&out, "%u:", parsed.mss);
    else
        buf_add_text(&out, "*:");
    put_window(syn, &parsed, &out);
    buf_printf(&out, ":%s:", parsed.layout);
    if (v4 && syn->dont_fragment)
        buf_add_text(&out, syn->ip_id != 0 ? "df,id+" : "df");
    else if (v4 && syn->ip_id == 0)
        buf_add_text(&out, "id-");
    buf_add_text(&out, ":0");
    if (out.len > 0)
        memcpy(ret_text, out.at, out.len);
    ret_text[out.len] = '\0';
    buf_done(&out);
}
