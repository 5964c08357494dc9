/* Verbs by their first four octets as one number, then paths and parameters (RFC 5321 4.1.1). */
#include "command.h"

#define VERB(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define UPPER_MASK       0xdfdfdfdfU /* folds ASCII letters */

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* The first octet from index at on that is no blank. */
static size_t blanks_end(struct span span, size_t at)
{
    while (at < span.len && is_blank(span.at[at]))
        at++;
    return at;
}

static struct span skip_blanks(struct span span)
{
    return span_skip(span, blanks_end(span, 0));
}

static struct span trim_right(struct span span)
{
    while (span.len > 0 && is_blank(span.at[span.len - 1]))
        span.len--;
    return span;
}

static enum smtp_verb verb_long(struct span line, struct span rest, enum smtp_verb verb)
{
    return span_starts_nocase(line, rest) ? verb : SMTP_UNKNOWN;
}

/* The first four octets. */
static uint32_t verb_word(struct span line)
{
    return line.len < 4 ? 0 : VERB(line.at[0], line.at[1], line.at[2], line.at[3]);
}

/* The verb that begins the line with word, and its length. */
static enum smtp_verb verb_find(struct span line, uint32_t word, size_t *ret_len)
{
    *ret_len = 4;
    switch (word & UPPER_MASK) {
    case VERB('H', 'E', 'L', 'O'): return SMTP_HELO;
    case VERB('E', 'H', 'L', 'O'): return SMTP_EHLO;
    case VERB('L', 'H', 'L', 'O'): return SMTP_LHLO;
    case VERB('M', 'A', 'I', 'L'): return SMTP_MAIL;
    case VERB('R', 'C', 'P', 'T'): return SMTP_RCPT;
    case VERB('D', 'A', 'T', 'A'): return SMTP_DATA;
    case VERB('B', 'D', 'A', 'T'): return SMTP_BDAT;
    case VERB('R', 'S', 'E', 'T'): return SMTP_RSET;
    case VERB('V', 'R', 'F', 'Y'): return SMTP_VRFY;
    case VERB('E', 'X', 'P', 'N'): return SMTP_EXPN;
    case VERB('N', 'O', 'O', 'P'): return SMTP_NOOP;
    case VERB('H', 'E', 'L', 'P'): return SMTP_HELP;
    case VERB('Q', 'U', 'I', 'T'): return SMTP_QUIT;
    case VERB('A', 'U', 'T', 'H'): return SMTP_AUTH;
    case VERB('E', 'T', 'R', 'N'): return SMTP_ETRN;
    case VERB('T', 'U', 'R', 'N'): return SMTP_TURN;
    case VERB('S', 'E', 'N', 'D'):
    case VERB('S', 'O', 'M', 'L'):
    case VERB('S', 'A', 'M', 'L'): return SMTP_SEND;
    case VERB('S', 'T', 'A', 'R'):
        *ret_len = 8;
        return verb_long(line, SPAN_LITERAL("STARTTLS"), SMTP_STARTTLS);
    case VERB('X', 'C', 'L', 'I'):
        *ret_len = 7;
        return verb_long(line, SPAN_LITERAL("XCLIENT"), SMTP_XCLIENT);
    case VERB('X', 'F', 'O', 'R'):
        *ret_len = 8;
        return verb_long(line, SPAN_LITERAL("XFORWARD"), SMTP_XFORWARD);
    case VERB('P', 'R', 'O', 'X'):
        *ret_len = 5;
        return verb_long(line, SPAN_LITERAL("PROXY"), SMTP_PROXY);
    default: return SMTP_UNKNOWN;
    }
}

/* Where the bracket that opens at span.at[0] closes: after '>', or span.len. */
static size_t bracket_end(struct span span)
{
    size_t plain = span_find(span, '>');
    bool quoted = false;
    if (plain < span.len && span_find(span_head(span, plain), '"') == plain)
        return plain + 1; /* nothing is quoted in front of it */
    for (size_t i = 1; i < span.len; i++) {
        if (quoted && span.at[i] == '\\')
            i++;
        else if (span.at[i] == '"')
            quoted = !quoted;
        else if (span.at[i] == '>' && !quoted)
            return i + 1;
    }
    /* A quote that never closes: any bracket will do. */
    return plain < span.len ? plain + 1 : span.len;
}

static struct span address_of(struct span path)
{
    struct span address = path;
    if (address.len > 0 && address.at[0] == '<')
        address = span_skip(address, 1);
    if (address.len > 0 && address.at[address.len - 1] == '>')
        address.len--;
    address = trim_right(skip_blanks(address));
    /* A source route: "@a,@b:user@c" (RFC 5321 appendix C). */
    if (address.len > 0 && address.at[0] == '@') {
        size_t colon = span_find(address, ':');
        if (colon < address.len)
            address = span_skip(address, colon + 1);
    }
    return address;
}

static void path_parse(struct span rest, struct parsed *parsed)
{
    struct span path = skip_blanks(rest);
    parsed->loose |= path.len != rest.len;
    size_t end;
    if (path.len > 0 && path.at[0] == '<') {
        end = bracket_end(path);
        parsed->loose |= path.at[end - 1] != '>' || (end > 2 && is_blank(path.at[1]));
    } else {
        for (end = 0; end < path.len && !is_blank(path.at[end]);)
            end++;
        parsed->loose = true;
    }
    parsed->path = span_head(path, end);
    parsed->params = skip_blanks(span_skip(path, end));
    parsed->loose |= parsed->params.len > 0 && parsed->params.len == path.len - end;
    parsed->address = address_of(parsed->path);
}

/* MAIL and RCPT: "FROM:<path> params" (RFC 5321 4.1.1.2 and 4.1.1.3). */
static void envelope_parse(struct span word, struct parsed *parsed)
{
    struct span rest = parsed->argument;
    if (!span_starts_nocase(rest, word)) {
        parsed->loose = true;
        path_parse(rest, parsed);
        return;
    }
    rest = span_skip(rest, word.len);
    struct span colon = skip_blanks(rest);
    if (colon.len > 0 && colon.at[0] == ':') {
        parsed->loose |= colon.len != rest.len;
        path_parse(span_skip(colon, 1), parsed);
    } else {
        parsed->loose = true;
        path_parse(colon, parsed);
    }
}

void command_parse(struct span line, struct parsed *ret_parsed)
{
    size_t start = blanks_end(line, 0);
    struct span text = span_skip(line, start);
    uint32_t word = verb_word(text);
    size_t len;
    enum smtp_verb verb = verb_find(text, word, &len);
    if (verb != SMTP_UNKNOWN && text.len > len && !is_blank(text.at[len]) && text.at[len] != ':')
        verb = SMTP_UNKNOWN;
    if (verb == SMTP_UNKNOWN)
        for (len = 0; len < text.len && !is_blank(text.at[len]);)
            len++;
    size_t stop = start + len, argument = blanks_end(line, stop);
    ret_parsed->verb = verb;
    ret_parsed->line = line;
    ret_parsed->argument = trim_right(span_skip(line, argument));
    ret_parsed->path = ret_parsed->address = ret_parsed->params = SPAN_NULL;
    ret_parsed->loose = start > 0 || argument > stop + 1;
    ret_parsed->lower = verb != SMTP_UNKNOWN && (word & ~UPPER_MASK) != 0;
    if (verb == SMTP_UNKNOWN)
        return;
    for (size_t i = 4; i < len; i++)
        ret_parsed->lower |= text.at[i] >= 'a';
    ret_parsed->loose |= stop < line.len && line.at[stop] == ':';
    if (verb == SMTP_MAIL || verb == SMTP_SEND) {
        envelope_parse(SPAN_LITERAL("FROM"), ret_parsed);
    } else if (verb == SMTP_RCPT) {
        envelope_parse(SPAN_LITERAL("TO"), ret_parsed);
    } else if (verb == SMTP_VRFY || verb == SMTP_EXPN) {
        ret_parsed->path = ret_parsed->argument;
        ret_parsed->address = address_of(ret_parsed->path);
    }
}

static bool envelope_plausible(struct span argument, struct span word)
{
    if (!span_starts_nocase(argument, word))
        return false;
    struct span rest = skip_blanks(span_skip(argument, word.len));
    return rest.len > 0 && (rest.at[0] == ':' || rest.at[0] == '<');
}

bool command_plausible(const struct parsed *parsed)
{
    struct span argument = parsed->argument;
    bool single = argument.len > 0 && span_find(argument, ' ') == argument.len;
    uint64_t size;
    bool last;
    if (parsed->line.len > 0 && is_blank(parsed->line.at[0]))
        return false;
    switch (parsed->verb) {
    case SMTP_HELO:
    case SMTP_EHLO:
    case SMTP_LHLO:
    case SMTP_VRFY:
    case SMTP_EXPN:
    case SMTP_ETRN: return single && argument.at[argument.len - 1] != ':';
    case SMTP_MAIL: return envelope_plausible(argument, SPAN_LITERAL("FROM"));
    case SMTP_RCPT: return envelope_plausible(argument, SPAN_LITERAL("TO"));
    case SMTP_DATA:
    case SMTP_RSET:
    case SMTP_QUIT:
    case SMTP_NOOP:
    case SMTP_HELP:
    case SMTP_STARTTLS: return argument.len == 0;
    case SMTP_BDAT: return command_chunk(argument, &size, &last);
    case SMTP_AUTH: return argument.len > 0 && argument.at[0] != ':';
    case SMTP_XCLIENT:
    case SMTP_XFORWARD: return span_find(argument, '=') < argument.len;
    default: return false;
    }
}

bool command_may_become(struct span start)
{
    static const char *const verbs[] = {
        "HELO ", "EHLO ", "LHLO ", "MAIL ", "RCPT ", "DATA",  "BDAT ",    "RSET",     "VRFY ",
        "EXPN ", "NOOP",  "HELP",  "QUIT",  "AUTH ", "ETRN ", "STARTTLS", "XCLIENT ", "XFORWARD ",
    };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (start.len > 0 && span_lower_octet(start.at[0]) != (verbs[i][0] | 0x20))
            continue;
        struct span verb = span_text(verbs[i]);
        size_t common = start.len < verb.len ? start.len : verb.len;
        if (!span_equal_nocase(span_head(start, common), span_head(verb, common)))
            continue;
        /* What follows a verb without argument can only be blank or the line's end. */
        uint8_t next = start.len > verb.len ? start.at[verb.len] : ' ';
        if (verb.at[verb.len - 1] == ' ' || is_blank(next) || next == '\r' || next == '\n')
            return true;
    }
    return false;
}

bool command_is_http(const struct parsed *parsed)
{
    static const char *const words[] = {"GET ",     "POST ",   "HEAD ",  "PUT ",
                                        "OPTIONS ", "DELETE ", "TRACE ", "CONNECT "};
    struct span line = parsed->line;
    if (parsed->verb != SMTP_UNKNOWN)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (span_starts(line, span_text(words[i])))
            return true;
    /* A field name and a colon (RFC 9110 5.1), such as "Host: x". */
    size_t colon = span_find(line, ':');
    if (colon == 0 || colon + 1 >= line.len || !is_blank(line.at[colon + 1]))
        return false;
    for (size_t i = 0; i < colon; i++)
        if (line.at[i] <= ' ' || line.at[i] > '~')
            return false;
    return true;
}

bool command_chunk(struct span argument, uint64_t *ret_size, bool *ret_last)
{
    struct span size = span_word(&argument);
    struct span last = span_word(&argument);
    uint64_t value;
    if (!span_number(size, &value) || argument.len > 0 || value > UINT32_MAX ||
        (last.len > 0 && !span_equal_nocase(last, SPAN_LITERAL("LAST"))))
        return false;
    *ret_size = value;
    *ret_last = last.len > 0;
    return true;
}

bool command_is_sync(enum smtp_verb verb)
{
    switch (verb) {
    case SMTP_NONE: /* the greeting */
    case SMTP_HELO:
    case SMTP_EHLO:
    case SMTP_LHLO:
    case SMTP_DATA:
    case SMTP_VRFY:
    case SMTP_EXPN:
    case SMTP_NOOP:
    case SMTP_QUIT:
    case SMTP_AUTH:
    case SMTP_TURN:
    case SMTP_STARTTLS: return true;
    default: return false;
    }
}
