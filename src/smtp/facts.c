/* Names of facts and verbs, as records show them. */
#include <mxtap/smtp.h>

const char *smtp_anomaly_name(enum smtp_fact fact)
{
    switch (fact) {
    case SMTP_FACT_EARLY_TALKER: return "early_talker";
    case SMTP_FACT_PIPELINE_UNOFFERED: return "pipeline_unoffered";
    case SMTP_FACT_LOOSE_SYNTAX: return "loose_syntax";
    case SMTP_FACT_LOWER_CASE: return "lower_case";
    case SMTP_FACT_BARE_LF: return "bare_lf";
    case SMTP_FACT_BARE_CR: return "bare_cr";
    case SMTP_FACT_NUL: return "nul";
    case SMTP_FACT_LONG_LINE: return "long_line";
    case SMTP_FACT_DECRYPTED: return "decrypted";
    case SMTP_FACT_AUTH_FAILED: return "auth_failed";
    case SMTP_FACT_AUTH_CLEAR: return "auth_clear";
    case SMTP_FACT_NOT_SMTP: return "not_smtp";
    case SMTP_FACT_HTTP: return "http";
    case SMTP_FACT_TLS_FIRST: return "tls_first";
    case SMTP_FACT_BINARY: return "binary";
    case SMTP_FACT_DATA_REFUSED_SENT: return "data_refused_sent";
    case SMTP_FACT_BLIND: return "blind";
    case SMTP_FACT_LOOKALIKE: return "lookalike";
    case SMTP_FACT_SMUGGLED: return "smuggled";
    case SMTP_FACT_REPLY_MALFORMED: return "reply_malformed";
    case SMTP_FACT_UNSOLICITED: return "unsolicited";
    case SMTP_FACT_SERVER_CLOSED: return "server_closed";
    case SMTP_FACT_UNKNOWN_COMMAND: return "unknown_command";
    case SMTP_FACT_CONFLICT: return "conflict";
    default: return NULL;
    }
}

const char *smtp_verb_name(enum smtp_verb verb)
{
    static const char *const names[SMTP_VERBS] = {
        [SMTP_NONE] = "NONE",         [SMTP_HELO] = "HELO",       [SMTP_EHLO] = "EHLO",
        [SMTP_LHLO] = "LHLO",         [SMTP_MAIL] = "MAIL",       [SMTP_RCPT] = "RCPT",
        [SMTP_DATA] = "DATA",         [SMTP_BDAT] = "BDAT",       [SMTP_RSET] = "RSET",
        [SMTP_VRFY] = "VRFY",         [SMTP_EXPN] = "EXPN",       [SMTP_NOOP] = "NOOP",
        [SMTP_HELP] = "HELP",         [SMTP_QUIT] = "QUIT",       [SMTP_AUTH] = "AUTH",
        [SMTP_STARTTLS] = "STARTTLS", [SMTP_XCLIENT] = "XCLIENT", [SMTP_XFORWARD] = "XFORWARD",
        [SMTP_ETRN] = "ETRN",         [SMTP_TURN] = "TURN",       [SMTP_SEND] = "SEND",
        [SMTP_PROXY] = "PROXY",       [SMTP_CONTENT] = "CONTENT", [SMTP_UNKNOWN] = "UNKNOWN",
    };
    return (unsigned)verb < SMTP_VERBS ? names[verb] : "UNKNOWN";
}
