/*
 * address: the list of To and Cc (RFC 5322 3.4) split into its addresses as written.
 *
 * Groups ("friends: a, b;") are opened; quoted strings, comments and angle brackets are respected.
 * Results are spans into value, trimmed, without empty elements.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <mxtap/span.h>

/* Cuts the next address off *rest; false at the end. */
bool address_next(struct span *rest, struct span *ret_address);

#endif
