/*
 * cfws: comments and folding white space (RFC 5322 3.2.2) before the next token of a structured
 * field. An unclosed comment ends with the value.
 */
#ifndef MAIL_CFWS_H
#define MAIL_CFWS_H

#include <mxtap/rd.h>

/* Comments, and all white space. */
void cfws_skip_all(struct rd *rd);
/* Most often there is nothing, or one blank. */
static inline void cfws_skip(struct rd *rd)
{
    while (rd->at < rd->end && *rd->at == ' ')
        rd->at++;
    if (rd->at < rd->end && (*rd->at < ' ' || *rd->at == '('))
        cfws_skip_all(rd);
}

/* The next octet without taking it; 0 at the end. */
static inline uint8_t cfws_peek(const struct rd *rd)
{
    return rd_left(rd) == 0 ? 0 : *rd->at;
}

#endif
