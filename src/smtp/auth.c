/* AUTH (RFC 4954 4): the mechanism may be shown if it is one, the rest never. */
#include "auth.h"

static bool is_mechanism(struct span word)
{
    static const char *const names[] = {
        "PLAIN",         "LOGIN",
        "CRAM-MD5",      "DIGEST-MD5",
        "NTLM",          "GSSAPI",
        "GS2-KRB5",      "XOAUTH2",
        "EXTERNAL",      "OAUTHBEARER",
        "ANONYMOUS",     "KERBEROS_V4",
        "SCRAM-SHA-1",   "XOAUTH",
        "MSN",           "SCRAM-SHA-1-PLUS",
        "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_equal_nocase(word, span_text(names[i])))
            return true;
    return false;
}

static void add(uint8_t room[AUTH_SHOWN], size_t *len, struct span part)
{
    if (part.len > AUTH_SHOWN - *len)
        part.len = AUTH_SHOWN - *len;
    memcpy(room + *len, part.at, part.len);
    *len += part.len;
}

struct span auth_show(const struct parsed *parsed, uint8_t room[AUTH_SHOWN])
{
    struct span argument = parsed->argument;
    struct span start = span_head(span_trim(parsed->line), 5);
    bool pass = parsed->verb == SMTP_UNKNOWN && (span_starts_nocase(start, SPAN_LITERAL("PASS ")) ||
                                                 span_starts_nocase(start, SPAN_LITERAL("USER ")));
    if ((parsed->verb != SMTP_AUTH && !pass) || argument.len == 0)
        return parsed->line;
    size_t len = 0;
    add(room, &len, pass ? span_head(start, 4) : SPAN_LITERAL("AUTH"));
    if (!pass) {
        struct span mechanism = span_word(&argument);
        if (is_mechanism(mechanism)) {
            add(room, &len, SPAN_LITERAL(" "));
            add(room, &len, mechanism);
        } else {
            argument = mechanism;
        }
        argument = span_trim(argument);
    }
    if (argument.len > 0)
        add(room, &len, SPAN_LITERAL(" " AUTH_REDACTED));
    return span_make(room, len);
}

bool auth_is_clear(struct span argument)
{
    struct span mechanism = span_word(&argument);
    return span_equal_nocase(mechanism, SPAN_LITERAL("PLAIN")) ||
           span_equal_nocase(mechanism, SPAN_LITERAL("LOGIN"));
}
