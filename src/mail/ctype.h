/*
 * ctype: Content-Type and its parameters (RFC 2045 5), as loosely as mail programs read them.
 */
#ifndef MAIL_CTYPE_H
#define MAIL_CTYPE_H

#include <mxtap/span.h>

struct ctype {
    struct span type; /* "multipart/report" without parameters; empty where there is no field */
    struct span boundary;
    struct span report_type;
};

/* Spans into value, which is unfolded. */
struct ctype ctype_parse(struct span value);
/* The value of a parameter or tag of "a=1; b=\"2\"", without its quotes; empty where there is none.
 */
struct span ctype_param(struct span params, struct span name);
/* Is the type below this one ("text/")? */
bool ctype_is(const struct ctype *ctype, struct span type);

#endif
