/*
 * Host-name classes: words and numbers of the name, weighed. A word that says mail, hosting or
 * static decides before the score, which tells the lines of homes from those that are only numbered
 * through.
 */
#include <mxtap/names.h>

#include "nameaddr.h"
#include "namewords.h"

/* In tenths. Names with DYNAMIC_SCORE and more are dynamic. */
enum weight {
    DYNAMIC_SCORE = 20,
    WEIGHT_ADDRESS = 12, /* a whole address, in decimal octets: firms' lines are named so, too */
    WEIGHT_NUMBER = 25,  /* in one piece, or a modem's number */
    WEIGHT_THREE_OCTETS = 20, /* part of an address: the rest is in the pool */
    WEIGHT_TWO_OCTETS = 13,
    WEIGHT_COUNTER_LONG = 20, /* five digits and more in the first label */
    WEIGHT_COUNTER = 7,       /* two to four */
    WEIGHT_COUNTER_ONE = 4,
    WEIGHT_DYNAMIC = 20,
    WEIGHT_ACCESS = 16,
    WEIGHT_LINE = 13,
    WEIGHT_DEVICE = 13,
    WEIGHT_GENERIC = 8,
    WEIGHT_NUMBERED = 5,    /* cust39, user-5: a number behind such a word */
    WEIGHT_NO_DIGITS = -15, /* lines are many and so have numbers */
};

struct evidence {
    int words[NAMEWORDS]; /* how many of each kind before the domain */
    int domain[NAMEWORDS];
    enum nameaddr shown;   /* how much of an address */
    bool held;             /* the host's own address is in it */
    bool numbered;         /* a number behind a word of access */
    bool line_first;       /* a kind of line in the first label: dsl-1-2-3-4, 1-2-3-4-dsl */
    unsigned first_digits; /* digits in the first label */
    bool any_digits;       /* before the domain */
};

const char *names_class_name(enum name_class class)
{
    static const char *const names[NAME_CLASSES] = {"unknown", "dynamic", "static", "mail",
                                                    "hosting"};
    return (unsigned)class < NAME_CLASSES ? names[class] : names[NAME_UNKNOWN];
}

/* Octets between a token and a number that is the next token of its label; SIZE_MAX where none is.
 */
static size_t distance_to_number(const struct nametokens *tokens, size_t index)
{
    const struct nametoken *token = &tokens->tokens[index], *next = token + 1;
    if (index + 1 >= tokens->count || !next->digits || next->label != token->label)
        return SIZE_MAX;
    return (size_t)next->at - token->at - token->len;
}

static void gather_word(const struct nametokens *tokens, size_t index, struct evidence *evidence)
{
    const struct nametoken *token = &tokens->tokens[index];
    enum nameword word = namewords_find(span_make(tokens->text + token->at, token->len));
    /* "as" and "pm" are access servers only as as3 and pm2; "user" may be user-5 too. */
    size_t apart = distance_to_number(tokens, index);
    if (word == NAMEWORD_DEVICE && apart > 0)
        return;
    if (token->domain) {
        evidence->domain[word]++;
        return;
    }
    evidence->words[word]++;
    if (apart <= 1 && (word == NAMEWORD_ACCESS || word == NAMEWORD_DYNAMIC))
        evidence->numbered = true;
    if (token->label == 0 && word == NAMEWORD_LINE)
        evidence->line_first = true;
}

static void gather(const struct nametokens *tokens, const struct addr *addr,
                   struct evidence *evidence)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct nametoken *token = &tokens->tokens[i];
        if (!token->digits) {
            gather_word(tokens, i, evidence);
            continue;
        }
        if (token->label == 0)
            evidence->first_digits += token->len;
        evidence->any_digits = evidence->any_digits || !token->domain;
    }
    evidence->shown = nameaddr_find(tokens);
    evidence->held = addr != NULL && nameaddr_holds(tokens, addr);
}

/* The first word of a kind counts in full, one more in half; in the domain's own name, in half. */
static int word_score(const struct evidence *evidence, enum nameword kind, int weight)
{
    int count = evidence->words[kind] > 2 ? 2 : evidence->words[kind];
    int score = count == 0 ? 0 : weight + (count - 1) * weight / 2;
    return score + (evidence->domain[kind] > 0 ? weight / 2 : 0);
}

/* What the numbers say: an address, part of one, or a counter. */
static int number_score(const struct evidence *evidence)
{
    int counter = evidence->first_digits > 4    ? WEIGHT_COUNTER_LONG
                  : evidence->first_digits > 1  ? WEIGHT_COUNTER
                  : evidence->first_digits == 1 ? WEIGHT_COUNTER_ONE
                                                : 0;
    switch (evidence->shown) {
    case NAMEADDR_NUMBER: return WEIGHT_NUMBER;
    case NAMEADDR_FOUR: return WEIGHT_ADDRESS;
    case NAMEADDR_THREE: return WEIGHT_THREE_OCTETS;
    case NAMEADDR_TWO: return WEIGHT_TWO_OCTETS + counter;
    case NAMEADDR_NONE: break;
    }
    return evidence->held && counter < WEIGHT_ADDRESS ? WEIGHT_ADDRESS : counter;
}

static int dynamic_score(const struct evidence *evidence)
{
    int score = number_score(evidence);
    if (evidence->numbered)
        score += WEIGHT_NUMBERED;
    if (!evidence->any_digits)
        score += WEIGHT_NO_DIGITS;
    return score + word_score(evidence, NAMEWORD_DYNAMIC, WEIGHT_DYNAMIC) +
           word_score(evidence, NAMEWORD_ACCESS, WEIGHT_ACCESS) +
           word_score(evidence, NAMEWORD_LINE, WEIGHT_LINE) +
           word_score(evidence, NAMEWORD_DEVICE, WEIGHT_DEVICE) +
           word_score(evidence, NAMEWORD_GENERIC, WEIGHT_GENERIC);
}

/*
 * Words that firms have as well as homes, and nothing that says more: customer-1-2-3-4 is a line
 * numbered through, of whomever; adsl-2-3-4 is a pool's, whose first octet goes without saying.
 * Nobody lives under gov.
 */
static bool is_of_anyone(const struct nametokens *tokens, const struct evidence *evidence)
{
    bool pool = evidence->shown == NAMEADDR_THREE;
    bool weak = (evidence->line_first && !pool) || evidence->words[NAMEWORD_CUSTOMER] > 0;
    bool home = evidence->words[NAMEWORD_ACCESS] > 0 || evidence->domain[NAMEWORD_ACCESS] > 0 ||
                evidence->words[NAMEWORD_DEVICE] > 0 ||
                (evidence->words[NAMEWORD_LINE] > 0 && !evidence->line_first);
    return tokens->government || (weak && !home);
}

static bool is_by_rule(const struct evidence *evidence)
{
    return evidence->held || evidence->shown >= NAMEADDR_FOUR ||
           (evidence->any_digits &&
            (evidence->line_first || evidence->words[NAMEWORD_CUSTOMER] > 0));
}

enum name_class names_class_of(struct span name, const struct addr *addr)
{
    struct nametokens tokens;
    struct evidence evidence = {.first_digits = 0};
    if (!nametokens_cut(name, &tokens))
        return NAME_UNKNOWN;
    gather(&tokens, addr, &evidence);

    const int *words = evidence.words, *domain = evidence.domain;
    int score = dynamic_score(&evidence);
    bool outright = words[NAMEWORD_DYNAMIC] > 0;
    bool home = outright || words[NAMEWORD_ACCESS] > 0;
    /* mx-203-0-113-5.dynamic is no mail server. */
    if (words[NAMEWORD_MAIL] > 0 && !(outright && evidence.shown >= NAMEADDR_THREE))
        return NAME_MAIL;
    /* A hosting company has clients and users, too. */
    if ((!home && words[NAMEWORD_HOSTING] > 0) || (!outright && domain[NAMEWORD_HOSTING] > 0))
        return NAME_HOSTING;
    bool fixed = words[NAMEWORD_STATIC] > 0 || (!outright && domain[NAMEWORD_STATIC] > 0);
    if (fixed && evidence.any_digits)
        return NAME_STATIC;
    if (!home && domain[NAMEWORD_MAIL] > 0)
        return NAME_MAIL;
    if (score >= DYNAMIC_SCORE && (outright || !is_of_anyone(&tokens, &evidence)))
        return NAME_DYNAMIC;
    return is_by_rule(&evidence) ? NAME_STATIC : NAME_UNKNOWN;
}

enum name_class names_class(struct span name)
{
    return names_class_of(name, NULL);
}
