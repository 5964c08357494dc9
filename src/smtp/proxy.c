/* The PROXY protocol, versions 1 (a line) and 2 (binary): who the client was before the balancer.
 */
#include "session.h"

#include <mxtap/addr.h>
#include <mxtap/rd.h>
#include <stdio.h>

size_t proxy_binary_size(struct span head)
{
    struct rd rd = rd_make(head);
    rd_skip(&rd, PROXY_HEAD - 2);
    return PROXY_HEAD + (size_t)rd_u16(&rd);
}

struct span proxy_binary_source(struct span header, char *room, size_t size)
{
    struct rd rd = rd_make(header);
    rd_skip(&rd, START_MAX);
    uint8_t command = rd_u8(&rd);
    uint8_t family = rd_u8(&rd) >> 4;
    rd_skip(&rd, 2);
    struct addr addr;
    struct span octets = SPAN_NULL;
    if (family == 1) {
        addr = addr_v4(rd_u32(&rd));
    } else if (family == 2) {
        octets = rd_take(&rd, sizeof addr.octets);
        if (octets.len == sizeof addr.octets)
            memcpy(addr.octets, octets.at, sizeof addr.octets);
    }
    /* LOCAL (a health check) and other families tell nothing. */
    if (!rd_ok(&rd) || (command & 15) != 1 || family < 1 || family > 2)
        return SPAN_NULL;
    char text[ADDR_TEXT_SIZE];
    addr_text(&addr, text);
    int len = snprintf(room, size, "%s", text);
    return len > 0 && (size_t)len < size ? span_make(room, (size_t)len) : SPAN_NULL;
}

struct span proxy_text_source(struct span argument)
{
    struct span family = span_word(&argument);
    struct span source = span_word(&argument);
    if (!span_starts_nocase(family, SPAN_LITERAL("TCP")))
        return SPAN_NULL;
    return source;
}
