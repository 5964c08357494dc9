/* Which codes answer which commands: the table of RFC 5321 4.3.2 with the extensions' codes. */
#include "fit.h"

static enum fit when(bool sure)
{
    return sure ? FIT_SURE : FIT_NO;
}

enum fit fit_subject(const struct queue *queue, const struct pending *entry,
                     const struct reply *reply)
{
    struct span subject = reply_subject(reply->out.text);
    /* 251 and 551 name the address that the mail should go to (RFC 5321 3.4). */
    if (subject.len == 0 || reply->out.code == 251 || reply->out.code == 551)
        return FIT_MAYBE;
    struct smtp_command command;
    queue_command(queue, entry, &command);
    if (span_equal_nocase(subject, command.address))
        return FIT_SURE;
    return span_find(subject, '@') < subject.len ? FIT_NO : FIT_MAYBE;
}

static enum fit positive(const struct queue *queue, const struct pending *entry,
                         const struct reply *reply)
{
    unsigned code = reply->out.code;
    switch (entry->verb) {
    case SMTP_EHLO:
    case SMTP_LHLO: return reply->keywords ? FIT_SURE : FIT_MAYBE;
    case SMTP_VRFY:
    case SMTP_EXPN: return code == 252 ? FIT_SURE : fit_subject(queue, entry, reply);
    case SMTP_HELP: return code == 211 || code == 214 ? FIT_SURE : FIT_MAYBE;
    case SMTP_MAIL:
    case SMTP_RCPT: return reply->keywords ? FIT_NO : fit_subject(queue, entry, reply);
    case SMTP_DATA:
    case SMTP_AUTH:
    case SMTP_STARTTLS: return FIT_NO;
    case SMTP_QUIT: return code == 250 ? FIT_NO : FIT_MAYBE;
    case SMTP_UNKNOWN: return entry->line == 0 ? FIT_NO : FIT_MAYBE;
    default: return reply->keywords ? FIT_NO : FIT_MAYBE;
    }
}

enum fit fit_judge(const struct queue *queue, const struct pending *entry,
                   const struct reply *reply)
{
    unsigned code = reply->out.code;
    enum smtp_verb verb = (enum smtp_verb)entry->verb;
    if (entry->kind == PENDING_HOLE)
        return FIT_MAYBE;
    if (entry->kind == PENDING_JUNK)
        return code >= 400 ? FIT_MAYBE : FIT_NO;
    if (entry->kind == PENDING_GREETING)
        return code == 220 ? FIT_SURE : code > 400 && code != 500 ? FIT_MAYBE : FIT_NO;
    switch (code) {
    case 220: return when(verb == SMTP_STARTTLS || verb == SMTP_XCLIENT);
    case 221: return verb == SMTP_UNKNOWN ? FIT_MAYBE : when(verb == SMTP_QUIT);
    case 235: return when(verb == SMTP_AUTH);
    case 334: return when(verb == SMTP_AUTH);
    case 535: return verb == SMTP_AUTH ? FIT_SURE : FIT_MAYBE;
    case 354: return when(verb == SMTP_DATA);
    default: break;
    }
    if (code < 300)
        return positive(queue, entry, reply);
    if (code < 400)
        return verb == SMTP_UNKNOWN ? FIT_MAYBE : FIT_NO;
    /* "What command is this?" is no answer to a message. */
    if (verb == SMTP_CONTENT && (code == 500 || code == 502))
        return FIT_NO;
    if (verb == SMTP_RCPT || verb == SMTP_MAIL || verb == SMTP_VRFY || verb == SMTP_EXPN)
        return fit_subject(queue, entry, reply);
    return FIT_MAYBE;
}

bool fit_exclusive(unsigned code)
{
    return code == 220 || code == 221 || code == 235 || code == 334 || code == 354;
}
