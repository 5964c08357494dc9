/* zombie_signals: each signal of DETECTIONS' list, read off one event and what is known. */
#include "zombie_signals.h"

#include "evidence.h"
#include "trace.h"

#include <stdio.h>

#define NAMED_MAX 4 /* signals named in a sentence */

const char *zombie_signal_name(enum zombie_signal signal)
{
    static const char *const names[] = {
#define SIGNAL(name, setting, weight, help) #setting,
#include "zombie_signals.def"
#undef SIGNAL
    };
    return names[signal];
}

double zombie_score(const double *weights, uint32_t signals)
{
    double score = 0;
    for (; signals != 0; signals &= signals - 1)
        score += weights[__builtin_ctz(signals)];
    return score;
}

struct json_object *zombie_signals_json(const double *weights, uint32_t signals)
{
    struct json_object *list = json_object_new_array();
    for (; signals != 0; signals &= signals - 1) {
        int index = __builtin_ctz(signals);
        struct json_object *signal = json_object_new_object();
        evidence_text(signal, "signal", zombie_signal_name((enum zombie_signal)index));
        evidence_number(signal, "weight", weights[index]);
        json_object_array_add(list, signal);
    }
    return list;
}

void zombie_signals_text(const double *weights, uint32_t signals, char *ret_text, size_t size)
{
    size_t used = 0;
    ret_text[0] = '\0';
    for (unsigned named = 0; named < NAMED_MAX && signals != 0; named++) {
        int best = __builtin_ctz(signals);
        for (uint32_t rest = signals; rest != 0; rest &= rest - 1)
            if (weights[__builtin_ctz(rest)] > weights[best])
                best = __builtin_ctz(rest);
        signals &= ~(UINT32_C(1) << best);
        if (weights[best] <= 0 || used >= size)
            return;
        used += (size_t)snprintf(ret_text + used, size - used, "%s%s", named > 0 ? ", " : "",
                                 zombie_signal_name((enum zombie_signal)best));
    }
}

static bool has(const struct event *event, enum smtp_fact fact)
{
    return (event->session.facts & SMTP_BIT(fact)) != 0;
}

/* "[127.0.1.1]", as some libraries say for a host that knows no better name. */
static bool is_loopback(struct span helo)
{
    return span_starts_nocase(helo, SPAN_LITERAL("[127.")) ||
           span_equal_nocase(helo, SPAN_LITERAL("[IPv6:::1]"));
}

static uint32_t helo_signals(struct know *know, const struct event *event)
{
    switch (know_helo_class(know, event)) {
    case KNOW_HELO_SINGLE_LABEL:
    case KNOW_HELO_MALFORMED: return ZOMBIE_BIT(HELO_SINGLE_LABEL);
    case KNOW_HELO_LOCALHOST: return ZOMBIE_BIT(HELO_LOCALHOST);
    case KNOW_HELO_BARE_IP: return ZOMBIE_BIT(HELO_BARE_IP);
    case KNOW_HELO_OTHER_LITERAL:
        return is_loopback(event_text(event, event->session.helo)) ? ZOMBIE_BIT(HELO_LOCALHOST)
                                                                   : ZOMBIE_BIT(HELO_OTHER_LITERAL);
    case KNOW_HELO_DYNAMIC: return ZOMBIE_BIT(HELO_DYNAMIC);
    case KNOW_HELO_SERVER_NAME: return ZOMBIE_BIT(HELO_SERVER_NAME);
    case KNOW_HELO_NONE:
    case KNOW_HELO_FULL:
    case KNOW_HELO_LITERAL: break;
    }
    return 0;
}

/* Does the name lead to the client? A server that names it in its reply to HELO has looked it up,
 * unless it says that it may be forged. */
static bool is_confirmed(const struct event *event, const struct know_host *host)
{
    if (host->source != KNOW_FROM_SERVER)
        return host->confirmed == KNOW_CONFIRMED;
    struct span words = event_text(event, event->session.helo_reply);
    bool forged = span_find_nocase(words, SPAN_LITERAL("may be forged")) < words.len;
    return host->confirmed != KNOW_REFUTED && !forged;
}

/* The client's name, by the file, by DNS answers seen, or by the server's words. */
static uint32_t name_signals(struct know *know, const struct event *event)
{
    struct know_host host;
    know_client(know, event, &host);
    bool listed = host.source == KNOW_FROM_FILE;
    if (listed && host.name_class == NAME_MAIL)
        return ZOMBIE_BIT(NAME_CONFIRMED);
    uint32_t signals = 0;
    bool dynamic = host.name_class == NAME_DYNAMIC;
    if (dynamic)
        signals |= ZOMBIE_BIT(NAME_DYNAMIC);
    else if (host.nameless && !listed)
        signals |= ZOMBIE_BIT(NAME_UNKNOWN);
    enum know_helo class = know_helo_class(know, event);
    if (host.name.len == 0 || (class != KNOW_HELO_FULL && class != KNOW_HELO_DYNAMIC))
        return signals;
    if (!know_same_organisation(know, host.name, event_text(event, event->session.helo)))
        return signals | ZOMBIE_BIT(HELO_OTHER_ORGANISATION);
    bool chosen = host.name_class == NAME_UNKNOWN || host.name_class == NAME_MAIL;
    return chosen && is_confirmed(event, &host) ? signals | ZOMBIE_BIT(NAME_CONFIRMED) : signals;
}

/* A mail server that is refused says RSET, QUIT or something new. It does not hang up without a
 * word, nor go on as if nothing had happened. */
static bool is_rude(enum dialect_reaction reaction)
{
    return reaction == REACTION_CLOSE || reaction == REACTION_IGNORE;
}

static bool speaks_as_server(const struct event *event)
{
    uint32_t dialect = event->session.dialect;
    return know_dialect_mta(dialect) && !is_rude(event_reaction(dialect, DIALECT_ON_4XX)) &&
           !is_rude(event_reaction(dialect, DIALECT_ON_5XX));
}

uint32_t zombie_session_signals(struct know *know, const struct event *event)
{
    uint32_t signals = helo_signals(know, event) | name_signals(know, event);
    if (has(event, SMTP_FACT_EARLY_TALKER))
        signals |= ZOMBIE_BIT(EARLY_TALKER);
    if (has(event, SMTP_FACT_PIPELINE_UNOFFERED))
        signals |= ZOMBIE_BIT(PIPELINE_UNOFFERED);
    if (event->session.helo_verb == SMTP_HELO && has(event, SMTP_FACT_ESMTP_OFFERED) &&
        !has(event, SMTP_FACT_EHLO))
        signals |= ZOMBIE_BIT(HELO_VERB);
    if (has(event, SMTP_FACT_LOOSE_SYNTAX) || has(event, SMTP_FACT_LOWER_CASE))
        signals |= ZOMBIE_BIT(LOOSE_SYNTAX);
    if (know_client_os(know, event) == KNOW_OS_DESKTOP)
        signals |= ZOMBIE_BIT(SYN_DESKTOP);
    if (has(event, SMTP_FACT_STARTTLS))
        signals |= ZOMBIE_BIT(STARTTLS);
    if (speaks_as_server(event))
        signals |= ZOMBIE_BIT(DIALECT_MTA);
    return signals;
}

static bool is_signed_by_client(struct know *know, const struct event *event)
{
    const struct event_mail *mail = &event->message.mail;
    if (mail->dkim.len == 0)
        return false;
    struct know_host host;
    know_client(know, event, &host);
    const struct event_ref *domains = event_refs(event, mail->dkim);
    for (uint32_t i = 0; i < mail->dkim.len; i++)
        if (host.confirmed != KNOW_REFUTED &&
            know_same_organisation(know, event_text(event, domains[i]), host.name))
            return true;
    return false;
}

uint32_t zombie_content_signals(struct know *know, const struct event *event)
{
    const struct event_message *message = &event->message;
    const struct event_mail *mail = &message->mail;
    bool empty = message->complete && message->octets == 0 && !message->holes;
    if (!empty && (!message->has_mail || !mail->header_complete || message->holes || mail->holes))
        return 0;
    uint32_t signals = 0;
    struct forged forged;
    bool introduced = know_helo_class(know, event) != KNOW_HELO_NONE;
    if (mail->received_total == 0)
        signals |= ZOMBIE_BIT(NO_RECEIVED);
    else if (introduced && trace_forged(know, event, &forged))
        signals |= ZOMBIE_BIT(FORGED_RECEIVED);
    if ((mail->present & MAIL_BIT(MAIL_MESSAGE_ID)) == 0)
        signals |= ZOMBIE_BIT(NO_MESSAGE_ID);
    else if (mail->id_state == MAIL_ID_MALFORMED)
        signals |= ZOMBIE_BIT(MALFORMED_MESSAGE_ID);
    if ((mail->present & MAIL_BIT(MAIL_DATE)) == 0)
        signals |= ZOMBIE_BIT(NO_DATE);
    if (is_signed_by_client(know, event))
        signals |= ZOMBIE_BIT(DKIM);
    return signals;
}

uint32_t zombie_close_signals(const struct event *event, uint32_t signals)
{
    if (!speaks_as_server(event))
        signals &= ~ZOMBIE_BIT(DIALECT_MTA);
    bool certain = !has(event, SMTP_FACT_GAP_CLIENT) && !has(event, SMTP_FACT_TLS) &&
                   !has(event, SMTP_FACT_SERVER_CLOSED) && has(event, SMTP_FACT_CLIENT_SEEN);
    bool closed = event->close.reason == CLOSE_FIN || event->close.reason == CLOSE_RST;
    bool left = certain && closed && !has(event, SMTP_FACT_QUIT);
    return left ? signals | ZOMBIE_BIT(NO_QUIT) : signals;
}

static void put(const void *value, struct buf *out)
{
    uint32_t signals;
    memcpy(&signals, value, sizeof signals);
    for (; signals != 0; signals &= signals - 1) {
        struct span name =
            span_text(zombie_signal_name((enum zombie_signal)__builtin_ctz(signals)));
        pack_add(out, name.len, 1);
        buf_add(out, name);
    }
}

static bool get(void *value, struct span in, void *arg)
{
    (void)arg;
    struct rd rd = rd_make(in);
    uint32_t signals = 0;
    while (rd_left(&rd) > 0) {
        size_t len = rd_u8(&rd);
        struct span name = rd_take(&rd, len);
        if (!rd_ok(&rd))
            return false;
        for (int i = 0; i < ZOMBIE_SIGNALS; i++)
            if (span_equal(span_text(zombie_signal_name((enum zombie_signal)i)), name))
                signals |= UINT32_C(1) << i;
    }
    memcpy(value, &signals, sizeof signals);
    return true;
}

const struct pack_kind zombie_signals_kind = {put, get};
