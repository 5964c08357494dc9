/* Binary search in a sorted table, then the long words at either end of the word. */
#include "namewords.h"

#include <stdlib.h>

struct entry {
    const char *word;
    uint8_t len;
    uint8_t kind;
};

#define WORD(word, kind) {word, sizeof(word) - 1, NAMEWORD_##kind},

static const struct entry table[] = {
#include "namewords.def"
};

/* Long enough to mean the same inside a longer word; the first that fits counts. */
static const struct entry affixes[] = {
    // clang-format off
    WORD("mail", MAIL)
    WORD("smtp", MAIL)
    WORD("usercontent", HOSTING)
    WORD("hosting", HOSTING)
    WORD("hosted", HOSTING)
    WORD("dedicated", HOSTING)
    WORD("cloud", HOSTING)
    WORD("server", HOSTING)
    WORD("static", STATIC)
    WORD("business", STATIC)
    WORD("dynamic", DYNAMIC)
    WORD("dial", DYNAMIC)
    WORD("dhcp", DYNAMIC)
    WORD("pppoe", DYNAMIC)
    WORD("adsl", LINE)
    WORD("cable", ACCESS)
    WORD("kabel", ACCESS)
    WORD("catv", ACCESS)
    WORD("broadband", ACCESS)
    WORD("wireless", ACCESS)
    WORD("mobile", ACCESS)
    WORD("modem", ACCESS)
    WORD("client", ACCESS)
    WORD("user", ACCESS)
    WORD("home", ACCESS)
    WORD("speed", ACCESS)
    WORD("customer", CUSTOMER)
    WORD("fiber", LINE)
    WORD("ftth", LINE)
    // clang-format on
};

/* Shorter words than this are only whole ones. */
#define AFFIX_MIN 4

/* Words differ early: a loop is quicker than a call of memcmp. */
static int compare(const void *key, const void *element)
{
    const struct span *word = key;
    const struct entry *entry = element;
    size_t shorter = word->len < entry->len ? word->len : entry->len;
    for (size_t i = 0; i < shorter; i++)
        if (word->at[i] != (uint8_t)entry->word[i])
            return word->at[i] - (uint8_t)entry->word[i];
    return (int)word->len - (int)entry->len;
}

static bool has_at_an_end(struct span word, const struct entry *affix)
{
    const uint8_t *end = word.at + word.len - affix->len;
    return (word.at[0] == (uint8_t)affix->word[0] &&
            memcmp(word.at, affix->word, affix->len) == 0) ||
           (end[0] == (uint8_t)affix->word[0] && memcmp(end, affix->word, affix->len) == 0);
}

enum nameword namewords_find(struct span word)
{
    if (word.len < 2 || word.len > UINT8_MAX)
        return NAMEWORD_NONE;
    const struct entry *entry =
        bsearch(&word, table, sizeof(table) / sizeof(table[0]), sizeof(table[0]), compare);
    if (entry != NULL)
        return (enum nameword)entry->kind;
    for (size_t i = 0; word.len > AFFIX_MIN && i < sizeof(affixes) / sizeof(affixes[0]); i++)
        if (word.len > affixes[i].len && has_at_an_end(word, &affixes[i]))
            return (enum nameword)affixes[i].kind;
    return NAMEWORD_NONE;
}
