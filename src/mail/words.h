/*
 * words: encoded words of header fields (RFC 2047) to UTF-8.
 *
 * Character sets other than UTF-8 and ASCII go through iconv(3), from a fixed list of names: those
 * that mail really uses, none of the exotic ones. A word in another set, a broken word and text
 * outside of words stay as they came. Output is cut at MAIL_FIELD_MAX. One converter is kept open
 * for the next word. Owned by one parser, one thread.
 */
#ifndef MAIL_WORDS_H
#define MAIL_WORDS_H

#include "arena.h"

#include <mxtap/buf.h>

#define WORDS_KEEP 1024 /* octets that each buffer holds on to between two calls, at most */

struct words {
    void *converter; /* iconv_t, or NULL */
    const char *charset;
    struct buf raw; /* octets of words in charset, waiting for the converter */
    struct buf out;
    bool cut; /* something was longer than the ceiling */
};

void words_init(struct words *words);
void words_done(struct words *words);
/* text itself where it has no encoded word, else its decoded copy in the arena. */
struct span words_decode(struct words *words, struct arena *arena, struct span text);
/* "iso-8859-1" -> the name iconv knows it by; "" for UTF-8 and ASCII; NULL: not on the list. */
const char *words_charset(struct span name);
/* Those names one after the other, some of them more than once; NULL at the end. */
const char *words_charset_at(size_t index);

#endif
