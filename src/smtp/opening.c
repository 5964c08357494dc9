/*
 * Where the client's stream is not lines yet or not any more: its first octets, the binary PROXY
 * header, and what follows an accepted STARTTLS (RFC 3207 4).
 */
#include "session.h"

/* The first octets of the stream. */
void opening_start(struct smtp_session *session, struct span *rest)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    size_t kept_len = lines_kept(lines).len;
    struct span part = span_head(*rest, START_MAX - kept_len);
    struct span head = part;
    uint8_t copy[START_MAX];
    if (kept_len > 0) {
        lines_keep(lines, part);
        head = lines_kept(lines);
    }
    switch (start_client(head)) {
    case START_MORE:
        if (kept_len == 0)
            lines_keep(lines, part);
        *rest = span_skip(*rest, part.len);
        return;
    case START_TLS:
        session_fact(session, SMTP_FACT_TLS);
        session_fact(session, SMTP_FACT_TLS_FIRST);
        break;
    case START_BINARY: session_fact(session, SMTP_FACT_BINARY); break;
    case START_OTHER: break;
    case START_PROXY:
        session->mode = MODE_PROXY;
        if (kept_len > 0)
            *rest = span_skip(*rest, part.len);
        return;
    case START_SMTP:
        session->mode = MODE_COMMAND;
        if (kept_len == 0)
            return;
        /* What was kept is short and may hold several lines. */
        memcpy(copy, head.at, head.len);
        lines_drop(lines);
        *rest = span_skip(*rest, part.len);
        client_data(session, span_make(copy, head.len));
        return;
    }
    session_fact(session, SMTP_FACT_NOT_SMTP);
    session_leave(session);
}

/* A binary PROXY header: its first octets are either kept or at the start of *rest. */
void opening_proxy(struct smtp_session *session, struct span *rest)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    size_t size = PROXY_HEAD;
    for (int round = 0; round < 2; round++) {
        size_t kept = lines_kept(lines).len;
        struct span part = kept < size ? span_head(*rest, size - kept) : SPAN_NULL;
        lines_keep(lines, part);
        *rest = span_skip(*rest, part.len);
        if (lines_kept(lines).len < size)
            break;
        size = proxy_binary_size(lines_kept(lines));
    }
    char text[64];
    struct span header = lines_kept(lines);
    if (lines->carry.truncated || (header.len >= PROXY_HEAD && size > SMTP_LINE_MAX)) {
        session_fact(session, SMTP_FACT_NOT_SMTP);
        session_leave(session);
    } else if (header.len >= PROXY_HEAD && header.len >= size) {
        struct span source = proxy_binary_source(header, text, sizeof text);
        session_fact(session, SMTP_FACT_PROXY);
        session_name(session, NAME_XCLIENT, source);
        lines_drop(lines);
        session->mode = MODE_COMMAND;
    }
}

/* STARTTLS was accepted: what does the client say? */
void opening_tls(struct smtp_session *session, struct span data)
{
    struct parsed parsed;
    const uint8_t *end = memchr(data.at, '\n', data.len);
    uint8_t first = data.at[0];
    bool plain = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    if (session->gap_tls && plain) {
        command_parse(span_head(data, end == NULL ? 0 : (size_t)(end - data.at)), &parsed);
        plain = command_plausible(&parsed);
    }
    if (plain) {
        session_fact(session, SMTP_FACT_DECRYPTED);
        session->mode = MODE_COMMAND;
    } else {
        session_fact(session, SMTP_FACT_TLS);
        session_leave(session);
    }
}
