/*
 * helo: how the client called itself (RFC 5321 4.1.1.1, 4.1.3), and what name the server's own
 * words give it.
 */
#include "know_private.h"

static const bool is_domain_octet[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true,   ['-'] = true,
    ['.'] = true,         ['_'] = true,         [0x80 ... 0xff] = true,
};

static bool is_domain(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_domain_octet[name.at[i]])
            return false;
    return name.len > 0;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]". */
static enum know_helo literal_class(struct span helo, const struct addr *client)
{
    struct addr addr;
    if (!addr_literal_parse(helo, &addr))
        return KNOW_HELO_MALFORMED;
    return addr_equal(&addr, client) ? KNOW_HELO_LITERAL : KNOW_HELO_OTHER_LITERAL;
}

/* The server's name: the first word of its greeting (RFC 5321 4.2). */
static bool is_server_name(const struct event *event, struct span helo)
{
    struct span rest = span_trim(event_text(event, event->session.greeting));
    if (!span_starts_nocase(rest, helo))
        return false;
    struct span server = span_word(&rest);
    return span_find(server, '.') < server.len && span_equal_nocase(server, helo);
}

/* The domain of a recipient that this very event is about. */
static bool is_recipient_domain(const struct event *event, struct span helo)
{
    if (event->kind == EVENT_VERDICT)
        return know_is_domain_of(event_text(event, event->verdict.rcpt.address), helo);
    if (event->kind != EVENT_MESSAGE)
        return false;
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++)
        if (know_is_domain_of(event_text(event, rcpts[i].address), helo))
            return true;
    return false;
}

/* A sender may well write to its own domain; only its name on a foreign envelope is a lie. */
static bool is_own_sender(const struct event *event, struct span helo)
{
    return event->kind == EVENT_MESSAGE &&
           know_is_domain_of(event_text(event, event->message.mail_address), helo);
}

/* Only what ends like an address need be parsed as one. */
static bool is_bare_address(struct span helo)
{
    struct addr addr;
    uint8_t last = span_lower_octet(helo.at[helo.len - 1]);
    bool may_be = (last >= '0' && last <= '9') || span_find(helo, ':') < helo.len;
    return may_be && addr_parse(helo, &addr);
}

/* Direct-mapped: a name that shares its place with another is judged anew. */
enum name_class know_name_class(struct know *know, struct span name)
{
    uint64_t hash = hash_stable(name) | 1;
    size_t at = hash_mix(hash) & (KNOW_NAMES - 1);
    if (know->names[at].hash != hash) {
        know->names[at].hash = hash;
        know->names[at].class = names_class(name);
    }
    return know->names[at].class;
}

static enum know_helo classify(struct know *know, const struct event *event)
{
    struct span rest = event_text(event, event->session.helo);
    struct span helo = span_word(&rest);
    if (event->session.helo_verb == SMTP_NONE || helo.len == 0)
        return KNOW_HELO_NONE;
    if (helo.len > 2 && helo.at[0] == '[' && helo.at[helo.len - 1] == ']')
        return literal_class(helo, &event->flow.client);
    if (is_bare_address(helo))
        return KNOW_HELO_BARE_IP;
    if (!is_domain(helo))
        return KNOW_HELO_MALFORMED;
    if (helo.at[helo.len - 1] == '.')
        helo.len--;
    if (span_equal_nocase(helo, SPAN_LITERAL("localhost")) ||
        span_ends_nocase(helo, SPAN_LITERAL(".localdomain")) ||
        span_equal_nocase(helo, SPAN_LITERAL("localdomain")))
        return KNOW_HELO_LOCALHOST;
    if (span_find(helo, '.') == helo.len)
        return KNOW_HELO_SINGLE_LABEL;
    if (is_server_name(event, helo) ||
        (is_recipient_domain(event, helo) && !is_own_sender(event, helo)))
        return KNOW_HELO_SERVER_NAME;
    return know_name_class(know, helo) == NAME_DYNAMIC ? KNOW_HELO_DYNAMIC : KNOW_HELO_FULL;
}

enum know_helo know_helo_class(struct know *know, const struct event *event)
{
    if (event != know->judged)
        return classify(know, event);
    if (!know->helo_known)
        know->helo = classify(know, event);
    know->helo_known = true;
    return know->helo;
}

const char *know_helo_name(enum know_helo helo)
{
    switch (helo) {
    case KNOW_HELO_NONE: return "none";
    case KNOW_HELO_FULL: return "full";
    case KNOW_HELO_SINGLE_LABEL: return "single_label";
    case KNOW_HELO_LOCALHOST: return "localhost";
    case KNOW_HELO_BARE_IP: return "bare_ip";
    case KNOW_HELO_LITERAL: return "literal";
    case KNOW_HELO_OTHER_LITERAL: return "other_literal";
    case KNOW_HELO_DYNAMIC: return "dynamic";
    case KNOW_HELO_SERVER_NAME: return "server_name";
    case KNOW_HELO_MALFORMED: return "malformed";
    }
    return "none";
}

/* "[192.0.2.1]" at the head of text, the client's own address. */
static bool names_client(struct span text, const struct addr *client)
{
    text = span_trim(text);
    size_t close = span_find(text, ']');
    if (text.len == 0 || text.at[0] != '[' || close == text.len)
        return false;
    struct addr addr;
    return addr_literal_parse(span_head(text, close + 1), &addr) && addr_equal(&addr, client);
}

/*
 * Sendmail writes "mx Hello name [address], pleased to meet you", Exim and others alike. A name
 * that only echoes the HELO tells nothing.
 */
struct span know_client_name(const struct event *event)
{
    struct span text = event_text(event, event->session.helo_reply);
    if (span_find(text, '[') == text.len)
        return SPAN_NULL;
    const struct span word = SPAN_LITERAL("ello ");
    size_t hello = span_find_span(text, word);
    if (hello == text.len || hello == 0 || span_lower_octet(text.at[hello - 1]) != 'h')
        return SPAN_NULL;
    struct span rest = span_skip(text, hello + word.len);
    struct span name = span_word(&rest);
    size_t at = span_find(name, '@');
    if (at < name.len)
        name = span_skip(name, at + 1);
    if (!is_domain(name) || span_find(name, '.') == name.len ||
        span_equal_nocase(name, event_text(event, event->session.helo)))
        return SPAN_NULL;
    return names_client(rest, &event->flow.client) ? name : SPAN_NULL;
}
