/* listen: 127.0.0.0/8 (RFC 1122 3.2.1.3) and ::1 (RFC 4291 2.5.3) are loopback; localhost is a name
 * of them (RFC 6761 6.3). */
#include "listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 16

static bool is_loopback(const struct addr *addr)
{
    static const struct addr six = {{[15] = 1}};
    return addr_equal(addr, &six) || (addr_is_v4(addr) && addr->octets[12] == 127);
}

/* Cuts ":port" off the end of an address or a name; an IPv6 address stands in brackets (RFC 3986
 * 3.2.2). Without a port *ret_port is empty. */
static bool cut_port(struct span text, struct span *ret_host, struct span *ret_port)
{
    bool bracket = text.len > 0 && text.at[0] == '[';
    size_t end = span_find(text, bracket ? ']' : ':');
    struct span rest = span_skip(text, bracket ? end + 1 : end);
    if (bracket && end == text.len)
        return false;
    *ret_host = bracket ? span_skip(span_head(text, end), 1) : span_head(text, end);
    *ret_port = span_skip(rest, 1);
    return rest.len == 0 || (rest.len > 1 && rest.at[0] == ':');
}

bool listen_is_loopback(struct span host)
{
    struct span name;
    struct span port;
    uint64_t number;
    struct addr addr;
    if (!cut_port(host, &name, &port) || (port.len > 0 && !span_number(port, &number)))
        return false;
    /* A v6 address stands in brackets, and nothing else does. */
    bool bracket = host.len > 0 && host.at[0] == '[';
    if (!bracket && span_equal_nocase(name, SPAN_LITERAL("localhost")))
        return true;
    return addr_parse(name, &addr) && is_loopback(&addr) && bracket != addr_is_v4(&addr);
}

static socklen_t fill(const struct addr *addr, uint16_t port, struct sockaddr_storage *ret_socket)
{
    *ret_socket = (struct sockaddr_storage){0};
    if (addr_is_v4(addr)) {
        struct sockaddr_in *four = (struct sockaddr_in *)ret_socket;
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        memcpy(&four->sin_addr, addr->octets + 12, sizeof four->sin_addr);
        return sizeof *four;
    }
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret_socket;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    memcpy(&six->sin6_addr, addr->octets, sizeof six->sin6_addr);
    return sizeof *six;
}

static bool find_port(int file, uint16_t *ret_port)
{
    struct sockaddr_storage at = {0};
    socklen_t len = sizeof at;
    if (getsockname(file, (struct sockaddr *)&at, &len) != 0)
        return false;
    *ret_port = ntohs(at.ss_family == AF_INET ? ((struct sockaddr_in *)&at)->sin_port
                                              : ((struct sockaddr_in6 *)&at)->sin6_port);
    return true;
}

enum err listen_open(const char *text, int *ret_socket, uint16_t *ret_port)
{
    struct span host;
    struct span port;
    struct addr addr;
    uint64_t number;
    struct span all = span_text(text);
    if (!cut_port(all, &host, &port) || !span_number(port, &number) || number > UINT16_MAX ||
        !addr_parse(host, &addr) || !is_loopback(&addr) || (all.at[0] == '[') == addr_is_v4(&addr))
        return ERR_CONFIG;
    struct sockaddr_storage at;
    socklen_t len = fill(&addr, (uint16_t)number, &at);
    int file = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file < 0)
        return ERR_SYSTEM;
    int on = 1;
    if (setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(file, (struct sockaddr *)&at, len) == 0 && listen(file, BACKLOG) == 0 &&
        find_port(file, ret_port)) {
        *ret_socket = file;
        return ERR_NONE;
    }
    int cause = errno;
    close(file);
    errno = cause;
    return ERR_SYSTEM;
}
