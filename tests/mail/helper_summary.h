/*
 * helper_summary: a message's summary as text, so that two ways of feeding the parser can be
 * compared, and a few ways of feeding it. Texts of up to SUMMARY_SIZE octets; the caller's buffer.
 */
#ifndef HELPER_SUMMARY_H
#define HELPER_SUMMARY_H

#include <mxtap/mail.h>

#define SUMMARY_SIZE 65536

void summary_text(const struct mail_summary *summary, char *text);
void received_text(const struct mail_received *received, char *text, size_t size);
/* Resets, feeds message in pieces of size octets (0: whole), ends. */
const struct mail_summary *feed_pieces(struct mail *mail, struct span message, size_t size);
/* ... in two pieces, the first of at octets. */
const struct mail_summary *feed_split(struct mail *mail, struct span message, size_t at);
/* Fails the test unless every way of cutting the message gives the same summary. */
void assert_same_however_cut(struct mail *mail, struct span message);

#endif
