/* addr: IPv4 as IPv4-mapped IPv6 (RFC 4291 2.5.5.2); text through inet_pton and inet_ntop. */
#include <mxtap/addr.h>

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool addr_is_v4(const struct addr *addr)
{
    return memcmp(addr->octets, mapped, sizeof mapped) == 0;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

struct addr addr_v4(uint32_t host_order)
{
    struct addr addr;
    memcpy(addr.octets, mapped, sizeof mapped);
    for (unsigned i = 0; i < 4; i++)
        addr.octets[12 + i] = (uint8_t)(host_order >> (24 - 8 * i));
    return addr;
}

bool addr_parse(struct span text, struct addr *ret_addr)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.at, 0, text.len) != NULL)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    struct in_addr v4;
    if (inet_pton(AF_INET, copy, &v4) == 1) {
        *ret_addr = addr_v4(ntohl(v4.s_addr));
        return true;
    }
    struct in6_addr v6;
    if (inet_pton(AF_INET6, copy, &v6) != 1)
        return false;
    memcpy(ret_addr->octets, v6.s6_addr, sizeof ret_addr->octets);
    return true;
}

bool addr_literal_parse(struct span text, struct addr *ret_addr)
{
    const struct span tag = SPAN_LITERAL("IPv6:");
    if (text.len > 2 && text.at[0] == '[' && text.at[text.len - 1] == ']')
        text = span_make(text.at + 1, text.len - 2);
    return addr_parse(span_starts_nocase(text, tag) ? span_skip(text, tag.len) : text, ret_addr);
}

void addr_text(const struct addr *addr, char ret_text[ADDR_TEXT_SIZE])
{
    if (addr_is_v4(addr))
        inet_ntop(AF_INET, addr->octets + 12, ret_text, ADDR_TEXT_SIZE);
    else
        inet_ntop(AF_INET6, addr->octets, ret_text, ADDR_TEXT_SIZE);
}

/* Clears the bits after the prefix. */
static void mask(struct addr_net *net)
{
    uint64_t words[2];
    memcpy(words, net->addr.octets, sizeof words);
    for (unsigned i = 0; i < 2; i++) {
        unsigned bits = net->prefix > 64 * i ? net->prefix - 64 * i : 0;
        if (bits < 64)
            words[i] &= bits == 0 ? 0 : htobe64(~UINT64_C(0) << (64 - bits));
    }
    memcpy(net->addr.octets, words, sizeof words);
}

bool addr_net_parse(struct span text, struct addr_net *ret_net)
{
    size_t slash = span_find(text, '/');
    struct addr_net net;
    if (!addr_parse(span_head(text, slash), &net.addr))
        return false;
    bool v4 = addr_is_v4(&net.addr) && span_find(text, ':') == text.len;
    uint64_t prefix = v4 ? 32 : 128;
    if (slash < text.len &&
        (!span_number(span_skip(text, slash + 1), &prefix) || prefix > (v4 ? 32 : 128)))
        return false;
    net.prefix = (unsigned)prefix + (v4 ? 96 : 0);
    mask(&net);
    *ret_net = net;
    return true;
}

bool addr_net_has(const struct addr_net *net, const struct addr *addr)
{
    struct addr_net other = {*addr, net->prefix};
    mask(&other);
    return addr_equal(&net->addr, &other.addr);
}

void addr_net_text(const struct addr_net *net, char ret_text[ADDR_TEXT_SIZE])
{
    addr_text(&net->addr, ret_text);
    bool v4 = addr_is_v4(&net->addr) && net->prefix >= 96;
    size_t len = strlen(ret_text);
    snprintf(ret_text + len, ADDR_TEXT_SIZE - len, "/%u", v4 ? net->prefix - 96 : net->prefix);
}

struct addr_net addr_net_of(const struct addr *addr, unsigned prefix)
{
    struct addr_net net = {*addr, prefix};
    mask(&net);
    return net;
}

struct addr_net addr_network(const struct addr *addr)
{
    return addr_net_of(addr, addr_is_v4(addr) ? 120 : 64);
}
