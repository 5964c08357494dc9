/*
 * replyrules: the ordered list of rules that turns the words of a reply into its class.
 *
 * Called by replies.c alone. A rule is one line: class, codes, enhanced codes and, to the end of
 * the line, a regular expression (PCRE2, matched anywhere in the words that replytext makes). The
 * manual for whoever writes rules is the head of replies.rules.
 *
 * Ownership: replyrules_new makes an empty list, each replyrules_add copies what it needs from the
 * text and appends, replyrules_free frees all. Threads: one at a time (a match writes into the
 * list's match data). Failures: ERR_MEMORY, and ERR_CONFIG with one line that names origin and line
 * number.
 */
#ifndef MXTAP_REPLYRULES_H
#define MXTAP_REPLYRULES_H

#include <mxtap/replies.h>

#define REPLYRULES_MAX  4096 /* rules in a list */
#define REPLYRULES_LINE 1000 /* octets in a line */

struct replyrules;

enum err replyrules_new(struct replyrules **ret_rules) MXTAP_MUST_CHECK;
void replyrules_free(struct replyrules *rules);

/* origin is what a problem is reported against: a file's name. Expressions of trusted text, which
 * must outlive the list, are compiled at their first use only: most are never needed. */
enum err replyrules_add(struct replyrules *rules, const char *origin, bool trusted,
                        struct span text, char ret_problem[REPLIES_PROBLEM_SIZE]) MXTAP_MUST_CHECK;
/* Compiles every expression now; the problem of the first that is wrong. */
enum err replyrules_check(struct replyrules *rules,
                          char ret_problem[REPLIES_PROBLEM_SIZE]) MXTAP_MUST_CHECK;

/* The class of the first rule that matches, or REPLY_OTHER. enhanced may be empty. */
enum reply_class replyrules_match(struct replyrules *rules, unsigned code, struct span enhanced,
                                  struct span words);

size_t replyrules_count(const struct replyrules *rules);

#endif
