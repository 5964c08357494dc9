/*
 * relaypath: the forms of a path that name another host behind the server's own domain. A percent
 * sign or an exclamation mark alone is none: what stands on the far side must look like a host.
 */
#include "relaypath.h"

static bool is_host_octet(uint8_t octet)
{
    octet = span_lower_octet(octet);
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-' ||
           octet == '.' || octet == '[' || octet == ']';
}

/* Letters, digits, hyphens and dots; a dot inside where one is asked for. */
static bool is_host(struct span text, bool dotted)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_host_octet(text.at[i]))
            return false;
    size_t dot = span_find(text, '.');
    return text.len > 0 && (!dotted || (dot > 0 && dot + 1 < text.len));
}

static struct span without_brackets(struct span path)
{
    path = span_trim(path);
    if (path.len > 0 && path.at[0] == '<')
        path = span_skip(path, 1);
    if (path.len > 0 && path.at[path.len - 1] == '>')
        path.len--;
    return path;
}

/* What stands before the last "@", or all of it, without quotes. */
static struct span local_part(struct span path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.at[i - 1] == '@') {
            path.len = i - 1;
            break;
        }
    }
    if (path.len >= 2 && path.at[0] == '"' && path.at[path.len - 1] == '"')
        return span_make(path.at + 1, path.len - 2);
    return path;
}

/* "user%host.tld", the last of several. */
static bool has_percent(struct span local)
{
    for (size_t i = local.len; i > 1; i--) {
        if (local.at[i - 1] != '%')
            continue;
        struct span host = span_skip(local, i);
        size_t sign = span_find(host, '@');
        return is_host(span_head(host, sign), true);
    }
    return false;
}

/* "host!user". */
static bool has_bang(struct span local)
{
    size_t bang = span_find(local, '!');
    return bang > 0 && bang + 1 < local.len && is_host(span_head(local, bang), false);
}

enum relaypath relaypath_of(struct span path)
{
    /* Nearly all paths are plain. */
    if (span_find(path, '%') == path.len && span_find(path, '!') == path.len &&
        span_find(path, ':') == path.len)
        return RELAYPATH_NONE;
    path = without_brackets(path);
    if (path.len > 0 && path.at[0] == '@')
        return span_find(path, ':') < path.len ? RELAYPATH_SOURCE_ROUTE : RELAYPATH_NONE;
    struct span local = local_part(path);
    if (has_percent(local))
        return RELAYPATH_PERCENT;
    return has_bang(local) ? RELAYPATH_BANG : RELAYPATH_NONE;
}

const char *relaypath_name(enum relaypath kind)
{
    static const char *const names[] = {"none", "source_route", "percent", "bang"};
    return names[kind];
}
