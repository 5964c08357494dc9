/* wire_address: host and port; an IPv6 address with a port stands in brackets (RFC 3986 3.2.2). */
#include "wire_address.h"

#include <mxtap/addr.h>
#include <stdio.h>

static bool is_name(struct span host)
{
    for (size_t i = 0; i < host.len; i++) {
        uint8_t octet = span_lower_octet(host.at[i]);
        if (!(octet >= 'a' && octet <= 'z') && !(octet >= '0' && octet <= '9') && octet != '-' &&
            octet != '_' && (octet != '.' || i == 0))
            return false;
    }
    return host.len > 0;
}

static bool is_port(struct span port)
{
    uint64_t number;
    return port.len <= 5 && span_number(port, &number) && number > 0 && number <= 65535;
}

/* Cuts a port off the end of host; false where what is there is none. */
static bool cut_port(struct span *host, struct span *port)
{
    struct addr addr;
    if (addr_parse(*host, &addr))
        return true;
    size_t end = host->len;
    while (end > 0 && host->at[end - 1] != ':' && host->at[end - 1] != ']')
        end--;
    if (end > 0 && host->at[end - 1] == ':') {
        *port = span_skip(*host, end);
        *host = span_head(*host, end - 1);
        return is_port(*port);
    }
    return true;
}

bool wire_address_split(const char *text, const char *default_port,
                        struct wire_address *ret_address)
{
    struct span host = span_text(text);
    struct span port = span_text(default_port);
    struct addr addr;
    if (!cut_port(&host, &port) || port.len == 0 || port.len >= WIRE_PORT_MAX)
        return false;
    bool brackets = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
    if (brackets)
        host = span_head(span_skip(host, 1), host.len - 2);
    bool numeric = addr_parse(host, &addr);
    if (host.len >= WIRE_HOST_MAX || !(numeric || (!brackets && is_name(host))))
        return false;
    ret_address->numeric = numeric;
    snprintf(ret_address->host, sizeof ret_address->host, "%.*s", (int)host.len,
             (const char *)host.at);
    snprintf(ret_address->port, sizeof ret_address->port, "%.*s", (int)port.len,
             (const char *)port.at);
    return true;
}
