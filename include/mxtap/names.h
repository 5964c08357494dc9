/*
 * names: what kind of host a DNS name or HELO name belongs to, told from the name alone.
 *
 * Called for every session by know (HELO, the client's name) and by `mxtap classify name`.
 * Providers name the lines of their customers by rule: the address, a counter or a modem's number,
 * with words such as adsl, pool, dhcp or cust; people name their mail servers by hand. The name is
 * cut into words and numbers once; words are looked up, addresses in any notation are recognised,
 * and a score decides. The words are in src/know/namewords.def, the weights in src/know/names.c. No
 * list of providers. docs/names.md tells the whole.
 *
 * NAME_STATIC also takes the lines that are numbered through while nothing says that they are a
 * home's: firms with mail servers of their own have such names as often. It speaks neither for a
 * host nor against it.
 *
 * Names are ASCII, UTF-8 or xn--. Takes about half a microsecond. Names longer than 255 octets are
 * NAME_UNKNOWN. Nothing is kept or allocated, nothing fails; any octets are welcome, those that are
 * no name are NAME_UNKNOWN. Any thread.
 */
#ifndef MXTAP_NAMES_H
#define MXTAP_NAMES_H

#include <mxtap/addr.h>
#include <mxtap/span.h>

enum name_class {
    NAME_UNKNOWN, /* nothing tells: most names that people chose */
    NAME_DYNAMIC, /* a home's line, or one whose address changes, named by rule */
    NAME_STATIC,  /* a line that says it is fixed or a firm's, or that is only numbered through */
    NAME_MAIL,    /* says it is a mail server */
    NAME_HOSTING, /* a rented server */
    NAME_CLASSES  /* how many there are */
};

enum name_class names_class(struct span name);

/* The same when the host's address is known, which may be NULL: a name that holds its own address
 * was made by rule. A known address only ever adds. */
enum name_class names_class_of(struct span name, const struct addr *addr);

/* "dynamic"; static storage. */
const char *names_class_name(enum name_class class);

#endif
