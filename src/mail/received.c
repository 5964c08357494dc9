/*
 * Received, RFC 5321 4.4, as servers really write it. The clauses (from, by, via, with, id, for)
 * are found by their keywords; the from clause is judged by shape, not by server: a comment may
 * hold the HELO name ("HELO x", "helo=x"), the name and address found ("name [address]",
 * "address"), or remarks. Where the HELO name stands in a comment, the word after "from" is what
 * the server found. The last semicolon parts the date.
 */
#include "literal.h"

#include <mxtap/mail.h>

enum clause {
    CLAUSE_START,
    CLAUSE_FROM,
    CLAUSE_BY,
    CLAUSE_VIA,
    CLAUSE_WITH,
    CLAUSE_ID,
    CLAUSE_FOR
};

struct token {
    bool comment;
    bool apart;       /* a semicolon stands before it */
    struct span text; /* a comment without its parentheses */
};

struct parse {
    struct mail_received *out;
    enum clause clause;
    size_t words;     /* in this clause */
    bool closed;      /* by a comment or semicolon: texts of several words end there */
    struct span from; /* after "from", up to comment or keyword */
    struct span helo; /* found in a comment */
};

static bool is_blank(uint8_t octet)
{
    return octet <= ' ' || octet == ';';
}

/* Length of the comment that begins text, with its parentheses; all of it where it does not close.
 */
static size_t comment_len(struct span text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '(')
            depth++;
        else if (text.at[i] == ')' && --depth == 0)
            return i + 1;
    }
    return text.len;
}

static size_t word_len(struct span text)
{
    uint8_t close = text.at[0] == '<' ? '>' : text.at[0] == '"' ? '"' : 0;
    if (close != 0) {
        size_t len = span_find(span_skip(text, 1), close) + 2;
        if (len <= text.len)
            return len;
    }
    size_t len = 1;
    while (len < text.len && !is_blank(text.at[len]) && text.at[len] != '(')
        len++;
    return len;
}

static bool next_token(struct span *rest, struct token *ret_token)
{
    ret_token->apart = false;
    while (rest->len > 0 && is_blank(rest->at[0])) {
        ret_token->apart |= rest->at[0] == ';';
        *rest = span_skip(*rest, 1);
    }
    if (rest->len == 0)
        return false;
    ret_token->comment = rest->at[0] == '(';
    if (ret_token->comment) {
        size_t len = comment_len(*rest);
        struct span text = span_skip(span_head(*rest, len), 1);
        if (text.len > 0 && text.at[text.len - 1] == ')')
            text.len--;
        ret_token->text = text;
        *rest = span_skip(*rest, len);
        return true;
    }
    size_t len = word_len(*rest);
    ret_token->text = span_head(*rest, len);
    *rest = span_skip(*rest, len);
    return true;
}

/* The first address found is the server's; later ones are remarks. */
static bool use_address(struct parse *parse, struct span text)
{
    struct literal literal = literal_parse(text);
    if (literal.kind == LITERAL_NONE)
        return false;
    struct mail_received *out = parse->out;
    out->impossible |= literal.kind == LITERAL_IMPOSSIBLE;
    if (out->addr_text.len == 0) {
        out->addr_text = literal.text;
        out->has_addr = literal.kind == LITERAL_GOOD;
        out->addr = literal.addr;
    }
    return true;
}

/* "IDENT:joe@name" is name. */
static struct span without_ident(struct span text)
{
    const uint8_t *at = text.len == 0 ? NULL : memrchr(text.at, '@', text.len);
    return at == NULL ? text : span_skip(text, (size_t)(at - text.at) + 1);
}

static void use_name(struct parse *parse, struct span name)
{
    name = without_ident(name);
    if (name.len > 1 && name.at[name.len - 1] == '.')
        name.len--;
    if (parse->out->name.len == 0)
        parse->out->name = name;
}

static struct span last_word(struct span text)
{
    text = span_trim(text);
    size_t at = text.len;
    while (at > 0 && text.at[at - 1] > ' ')
        at--;
    return span_skip(text, at);
}

/* Index of a word that begins with HELO, EHLO or LHLO; text.len where there is none. */
static size_t find_helo(struct span text)
{
    for (size_t i = 0; i + 5 <= text.len; i++) {
        if (i > 0 && text.at[i - 1] > ' ')
            continue;
        uint8_t lower = span_lower_octet(text.at[i]);
        struct span word = span_make(text.at + i, 4);
        if ((lower == 'h' && span_equal_nocase(word, SPAN_LITERAL("helo"))) ||
            (lower == 'e' && span_equal_nocase(word, SPAN_LITERAL("ehlo"))) ||
            (lower == 'l' && span_equal_nocase(word, SPAN_LITERAL("lhlo"))))
            return i;
    }
    return text.len;
}

static bool is_host_name(struct span text)
{
    size_t dots = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t lower = span_lower_octet(text.at[i]);
        dots += lower == '.';
        if (!(lower >= 'a' && lower <= 'z') && !(lower >= '0' && lower <= '9') && lower != '-' &&
            lower != '_' && lower != '.')
            return false;
    }
    return dots > 0 || span_equal_nocase(text, SPAN_LITERAL("unknown")) ||
           span_equal_nocase(text, SPAN_LITERAL("localhost"));
}

/* What the server found: "name [address]", "name address", "joe@address", "address", "name". */
static void found_comment(struct parse *parse, struct span text)
{
    size_t first_open = span_find(text, '[');
    for (size_t open = first_open; open < text.len;) {
        struct span behind = span_skip(text, open);
        struct span name = last_word(span_head(text, open));
        if (use_address(parse, behind)) {
            if (name.len > 0)
                use_name(parse, name);
            return;
        }
        open += 1 + span_find(span_skip(behind, 1), '[');
    }
    if (first_open < text.len)
        text = span_head(text, first_open);
    struct span rest = text;
    struct span first = span_word(&rest);
    struct span second = span_word(&rest);
    if (use_address(parse, without_ident(first)))
        return;
    if (is_host_name(first) && (second.len == 0 || use_address(parse, second)))
        use_name(parse, first);
}

/* "HELO x" (qmail, CommuniGate), "helo=x" (Exim); false where the comment names none. */
static bool helo_comment(struct parse *parse, struct span text)
{
    size_t at = find_helo(text);
    if (at == text.len)
        return false;
    struct span rest = span_skip(text, at + 5);
    if (text.at[at + 4] == ' ') {
        parse->helo = span_trim(rest);
        return true;
    }
    if (text.at[at + 4] != '=')
        return false;
    parse->helo = span_word(&rest);
    found_comment(parse, span_head(text, at));
    return true;
}

static void on_comment(struct parse *parse, struct span text)
{
    if (parse->clause == CLAUSE_FROM) {
        text = span_trim(text);
        if (parse->helo.len > 0 || !helo_comment(parse, text))
            found_comment(parse, text);
    } else if (parse->clause == CLAUSE_BY) {
        size_t open = span_find(text, '[');
        if (open < text.len && literal_parse(span_skip(text, open)).kind == LITERAL_IMPOSSIBLE)
            parse->out->impossible = true;
    }
    parse->closed = true;
}

/* The clause that a word opens; the present one where it is no keyword here. */
static enum clause keyword(const struct parse *parse, struct span word)
{
    enum clause present = parse->clause;
    if (present == CLAUSE_START && span_equal_nocase(word, SPAN_LITERAL("from")))
        return CLAUSE_FROM;
    /* A clause has at least one word, whatever that is. */
    if (present != CLAUSE_START && parse->words == 0 && !parse->closed)
        return present;
    switch (word.len) {
    case 2:
        if (span_equal_nocase(word, SPAN_LITERAL("by")))
            return CLAUSE_BY;
        return span_equal_nocase(word, SPAN_LITERAL("id")) ? CLAUSE_ID : present;
    case 3:
        if (span_equal_nocase(word, SPAN_LITERAL("for")))
            return CLAUSE_FOR;
        return span_equal_nocase(word, SPAN_LITERAL("via")) ? CLAUSE_VIA : present;
    case 4: return span_equal_nocase(word, SPAN_LITERAL("with")) ? CLAUSE_WITH : present;
    default: return present;
    }
}

/* Makes text reach up to the end of word; both lie in the same value. */
static void extend(struct span *text, struct span word)
{
    *text = text->len == 0 ? word : span_make(text->at, (size_t)(word.at + word.len - text->at));
}

static void on_from_word(struct parse *parse, struct span word)
{
    size_t open = span_find(word, '[');
    if (open < word.len && (parse->from.len > 0 || open > 0) &&
        use_address(parse, span_skip(word, open)))
        word = span_head(word, open);
    if (word.len > 0 && !parse->closed)
        extend(&parse->from, word);
}

static void on_word(struct parse *parse, struct span word)
{
    struct mail_received *out = parse->out;
    enum clause clause = keyword(parse, word);
    if (clause != parse->clause) {
        parse->clause = clause;
        parse->words = 0;
        parse->closed = false;
        return;
    }
    bool first = parse->words++ == 0;
    switch (clause) {
    case CLAUSE_FROM: on_from_word(parse, word); break;
    case CLAUSE_WITH:
        if (!parse->closed)
            extend(&out->with, word);
        break;
    case CLAUSE_BY:
        if (first && out->by.len == 0)
            out->by = word;
        if (word.at[0] == '[' && literal_parse(word).kind == LITERAL_IMPOSSIBLE)
            out->impossible = true;
        break;
    case CLAUSE_ID:
        if (first)
            out->id = word;
        break;
    case CLAUSE_FOR:
        if (first)
            out->for_path = word;
        break;
    case CLAUSE_START:
    case CLAUSE_VIA: break;
    }
}

/* The word after "from" is the HELO name, the name found, or the address. */
static void settle_from(struct parse *parse)
{
    struct mail_received *out = parse->out;
    struct span from = parse->from;
    bool had_address = out->addr_text.len > 0;
    bool pickup = span_equal_nocase(from, SPAN_LITERAL("mail pickup service"));
    bool literal = use_address(parse, from);
    out->helo = parse->helo;
    if (parse->helo.len > 0) {
        if (!literal && out->name.len == 0)
            use_name(parse, from);
        out->impossible |= literal_parse(parse->helo).kind == LITERAL_IMPOSSIBLE;
    } else if (!pickup && (!literal || had_address)) {
        out->helo = from;
    }
}

void mail_received_parse(struct span value, struct mail_received *ret_received)
{
    struct mail_received out = {.raw = value};
    struct parse parse = {.out = &out};
    struct span rest = value;
    const uint8_t *semicolon = value.len == 0 ? NULL : memrchr(value.at, ';', value.len);
    if (semicolon != NULL) {
        size_t at = (size_t)(semicolon - value.at);
        out.has_date = mail_date_parse(span_skip(value, at + 1), &out.date);
        if (out.has_date)
            rest = span_head(value, at);
    }
    struct token token;
    while (next_token(&rest, &token)) {
        parse.closed |= token.apart;
        if (token.comment)
            on_comment(&parse, token.text);
        else
            on_word(&parse, token.text);
    }
    settle_from(&parse);
    *ret_received = out;
}
