/*
 * replies: what a server's reply means for the recipient it is about.
 *
 * The session asks once for each reply to RCPT, VRFY, EXPN and the final dot; detectors and records
 * use the class. Text beats the enhanced code (RFC 3463), which beats the basic code (RFC
 * 5321 4.2). 2xx and 354 are answered from the code; everything else by an ordered list of rules,
 * of which the first match wins: those of the user's file, then those built in
 * (src/know/replies.rules, whose head is the manual of the format). The text is first reduced to
 * its plain lower-case words, see docs/replies.md, so a rule speaks about words and never about
 * addresses, hosts or repeated codes.
 *
 * Limits: the first 2048 octets of a reply are read, of their words at most 1000 octets are kept; a
 * rules file may have 1 MiB, 4096 rules, lines of 1000 octets. Verdicts are remembered in a table
 * of fixed size (96 KiB), so that a server that repeats itself costs one hash. Ownership:
 * replies_new makes, replies_free frees; spans are only read. Threads: a struct replies changes its
 * memory when asked, so one thread each. Failure: only replies_new, for want of memory or for a
 * wrong rule. A reply is never an error: what no rule knows is REPLY_OTHER.
 */
#ifndef MXTAP_REPLIES_H
#define MXTAP_REPLIES_H

#include <mxtap/err.h>
#include <mxtap/span.h>

enum reply_class {
    REPLY_ACCEPTED,
    REPLY_UNKNOWN_USER,
    REPLY_MAILBOX_FULL,
    REPLY_POLICY_BLOCK,
    REPLY_RELAY_DENIED,
    REPLY_GREYLIST,
    REPLY_RATE_LIMIT,
    REPLY_SYNTAX,
    REPLY_CASCADE, /* only follows from an earlier refusal: counts for nothing */
    REPLY_TEMP_FAILURE,
    REPLY_OTHER,
    REPLY_CLASSES /* how many there are */
};

struct replies;

#define REPLIES_PROBLEM_SIZE 512

/* path: the user's rules, or NULL. On ERR_CONFIG (a wrong rule, naming file and line) and
 * ERR_SYSTEM (the file cannot be read) ret_problem holds one English line. */
enum err replies_new(const char *path, struct replies **ret_replies,
                     char ret_problem[REPLIES_PROBLEM_SIZE]) MXTAP_MUST_CHECK;
void replies_free(struct replies *replies);

/* The verdict of a reply in its dialogue. enhanced is "5.1.1" or empty, in which case one is looked
 * for in text ("(#5.1.1)"); text is all that follows the codes, its lines joined in any way. */
enum reply_class replies_class(struct replies *replies, unsigned code, struct span enhanced,
                               struct span text);

/* The class of a whole reply that stands alone, "550 5.1.1 text", its lines joined by anything.
 * Without its dialogue nobody knows what it follows from, so a cascade is the REPLY_SYNTAX that it
 * says. A line without a reply code is REPLY_OTHER. */
enum reply_class replies_line(struct replies *replies, struct span line);

/* "unknown_user"; static storage. */
const char *replies_name(enum reply_class class);

#endif
