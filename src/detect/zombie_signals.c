/* zombie_signals: each signal of DETECTIONS' list that needs no DNS, read off one event. */
#include "zombie_signals.h"

#include "evidence.h"

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

static uint32_t helo_signals(struct know *know, const struct event *event)
{
    switch (know_helo_class(know, event)) {
    case KNOW_HELO_SINGLE_LABEL:
    case KNOW_HELO_MALFORMED: return ZOMBIE_BIT(HELO_SINGLE_LABEL);
    case KNOW_HELO_LOCALHOST: return ZOMBIE_BIT(HELO_LOCALHOST);
    case KNOW_HELO_BARE_IP: return ZOMBIE_BIT(HELO_BARE_IP);
    case KNOW_HELO_OTHER_LITERAL: return ZOMBIE_BIT(HELO_OTHER_LITERAL);
    case KNOW_HELO_DYNAMIC: return ZOMBIE_BIT(HELO_DYNAMIC);
    case KNOW_HELO_SERVER_NAME: return ZOMBIE_BIT(HELO_SERVER_NAME);
    case KNOW_HELO_NONE:
    case KNOW_HELO_FULL:
    case KNOW_HELO_LITERAL: break;
    }
    return 0;
}

/* What the server's own words say of the client's name (know_client_name). */
static uint32_t name_signals(struct know *know, const struct event *event)
{
    struct span name = know_client_name(event);
    if (name.len == 0)
        return 0;
    if (know_name_class(know, name) == NAME_DYNAMIC)
        return ZOMBIE_BIT(NAME_DYNAMIC);
    struct span helo = event_text(event, event->session.helo);
    struct span words = event_text(event, event->session.helo_reply);
    if (know_helo_class(know, event) != KNOW_HELO_FULL)
        return 0;
    if (!know_same_organisation(know, name, helo))
        return ZOMBIE_BIT(HELO_OTHER_ORGANISATION);
    bool forged = span_find_nocase(words, SPAN_LITERAL("may be forged")) < words.len;
    return forged ? 0 : ZOMBIE_BIT(NAME_CONFIRMED);
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
    if (know_syn_class(&event->session.syn) == KNOW_OS_DESKTOP)
        signals |= ZOMBIE_BIT(SYN_DESKTOP);
    if (has(event, SMTP_FACT_STARTTLS))
        signals |= ZOMBIE_BIT(STARTTLS);
    if (know_dialect_mta(event->session.dialect))
        signals |= ZOMBIE_BIT(DIALECT_MTA);
    return signals;
}

/*
 * Forged: the topmost line, which the client itself brought along, says that the message was taken
 * from the client's address by a host that is neither the client nor of its organisation.
 */
static bool is_forged_received(struct know *know, const struct event *event)
{
    const struct event_mail *mail = &event->message.mail;
    if (mail->received.len == 0)
        return false;
    const struct event_received *top = &event_received(event, mail->received)[0];
    struct span by = event_text(event, top->by);
    if (!top->has_addr || !addr_equal(&top->addr, &event->flow.client) || by.len == 0)
        return false;
    struct span helo = event_text(event, event->session.helo);
    struct span name = know_client_name(event);
    return !span_equal_nocase(by, helo) && !know_same_organisation(know, by, helo) &&
           !know_same_organisation(know, by, name);
}

static bool is_signed_by_client(struct know *know, const struct event *event)
{
    const struct event_mail *mail = &event->message.mail;
    if (mail->dkim.len == 0)
        return false;
    struct span name = know_client_name(event);
    const struct event_ref *domains = event_refs(event, mail->dkim);
    for (uint32_t i = 0; i < mail->dkim.len; i++)
        if (know_same_organisation(know, event_text(event, domains[i]), name))
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
    if (mail->received_total == 0)
        signals |= ZOMBIE_BIT(NO_RECEIVED);
    else if (is_forged_received(know, event))
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

uint32_t zombie_close_signals(const struct event *event)
{
    bool certain = !has(event, SMTP_FACT_GAP_CLIENT) && !has(event, SMTP_FACT_TLS) &&
                   !has(event, SMTP_FACT_SERVER_CLOSED) && has(event, SMTP_FACT_CLIENT_SEEN);
    bool closed = event->close.reason == CLOSE_FIN || event->close.reason == CLOSE_RST;
    return certain && closed && !has(event, SMTP_FACT_QUIT) ? ZOMBIE_BIT(NO_QUIT) : 0;
}
