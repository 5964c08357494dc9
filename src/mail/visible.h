/*
 * visible: does the content of one MIME part show anything to a reader?
 *
 * Fed with the part's octets as they are transferred; base64 and quoted-printable are undone on the
 * way (RFC 2045 6). Blank are: blanks and line ends; in HTML also tags, comments, style, script and
 * title, and entities such as &nbsp;, but not images and what else draws. A part that is no text is
 * visible with its first octet. The caller stops feeding at the first visible octet.
 */
#ifndef MAIL_VISIBLE_H
#define MAIL_VISIBLE_H

#include <mxtap/span.h>

enum visible_kind { VISIBLE_TEXT, VISIBLE_HTML, VISIBLE_OCTETS };
enum visible_encoding { VISIBLE_PLAIN, VISIBLE_BASE64, VISIBLE_QUOTED };

struct visible {
    enum visible_kind kind;
    enum visible_encoding encoding;
    uint32_t bits; /* base64: not decoded yet; quoted: digits after "=" */
    unsigned count;
    unsigned html; /* where in HTML: visible.c */
    bool hidden;   /* inside style, script or title */
    uint8_t name[12];
    size_t name_len;
};

void visible_begin(struct visible *visible, enum visible_kind kind, enum visible_encoding encoding);
/* True at the first visible octet. */
bool visible_feed(struct visible *visible, struct span data);
/* The encoding that a Content-Transfer-Encoding names. */
enum visible_encoding visible_encoding(struct span value);

#endif
