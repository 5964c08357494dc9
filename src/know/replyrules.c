/*
 * First match wins over a list of rules. The patterns of a rule's codes are tried before its
 * regular expression (PCRE2, compiled to machine code where the library can), so most rules cost
 * nothing.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "replyrules.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#define PATTERN_SIZE 64 /* octets of a code pattern and its NUL */
#define MATCH_LIMIT  100000

struct rule {
    enum reply_class class;
    char codes[PATTERN_SIZE];    /* "*", "550,551", "5xx" */
    char enhanced[PATTERN_SIZE]; /* "*", "-", "5.1.1", "x.7.x" */
    struct span text;            /* of a trusted expression that is not compiled yet, or empty */
    pcre2_code *expression;      /* NULL: none, or not compiled yet */
    bool any_words;              /* there is no expression */
    bool machine_code; /* the library was asked for it: at the first use, for most are rare */
};

struct replyrules {
    struct rule *rules;
    size_t count;
    pcre2_match_data *match;
    pcre2_match_context *context;
};

struct place {
    const char *origin;
    unsigned line;
    bool trusted;
    char *problem;
};

enum err replyrules_new(struct replyrules **ret_rules)
{
    struct replyrules *rules = calloc(1, sizeof(*rules));
    if (rules == NULL)
        return ERR_MEMORY;
    rules->match = pcre2_match_data_create(1, NULL);
    rules->context = pcre2_match_context_create(NULL);
    if (rules->match == NULL || rules->context == NULL) {
        replyrules_free(rules);
        return ERR_MEMORY;
    }
    /* A user's careless expression must not stop the sensor. */
    pcre2_set_match_limit(rules->context, MATCH_LIMIT);
    *ret_rules = rules;
    return ERR_NONE;
}

void replyrules_free(struct replyrules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < rules->count; i++)
        pcre2_code_free(rules->rules[i].expression);
    free(rules->rules);
    pcre2_match_data_free(rules->match);
    pcre2_match_context_free(rules->context);
    free(rules);
}

size_t replyrules_count(const struct replyrules *rules)
{
    return rules->count;
}

static enum err wrong(const struct place *place, const char *what, struct span text)
{
    snprintf(place->problem, REPLIES_PROBLEM_SIZE, "%s:%u: %s '%.*s'", place->origin, place->line,
             what, (int)(text.len < 100 ? text.len : 100), (const char *)text.at);
    return ERR_CONFIG;
}

static bool class_of(struct span name, enum reply_class *ret_class)
{
    for (unsigned i = 0; i < REPLY_CLASSES; i++) {
        if (span_equal(name, span_text(replies_name((enum reply_class)i)))) {
            *ret_class = (enum reply_class)i;
            return true;
        }
    }
    return false;
}

/* Copies a pattern made of the octets allowed; false where it is empty, too long or made of others.
 */
static bool pattern_copy(struct span text, const char *allowed, char ret_pattern[PATTERN_SIZE])
{
    if (text.len == 0 || text.len >= PATTERN_SIZE)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '\0' || strchr(allowed, text.at[i]) == NULL)
            return false;
    memcpy(ret_pattern, text.at, text.len);
    ret_pattern[text.len] = '\0';
    return true;
}

static enum err expression_new(const struct place *place, struct span text, pcre2_code **ret_code)
{
    int number = 0;
    size_t offset = 0;
    pcre2_code *code =
        pcre2_compile(text.at, text.len, PCRE2_NO_AUTO_CAPTURE, &number, &offset, NULL);
    if (code == NULL) {
        PCRE2_UCHAR message[120];
        pcre2_get_error_message(number, message, sizeof(message));
        snprintf(place->problem, REPLIES_PROBLEM_SIZE,
                 "%s:%u: regular expression, at character %zu: %s", place->origin, place->line,
                 offset, (const char *)message);
        return ERR_CONFIG;
    }
    *ret_code = code;
    return ERR_NONE;
}

static enum err expression_compile(const struct place *place, struct rule *rule)
{
    enum err err = expression_new(place, rule->text, &rule->expression);
    rule->text = SPAN_NULL;
    return err;
}

static enum err rule_parse(const struct place *place, struct span line, struct rule *ret_rule)
{
    struct rule rule = {.expression = NULL};
    struct span rest = line;
    struct span class = span_word(&rest), codes = span_word(&rest), enhanced = span_word(&rest);
    struct span expression = span_trim(rest);

    if (!class_of(class, &rule.class))
        return wrong(place, "no such class:", class);
    if (!pattern_copy(codes, "0123456789x,*", rule.codes))
        return wrong(place, "reply codes are like 550, 5xx, 450,451 or *, not", codes);
    if (!pattern_copy(enhanced, "0123456789.x,*-", rule.enhanced))
        return wrong(place, "enhanced codes are like 5.1.1, x.7.x, * or - (none), not", enhanced);
    if (expression.len == 0)
        return wrong(place, "a rule is: class codes enhanced expression, not", line);
    rule.any_words = span_equal(expression, SPAN_LITERAL("*"));
    if (!rule.any_words) {
        rule.text = expression;
        enum err err = place->trusted ? ERR_NONE : expression_compile(place, &rule);
        if (err != ERR_NONE)
            return err;
    }
    *ret_rule = rule;
    return ERR_NONE;
}

static enum err rule_add(struct replyrules *rules, const struct place *place, struct span line)
{
    if (rules->count == REPLYRULES_MAX)
        return wrong(place, "too many rules, at", line);
    if (rules->count % 64 == 0) {
        struct rule *more = reallocarray(rules->rules, rules->count + 64, sizeof(rules->rules[0]));
        if (more == NULL)
            return ERR_MEMORY;
        rules->rules = more;
    }
    enum err err = rule_parse(place, line, &rules->rules[rules->count]);
    if (err == ERR_NONE)
        rules->count++;
    return err;
}

enum err replyrules_add(struct replyrules *rules, const char *origin, bool trusted,
                        struct span text, char ret_problem[REPLIES_PROBLEM_SIZE])
{
    struct place place = {origin, 0, trusted, ret_problem};
    while (text.len > 0) {
        size_t len = span_find(text, '\n');
        struct span line = span_trim(span_head(text, len));
        text = span_skip(text, len + 1);
        place.line++;
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (line.len > REPLYRULES_LINE)
            return wrong(&place, "line too long:", line);
        enum err err = rule_add(rules, &place, line);
        if (err != ERR_NONE)
            return err;
    }
    return ERR_NONE;
}

/* One alternative of a pattern against one code: 'x' is any digit in a reply code, any number in an
 * enhanced one. Moves *pattern past the alternative. */
static bool alternative(const char **pattern, struct span code)
{
    const char *at = *pattern;
    size_t i = 0;
    bool same = true;
    for (; *at != '\0' && *at != ','; at++) {
        if (*at == '*') {
            i = code.len;
        } else if (*at == 'x' && i < code.len && code.at[i] != '.') {
            bool enhanced = span_find(code, '.') < code.len;
            i++;
            while (enhanced && i < code.len && code.at[i] != '.')
                i++;
        } else if (i < code.len && (char)code.at[i] == *at) {
            i++;
        } else {
            /* "-" is the absence of a code. */
            same = same && *at == '-' && code.len == 0;
        }
    }
    *pattern = *at == ',' ? at + 1 : at;
    return same && i == code.len;
}

static bool pattern_match(const char *pattern, struct span code)
{
    while (*pattern != '\0')
        if (alternative(&pattern, code))
            return true;
    return false;
}

enum err replyrules_check(struct replyrules *rules, char ret_problem[REPLIES_PROBLEM_SIZE])
{
    struct place place = {"rule", 0, true, ret_problem};
    for (size_t i = 0; i < rules->count; i++) {
        place.line = (unsigned)i + 1;
        enum err err =
            rules->rules[i].text.len == 0 ? ERR_NONE : expression_compile(&place, &rules->rules[i]);
        if (err != ERR_NONE)
            return err;
    }
    return ERR_NONE;
}

static bool expression_match(struct replyrules *rules, struct rule *rule, struct span words)
{
    if (rule->text.len > 0) {
        char problem[REPLIES_PROBLEM_SIZE];
        struct place place = {"", 0, true, problem};
        (void)!expression_compile(&place, rule);
    }
    if (rule->expression == NULL)
        return false;
    if (!rule->machine_code) {
        /* Without JIT the expression is interpreted: slower, with the same result. */
        (void)pcre2_jit_compile(rule->expression, PCRE2_JIT_COMPLETE);
        rule->machine_code = true;
    }
    PCRE2_SPTR subject = words.len == 0 ? (PCRE2_SPTR) "" : words.at;
    return pcre2_match(rule->expression, subject, words.len, 0, PCRE2_NO_UTF_CHECK, rules->match,
                       rules->context) >= 0;
}

enum reply_class replyrules_match(struct replyrules *rules, unsigned code, struct span enhanced,
                                  struct span words)
{
    char digits[12];
    int len = snprintf(digits, sizeof(digits), "%03u", code);
    struct span code_span = span_make(digits, (size_t)len);

    for (size_t i = 0; i < rules->count; i++) {
        struct rule *rule = &rules->rules[i];
        if (!pattern_match(rule->codes, code_span) || !pattern_match(rule->enhanced, enhanced))
            continue;
        if (rule->any_words || expression_match(rules, rule, words))
            return rule->class;
    }
    return REPLY_OTHER;
}
