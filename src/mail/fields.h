/*
 * fields: the names of header fields that mean something here.
 *
 * The values below MAIL_FIELDS are those of enum mail_field; the rest is known to this room only.
 * Names are compared without case (RFC 5322 1.2.2); they hold what RFC 5322 3.6.8 allows, which
 * header.c has seen to.
 */
#ifndef MAIL_FIELDS_H
#define MAIL_FIELDS_H

#include <mxtap/mail.h>

enum {
    FIELDS_PRECEDENCE = MAIL_FIELDS,
    FIELDS_DISPOSITION,
    FIELDS_REPORTING_MTA,
    FIELDS_FINAL_RECIPIENT,
    FIELDS_ORIGINAL_RECIPIENT,
    FIELDS_ACTION,
    FIELDS_STATUS,
    FIELDS_NONE,
};

/* One of the values above; FIELDS_NONE where the name is none of them. */
int fields_find(struct span name);

#endif
