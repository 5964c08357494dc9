/*
 * nametokens: a host name cut into runs of letters and runs of digits.
 *
 * Called by names.c. Letters are in lower case. The labels of the registered domain are told from
 * those before it by length alone (example.co.uk, example.com.br, example.net): good enough to
 * weigh words, no public suffix list needed. The labels behind it (co.uk, com.br, net) are not cut:
 * the mx of Mexico is no mail server.
 *
 * Internationalised names may come in either form, UTF-8 or xn-- (RFC 5890 2.3.2.1). Octets above
 * ASCII are letters that no word of ours holds; the encoded end of an xn-- label is taken for such
 * letters, so its digits are no numbers. Everything lives in the struct, nothing is allocated. Any
 * thread.
 */
#ifndef MXTAP_NAMETOKENS_H
#define MXTAP_NAMETOKENS_H

#include <mxtap/span.h>

#define NAMETOKENS_OCTETS 255
#define NAMETOKENS_MAX    96

struct nametoken {
    uint8_t at, len; /* in text */
    uint8_t label;   /* 0 is the leftmost */
    bool digits;
    bool domain;    /* in the registered domain */
    uint32_t value; /* of digits; UINT32_MAX where it is larger */
};

struct nametokens {
    char text[NAMETOKENS_OCTETS];
    size_t len;
    size_t labels;
    size_t domain;   /* the first label of the registered domain */
    bool government; /* under gov, mil and their kind */
    size_t count;
    struct nametoken tokens[NAMETOKENS_MAX];
};

/* False where this is no host name of two labels or more. */
bool nametokens_cut(struct span name, struct nametokens *ret_tokens);

#endif
