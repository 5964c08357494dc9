/*
 * namewords: the words that providers and postmasters put into host names, and what each tells.
 *
 * Called by names.c for every run of letters in a name. The words are in namewords.def. Constant
 * tables, any thread.
 */
#ifndef MXTAP_NAMEWORDS_H
#define MXTAP_NAMEWORDS_H

#include <mxtap/span.h>

enum nameword {
    NAMEWORD_NONE,
    NAMEWORD_DYNAMIC,  /* says outright that addresses change: dyn, dhcp, dialup, pool */
    NAMEWORD_ACCESS,   /* a home's line or its owner: cable, mobile, user, residential */
    NAMEWORD_LINE,     /* a kind of line that homes and firms have alike: dsl, fibre */
    NAMEWORD_CUSTOMER, /* a customer, of whatever kind */
    NAMEWORD_DEVICE,   /* an access server, when a number follows: tnt3, bas1, pm2 */
    NAMEWORD_GENERIC,  /* machines counted through: host, node, pc */
    NAMEWORD_STATIC,   /* fixed, leased, or a business's */
    NAMEWORD_MAIL,
    NAMEWORD_HOSTING,
    NAMEWORDS /* how many there are */
};

/* word is in lower case, letters only. Long words are also found at either end of it: "shawcable".
 */
enum nameword namewords_find(struct span word);

#endif
