/*
 * cef: the writer of one line in ArcSight's Common Event Format, version 0.
 *
 * A line is a header of eight fields between bars and an extension of keys and values. In the
 * header '\' and '|' are escaped, in values '\' and '='; line ends and other controls never get
 * here (privacy_escape), and would be blanks. Values have the ceilings of CEF's dictionary and are
 * cut at a character. An empty value is left out.
 */
#ifndef MXTAP_CEF_H
#define MXTAP_CEF_H

#include <mxtap/output.h>

/* severity: 0 to 10. The header, and rt, the first field of the extension. */
void cef_begin(struct buf *out, const char *id, const char *name, unsigned severity, int64_t time);
/* key=value; at most max octets of the value as it was. */
void cef_add(struct buf *out, const char *key, struct span value, size_t max);
void cef_add_text(struct buf *out, const char *key, const char *value);
void cef_add_count(struct buf *out, const char *key, uint64_t value);
/* A time, in milliseconds since 1970. */
void cef_add_time(struct buf *out, const char *key, int64_t time);
/* A custom field and its label: cs1 and cs1Label. Nothing where the value is empty. */
void cef_add_custom(struct buf *out, const char *key, const char *label, struct span value);
void cef_add_custom_count(struct buf *out, const char *key, const char *label, uint64_t value);

#endif
