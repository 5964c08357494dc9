/*
 * codec: base64 (RFC 2045 6.8) and the Q encoding (RFC 2047 4.2) over whole spans, and the digits
 * of both for those who decode octet by octet. Never fails: what is no digit is left out (base64)
 * or taken as it stands (Q).
 */
#ifndef MAIL_CODEC_H
#define MAIL_CODEC_H

#include <mxtap/buf.h>

/* 0 to 63; -1 where the octet is no digit of base64. */
int codec_base64_digit(uint8_t octet);
/* 0 to 15; -1 where the octet is no hexadecimal digit. */
int codec_hex_digit(uint8_t octet);
void codec_base64(struct span text, struct buf *out);
void codec_q(struct span text, struct buf *out);

#endif
