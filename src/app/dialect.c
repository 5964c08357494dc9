/* dialect: how one command is written (RFC 5321 4.1.1), in which order commands come, and what
 * follows a refusal. */
#include "dialect.h"

/* Of the verb's four letters; bit 5 of an ASCII letter is its case. */
static uint32_t verb_case(struct span line)
{
    const uint32_t case_bits = 0x20202020;
    uint32_t verb;
    if (line.len < sizeof verb)
        return 0;
    memcpy(&verb, line.at, sizeof verb);
    verb &= case_bits;
    return verb == 0           ? DIALECT_UPPER_VERB
           : verb == case_bits ? DIALECT_LOWER_VERB
                               : DIALECT_MIXED_VERB;
}

/* FROM or TO, by its last letter: is it in another case than the verb's first? */
static bool is_other_keyword(struct span line, size_t colon)
{
    return colon > 0 && colon < line.len && line.at[colon - 1] >= 'A' &&
           ((line.at[colon - 1] ^ line.at[0]) & 0x20) != 0;
}

/* MAIL FROM:<a@b> SIZE=1000 */
static uint32_t path_habits(const struct smtp_command *command)
{
    uint32_t bits = 0;
    size_t colon = span_find(command->line, ':');
    if (colon + 1 < command->line.len && command->line.at[colon + 1] == ' ')
        bits |= DIALECT_SPACE_AFTER_COLON;
    if (command->path.len > 0 && command->path.at[0] != '<')
        bits |= DIALECT_NO_BRACKETS;
    if (is_other_keyword(command->line, colon))
        bits |= DIALECT_OTHER_KEYWORD;
    if (command->params.len == 0)
        return bits;
    struct span rest = command->params;
    for (struct span word = span_word(&rest); word.len > 0; word = span_word(&rest)) {
        if (span_starts_nocase(word, SPAN_LITERAL("SIZE=")))
            bits |= DIALECT_SIZE_PARAM;
        else if (span_starts_nocase(word, SPAN_LITERAL("BODY=")))
            bits |= DIALECT_BODY_PARAM;
        else
            bits |= DIALECT_OTHER_PARAM;
    }
    return bits;
}

static uint32_t verb_habits(const struct smtp_command *command)
{
    switch (command->verb) {
    case SMTP_EHLO: return DIALECT_EHLO;
    case SMTP_HELO: return DIALECT_HELO;
    case SMTP_RSET: return DIALECT_RSET;
    case SMTP_QUIT: return DIALECT_QUIT;
    case SMTP_NOOP: return DIALECT_NOOP;
    case SMTP_BDAT: return DIALECT_BDAT;
    case SMTP_VRFY:
    case SMTP_EXPN: return DIALECT_VRFY;
    case SMTP_STARTTLS: return DIALECT_STARTTLS;
    case SMTP_MAIL:
    case SMTP_RCPT: return path_habits(command);
    default: return 0;
    }
}

/* How it is written and sent. */
static uint32_t command_habits(const struct smtp_command *command, uint64_t facts)
{
    uint32_t bits = verb_habits(command) | verb_case(command->line);
    if (command->line.len > 0 && command->line.at[command->line.len - 1] == ' ')
        bits |= DIALECT_TRAILING_BLANK;
    if ((facts & SMTP_BIT(SMTP_FACT_PIPELINED)) != 0)
        bits |= DIALECT_PIPELINED;
    if ((facts & SMTP_BIT(SMTP_FACT_BARE_LF)) != 0)
        bits |= DIALECT_BARE_LF;
    return bits;
}

/* What it follows. */
static uint32_t order_habits(const struct dialect *dialect, const struct smtp_command *command,
                             const struct smtp_reply *reply, uint64_t facts)
{
    bool quit = (facts & SMTP_BIT(SMTP_FACT_QUIT)) != 0;
    switch (command->verb) {
    case SMTP_HELO: return (facts & SMTP_BIT(SMTP_FACT_EHLO_REFUSED)) != 0 ? DIALECT_FALLBACK : 0;
    case SMTP_RSET:
        return !dialect->mail                       ? DIALECT_RSET_FIRST
               : dialect->last_verb == SMTP_CONTENT ? DIALECT_RSET_AFTER
                                                    : 0;
    case SMTP_DATA: return command->ahead ? DIALECT_DATA_AHEAD : 0;
    case SMTP_BDAT:
        return (command->ahead && dialect->last_verb == SMTP_RCPT ? DIALECT_DATA_AHEAD : 0) |
               (quit && reply->code != 0 ? DIALECT_QUIT_AHEAD : 0);
    case SMTP_CONTENT: return quit && reply->code != 0 ? DIALECT_QUIT_AHEAD : 0;
    default: return 0;
    }
}

/* Tells two commands apart; the beginning, which has the address, is enough. */
static uint32_t line_hash(struct span line)
{
    uint64_t words[8] = {0}, hash = line.len;
    memcpy(words, line.at, line.len < sizeof words ? line.len : sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32);
}

static void react(struct dialect *dialect, enum dialect_reaction reaction)
{
    enum event_dialect on = dialect->refused == 4 ? DIALECT_ON_4XX : DIALECT_ON_5XX;
    if (event_reaction(dialect->bits, on) == REACTION_UNSEEN)
        dialect->bits |= (uint32_t)reaction << on;
    dialect->refused = 0;
}

/* The client knows of the refusal and sends this. */
static enum dialect_reaction reaction_to(const struct dialect *dialect,
                                         const struct smtp_command *command)
{
    bool greeting = dialect->refused_verb == SMTP_NONE;
    switch (command->verb) {
    case SMTP_RSET: return REACTION_RSET;
    case SMTP_QUIT: return REACTION_QUIT;
    case SMTP_HELO:
    case SMTP_EHLO: return greeting ? REACTION_IGNORE : REACTION_UNSEEN;
    case SMTP_MAIL:
    case SMTP_RCPT:
    case SMTP_VRFY:
    case SMTP_EXPN:
        if (greeting || (dialect->refused_verb == SMTP_MAIL && command->verb == SMTP_RCPT))
            return REACTION_IGNORE;
        return line_hash(command->line) == dialect->refused_line ? REACTION_AGAIN : REACTION_NEXT;
    case SMTP_DATA:
    case SMTP_BDAT:
    case SMTP_CONTENT:
        /* Other recipients were accepted: there is nothing to react to. */
        return dialect->accepted ? REACTION_UNSEEN : REACTION_IGNORE;
    default: return REACTION_UNSEEN;
    }
}

static void note_reply(struct dialect *dialect, const struct smtp_command *command,
                       const struct smtp_reply *reply)
{
    unsigned class = reply->code / 100;
    switch (command->verb) {
    case SMTP_MAIL: dialect->mail = true; /* fall through */
    case SMTP_RSET: dialect->accepted = false; break;
    case SMTP_RCPT: dialect->accepted = dialect->accepted || class == 2; break;
    case SMTP_VRFY:
    case SMTP_EXPN: break;
    /* Sent ahead and accepted: content has to follow, whatever became of the recipients. */
    case SMTP_DATA: dialect->refused = class == 3 ? 0 : dialect->refused; return;
    default: return;
    }
    /* 421: the server closes. */
    if (class < 4 || reply->code == 421 || dialect->refused != 0)
        return;
    dialect->refused = (uint8_t) class;
    dialect->refused_verb = (uint8_t)command->verb;
    dialect->refused_line = line_hash(command->line);
}

void dialect_greeting(struct dialect *dialect, const struct smtp_reply *reply, uint64_t facts)
{
    if (reply->code < 400 || reply->code == 421 || (facts & SMTP_BIT(SMTP_FACT_EARLY_TALKER)) != 0)
        return;
    dialect->refused = (uint8_t)(reply->code / 100);
    dialect->refused_verb = SMTP_NONE;
}

void dialect_exchange(struct dialect *dialect, const struct smtp_command *command,
                      const struct smtp_reply *reply, uint64_t facts)
{
    if (command->verb == SMTP_NONE || command->verb == SMTP_UNKNOWN || command->verb == SMTP_PROXY)
        return;
    if ((facts & SMTP_BIT(SMTP_FACT_GAP_CLIENT)) != 0)
        dialect->refused = 0; /* the reaction may be what is missing */
    if (dialect->refused != 0 && !command->ahead)
        react(dialect, reaction_to(dialect, command));
    dialect->bits |= order_habits(dialect, command, reply, facts);
    if (command->verb != SMTP_CONTENT)
        dialect->bits |= command_habits(command, facts);
    note_reply(dialect, command, reply);
    bool last_chunk =
        command->verb == SMTP_BDAT && span_ends_nocase(command->argument, SPAN_LITERAL("LAST"));
    dialect->last_verb = (uint8_t)(last_chunk ? SMTP_CONTENT : command->verb);
}

void dialect_end(struct dialect *dialect, enum close_reason reason, uint64_t facts)
{
    const uint64_t uncertain = SMTP_BIT(SMTP_FACT_GAP_CLIENT) | SMTP_BIT(SMTP_FACT_GAP_SERVER) |
                               SMTP_BIT(SMTP_FACT_SERVER_CLOSED) | SMTP_BIT(SMTP_FACT_TLS);
    if (dialect->refused != 0 && (reason == CLOSE_FIN || reason == CLOSE_RST) &&
        (facts & uncertain) == 0)
        react(dialect, REACTION_CLOSE);
}
