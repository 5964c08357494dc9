/*
 * What the first octets of a direction are: SMTP, TLS (RFC 8446 5.1), the binary PROXY header, or
 * something else. Decided the same way whether they come in one packet or one by one.
 */
#include "session.h"

#define LOOK 4 /* octets in which nothing binary may stand */

static bool is_tls_type(int octet)
{
    return octet >= 0x14 && octet <= 0x17;
}

bool start_is_tls(int first, int second)
{
    return is_tls_type(first) && second == 0x03;
}

bool start_tls_begins(const struct lines *lines, struct span rest)
{
    return is_tls_type(lines_peek(lines, rest, 0)) && lines_peek(lines, rest, 1) == 0x03;
}

static bool is_binary(uint8_t octet)
{
    return octet >= 0x7f || (octet < ' ' && octet != '\r' && octet != '\n' && octet != '\t');
}

static enum start look(struct span head)
{
    for (size_t i = 0; i < head.len && i < LOOK; i++) {
        if (head.at[i] == '\n')
            return START_SMTP;
        if (is_binary(head.at[i]))
            return START_BINARY;
    }
    return head.len < LOOK ? START_MORE : START_SMTP;
}

static enum start tls_or_binary(struct span head)
{
    if (head.len < 2)
        return START_MORE;
    return start_is_tls(head.at[0], head.at[1]) ? START_TLS : START_BINARY;
}

enum start start_client(struct span head)
{
    static const uint8_t proxy[START_MAX] = "\r\n\r\n\0\r\nQUIT\n";
    if (head.len == 0)
        return START_MORE;
    if (is_tls_type(head.at[0]))
        return tls_or_binary(head);
    if (memcmp(head.at, proxy, head.len < START_MAX ? head.len : START_MAX) == 0)
        return head.len < START_MAX ? START_MORE : START_PROXY;
    if (span_starts(head, SPAN_LITERAL("SSH-")))
        return START_OTHER;
    return look(head);
}

enum start start_server(struct span head)
{
    if (head.len == 0)
        return START_MORE;
    return is_tls_type(head.at[0]) ? tls_or_binary(head) : look(head);
}

bool start_is_other_banner(struct span line, bool *ret_http)
{
    static const char *const banners[] = {"SSH-", "* OK", "* PREAUTH", "* BYE",
                                          "+OK",  "-ERR", "RFB ",      "HTTP/"};
    for (size_t i = 0; i < sizeof banners / sizeof banners[0]; i++) {
        if (span_starts(line, span_text(banners[i]))) {
            *ret_http = banners[i][0] == 'H';
            return true;
        }
    }
    return false;
}
