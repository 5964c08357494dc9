/*
 * names: what kind of host a DNS name or HELO name belongs to, told from the name alone.
 *
 * Called for every session by know (HELO, the client's name) and by `mxtap classify name`.
 * Providers name the lines of their customers by rule: the address, a counter or a modem's number,
 * with words such as adsl, pool, dhcp or cust; people name their mail servers by hand. The name is
 * cut into words and numbers once; words are looked up, addresses in any notation are recognised,
 * and a score decides. The words are in src/know/namewords.c, the weights in src/know/names.c. No
 * list of providers.
 *
 * NAME_DYNAMIC also means "generic": a line that its provider named, whether or not its address
 * changes; a mail server of one's own behind such a name cannot be told by the name.
 *
 * Takes well under a microsecond. Only the first 255 octets of a name are read. Nothing is kept or
 * allocated, nothing fails; any octets are welcome, those that are no name are NAME_UNKNOWN. Any
 * thread.
 */
#ifndef MXTAP_NAMES_H
#define MXTAP_NAMES_H

#include <mxtap/addr.h>
#include <mxtap/span.h>

enum name_class {
    NAME_UNKNOWN, /* nothing tells: most names that people chose */
    NAME_DYNAMIC, /* an access line, named by rule */
    NAME_STATIC,  /* an access line that says it is fixed or a business's */
    NAME_MAIL,    /* says it is a mail server */
    NAME_HOSTING, /* a rented server */
    NAME_CLASSES  /* how many there are */
};

enum name_class names_class(struct span name);

/* The same when the host's address is known, which may be NULL: a name that holds its own address
 * was made by rule. */
enum name_class names_class_of(struct span name, const struct addr *addr);

/* "dynamic"; static storage. */
const char *names_class_name(enum name_class class);

#endif
