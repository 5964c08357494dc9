/* dialect: the client's habits as a short stable string, and who is known to speak so; the letters
 * are listed in docs/dialects.md. */
#include <mxtap/know.h>

/* In the order of the text. */
#define LETTERS                                                                                    \
    LETTER(E, EHLO)                                                                                \
    LETTER(H, HELO)                                                                                \
    LETTER(h, FALLBACK)                                                                            \
    LETTER(U, UPPER_VERB)                                                                          \
    LETTER(l, LOWER_VERB)                                                                          \
    LETTER(m, MIXED_VERB)                                                                          \
    LETTER(k, OTHER_KEYWORD)                                                                       \
    LETTER(s, SPACE_AFTER_COLON)                                                                   \
    LETTER(n, NO_BRACKETS)                                                                         \
    LETTER(t, TRAILING_BLANK)                                                                      \
    LETTER(Z, SIZE_PARAM)                                                                          \
    LETTER(B, BODY_PARAM)                                                                          \
    LETTER(O, OTHER_PARAM)                                                                         \
    LETTER(P, PIPELINED)                                                                           \
    LETTER(D, DATA_AHEAD)                                                                          \
    LETTER(C, BDAT)                                                                                \
    LETTER(T, STARTTLS)                                                                            \
    LETTER(V, VRFY)                                                                                \
    LETTER(R, RSET)                                                                                \
    LETTER(r, RSET_FIRST)                                                                          \
    LETTER(a, RSET_AFTER)                                                                          \
    LETTER(N, NOOP)                                                                                \
    LETTER(f, BARE_LF)                                                                             \
    LETTER(q, QUIT_AHEAD)                                                                          \
    LETTER(Q, QUIT)

enum {
#define LETTER(letter, bit) letter = DIALECT_##bit,
    LETTERS
#undef LETTER
};

#define NOTHING 0U
#define LOOSE   ((uint32_t)(l | m | s | n | t | f | k))

static const struct {
    uint32_t bit;
    char letter;
} letters[] = {
#define LETTER(name, bit) {DIALECT_##bit, #name[0]},
    LETTERS
#undef LETTER
};

static const struct speaker {
    const char *name;
    bool server;
    uint32_t always, sometimes;
} speakers[] = {
#define SPEAKS(name, server, always, sometimes) {name, server, always, sometimes},
#include "dialects.def"
#undef SPEAKS
};

#define REACTIONS (7U << DIALECT_ON_4XX | 7U << DIALECT_ON_5XX)

void know_dialect_text(uint32_t dialect, char ret_text[KNOW_DIALECT_TEXT])
{
    static const char reactions[8] = "-rqnaic?";
    size_t used = 0;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if ((dialect & letters[i].bit) != 0)
            ret_text[used++] = letters[i].letter;
    for (unsigned digit = 4; digit <= 5; digit++) {
        enum dialect_reaction reaction =
            event_reaction(dialect, digit == 4 ? DIALECT_ON_4XX : DIALECT_ON_5XX);
        if (reaction == REACTION_UNSEEN)
            continue;
        ret_text[used++] = (char)('0' + digit);
        ret_text[used++] = reactions[reaction];
    }
    if (used == 0)
        ret_text[used++] = '-';
    ret_text[used] = '\0';
}

uint32_t know_dialect_core(uint32_t dialect)
{
    uint32_t core = dialect & (LOOSE | E | H | U | Z | P | D | C | T);
    return (core & E) != 0 ? core & ~(uint32_t)H : core;
}

static const struct speaker *speaker_of(uint32_t dialect)
{
    uint32_t habits = dialect & ~(REACTIONS | (uint32_t)Q);
    for (size_t i = 0; i < sizeof speakers / sizeof speakers[0]; i++) {
        const struct speaker *speaker = &speakers[i];
        if ((habits & speaker->always) == speaker->always &&
            (habits & ~(speaker->always | speaker->sometimes)) == 0)
            return speaker;
    }
    return NULL;
}

const char *know_dialect_software(uint32_t dialect)
{
    const struct speaker *speaker = speaker_of(dialect);
    return speaker == NULL ? NULL : speaker->name;
}

/* What all known servers do. */
static const uint32_t servers_do = ~UINT32_C(0)
#define SPEAKS(name, server, always, sometimes) &((server) ? (always) : ~UINT32_C(0))
#include "dialects.def"
#undef SPEAKS
    ;

/* One that is known; or EHLO, upper case, exact syntax, and SIZE, which nobody needs who has not
 * read the reply to EHLO. */
bool know_dialect_mta(uint32_t dialect)
{
    bool exact = (dialect & (E | U | Z)) == (E | U | Z) && (dialect & LOOSE) == 0;
    if (exact || (dialect & servers_do) != servers_do)
        return exact;
    const struct speaker *speaker = speaker_of(dialect);
    return speaker != NULL && speaker->server;
}
