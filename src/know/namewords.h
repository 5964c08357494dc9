/*
 * namewords: the words that providers and postmasters put into host names, and what each tells.
 *
 * Called by names.c for every run of letters in a name. Constant tables, any thread.
 */
#ifndef MXTAP_NAMEWORDS_H
#define MXTAP_NAMEWORDS_H

#include <mxtap/span.h>

enum nameword {
    NAMEWORD_NONE,
    NAMEWORD_DYNAMIC, /* says outright that addresses change: dyn, dhcp, dialup, pool */
    NAMEWORD_ACCESS,  /* an access technology or a customer: adsl, cable, cust, ftth */
    NAMEWORD_DEVICE,  /* an access server, when a number follows: tnt3, bas1, pm2 */
    NAMEWORD_GENERIC, /* names made by rule, of whatever: ip, host, rev, node */
    NAMEWORD_STATIC,
    NAMEWORD_MAIL,
    NAMEWORD_HOSTING,
};

/* word is in lower case, letters only. Long words are also found at either end of it: "shawcable".
 */
enum nameword namewords_find(struct span word);

#endif
