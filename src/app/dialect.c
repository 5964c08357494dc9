/* dialect: the case of the verb, blanks, brackets and parameters of one command. */
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

/* MAIL FROM:<a@b> SIZE=1000 */
static uint32_t path_habits(const struct smtp_command *command)
{
    uint32_t bits = 0;
    size_t colon = span_find(command->line, ':');
    if (colon + 1 < command->line.len && command->line.at[colon + 1] == ' ')
        bits |= DIALECT_SPACE_AFTER_COLON;
    if (command->path.len > 0 && command->path.at[0] != '<')
        bits |= DIALECT_NO_BRACKETS;
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

uint32_t dialect_of(const struct smtp_command *command, uint64_t facts)
{
    uint32_t bits = 0;
    switch (command->verb) {
    case SMTP_NONE:
    case SMTP_CONTENT:
    case SMTP_UNKNOWN:
    case SMTP_PROXY: return 0;
    case SMTP_EHLO: bits |= DIALECT_EHLO; break;
    case SMTP_HELO: bits |= DIALECT_HELO; break;
    case SMTP_RSET: bits |= DIALECT_RSET; break;
    case SMTP_QUIT: bits |= DIALECT_QUIT; break;
    case SMTP_NOOP: bits |= DIALECT_NOOP; break;
    case SMTP_STARTTLS: bits |= DIALECT_STARTTLS; break;
    case SMTP_MAIL:
    case SMTP_RCPT: bits |= path_habits(command); break;
    default: break;
    }
    bits |= verb_case(command->line);
    if (command->line.len > 0 && command->line.at[command->line.len - 1] == ' ')
        bits |= DIALECT_TRAILING_BLANK;
    if ((facts & SMTP_BIT(SMTP_FACT_PIPELINED)) != 0)
        bits |= DIALECT_PIPELINED;
    if ((facts & SMTP_BIT(SMTP_FACT_BARE_LF)) != 0)
        bits |= DIALECT_BARE_LF;
    return bits;
}
