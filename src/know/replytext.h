/*
 * replytext: the words of a reply, without what differs from one recipient to the next.
 *
 * Called by replies.c for every reply that is judged by its text, and by nobody else. The result is
 * lower-case words with one blank between them. Gone are: angle brackets with an address or command
 * inside, addresses, host names, IP addresses, reply codes wherever they are repeated, numbers,
 * identifiers made of letters and digits, punctuation. Hyphens join ("non-existent" is
 * nonexistent), apostrophes stay ("doesn't"), the words of a URL stay except for its host, a run of
 * octets over 127 is one '~', and digits at the end of a word are cut ("rfc5322" is rfc).
 *
 * Nothing is kept, nothing is allocated, nothing fails; any octets are welcome. Any thread.
 */
#ifndef MXTAP_REPLYTEXT_H
#define MXTAP_REPLYTEXT_H

#include <mxtap/span.h>

#define REPLYTEXT_READ 2048 /* octets of a reply that are looked at */
#define REPLYTEXT_SIZE 1000 /* octets of words that are kept */

/* Writes the words to words[], returns how many octets. */
size_t replytext_words(struct span text, char words[REPLYTEXT_SIZE]);

/* The first enhanced status code (RFC 3463) of the text, as "5.1.1", "(#5.1.1)" and alike; empty
 * where there is none. Points into text. */
struct span replytext_enhanced(struct span text);

#endif
