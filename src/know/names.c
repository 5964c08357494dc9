/*
 * Host-name classes: words and numbers of the name, weighed. A word that says static, mail or
 * hosting decides against an access line whose name was made by rule, and only then does the score
 * count.
 */
#include <mxtap/names.h>

#include "nameaddr.h"
#include "namewords.h"

/* In tenths. Names with DYNAMIC_SCORE and more are access lines. */
enum weight {
    DYNAMIC_SCORE = 20,
    WEIGHT_ADDRESS = 25,      /* a whole address, in any notation */
    WEIGHT_ADDRESS_BARE = 15, /* nothing beside it: firms name their own networks so, too */
    WEIGHT_THREE_OCTETS = 20, /* three numbers in a row */
    WEIGHT_TWO_OCTETS = 13,
    WEIGHT_HOLDS = 15,        /* the host's own address is in it */
    WEIGHT_COUNTER_LONG = 20, /* five digits and more in the first label */
    WEIGHT_COUNTER = 7,       /* two to four */
    WEIGHT_COUNTER_ONE = 4,
    WEIGHT_DYNAMIC = 20,
    WEIGHT_ACCESS = 15,
    WEIGHT_DEVICE = 13,
    WEIGHT_GENERIC = 8,
    WEIGHT_NUMBERED = 5,    /* cust39, user-5: a number behind such a word */
    WEIGHT_NO_DIGITS = -15, /* lines are many and so have numbers */
};

struct evidence {
    int words[NAMEWORD_HOSTING + 1]; /* how many of each kind before the domain */
    int domain[NAMEWORD_HOSTING + 1];
    bool numbered;         /* a number behind a word of access */
    unsigned first_digits; /* digits in the first label */
    bool any_digits;       /* before the domain */
    bool any_word;         /* of two letters or more, before the domain */
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

static void gather(const struct nametokens *tokens, struct evidence *evidence)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct nametoken *token = &tokens->tokens[i];
        if (token->digits) {
            if (token->label == 0)
                evidence->first_digits += token->len;
            evidence->any_digits = evidence->any_digits || !token->domain;
            continue;
        }
        evidence->any_word = evidence->any_word || (!token->domain && token->len > 1);
        enum nameword word = namewords_find(span_make(tokens->text + token->at, token->len));
        /* "as" and "pm" are access servers only as as3 and pm2; "user" may be user-5 too. */
        size_t apart = distance_to_number(tokens, i);
        if (word == NAMEWORD_DEVICE && apart > 0)
            continue;
        if (apart <= 1 && (word == NAMEWORD_ACCESS || word == NAMEWORD_DYNAMIC))
            evidence->numbered = true;
        if (token->domain)
            evidence->domain[word]++;
        else
            evidence->words[word]++;
    }
}

/* The first word of a kind counts in full, one more in half; in the domain's own name, in half. */
static int word_score(const struct evidence *evidence, enum nameword kind, int weight)
{
    int count = evidence->words[kind] > 2 ? 2 : evidence->words[kind];
    int score = count == 0 ? 0 : weight + (count - 1) * weight / 2;
    return score + (evidence->domain[kind] > 0 ? weight / 2 : 0);
}

/* What the numbers say: an address, part of one, or a counter. */
static int number_score(const struct nametokens *tokens, const struct evidence *evidence)
{
    int counter = evidence->first_digits > 4    ? WEIGHT_COUNTER_LONG
                  : evidence->first_digits > 1  ? WEIGHT_COUNTER
                  : evidence->first_digits == 1 ? WEIGHT_COUNTER_ONE
                                                : 0;
    switch (nameaddr_find(tokens)) {
    case NAMEADDR_FOUR:
        return tokens->domain == 1 && !evidence->any_word ? WEIGHT_ADDRESS_BARE : WEIGHT_ADDRESS;
    case NAMEADDR_NUMBER: return WEIGHT_ADDRESS;
    case NAMEADDR_THREE: return WEIGHT_THREE_OCTETS;
    case NAMEADDR_TWO: return WEIGHT_TWO_OCTETS + counter;
    default: return counter;
    }
}

static int dynamic_score(const struct nametokens *tokens, const struct evidence *evidence,
                         const struct addr *addr)
{
    int score = number_score(tokens, evidence);
    if (addr != NULL && nameaddr_holds(tokens, addr))
        score += WEIGHT_HOLDS;
    if (evidence->numbered)
        score += WEIGHT_NUMBERED;
    if (!evidence->any_digits)
        score += WEIGHT_NO_DIGITS;
    return score + word_score(evidence, NAMEWORD_DYNAMIC, WEIGHT_DYNAMIC) +
           word_score(evidence, NAMEWORD_ACCESS, WEIGHT_ACCESS) +
           word_score(evidence, NAMEWORD_DEVICE, WEIGHT_DEVICE) +
           word_score(evidence, NAMEWORD_GENERIC, WEIGHT_GENERIC);
}

enum name_class names_class_of(struct span name, const struct addr *addr)
{
    struct nametokens tokens;
    struct evidence evidence = {.first_digits = 0};
    if (!nametokens_cut(name, &tokens))
        return NAME_UNKNOWN;
    gather(&tokens, &evidence);

    int score = dynamic_score(&tokens, &evidence, addr);
    bool outright = evidence.words[NAMEWORD_DYNAMIC] > 0;
    if (evidence.words[NAMEWORD_MAIL] > 0 && !(outright && score >= 2 * DYNAMIC_SCORE))
        return NAME_MAIL;
    if (evidence.words[NAMEWORD_STATIC] > 0 && !outright)
        return NAME_STATIC;
    if ((evidence.words[NAMEWORD_HOSTING] > 0 || evidence.domain[NAMEWORD_HOSTING] > 0) &&
        !outright && evidence.words[NAMEWORD_ACCESS] == 0)
        return NAME_HOSTING;
    if (evidence.domain[NAMEWORD_STATIC] > 0 && !outright)
        return NAME_STATIC;
    if (evidence.domain[NAMEWORD_MAIL] > 0 && evidence.words[NAMEWORD_ACCESS] == 0 && !outright)
        return NAME_MAIL;
    return score >= DYNAMIC_SCORE ? NAME_DYNAMIC : NAME_UNKNOWN;
}

enum name_class names_class(struct span name)
{
    return names_class_of(name, NULL);
}
