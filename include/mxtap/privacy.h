/*
 * privacy: how mail addresses and other octets of strangers may be shown.
 *
 * clear shows addresses; mask leaves the first character of the local part ("j***@example.com");
 * hash puts a keyed hash in its place ("h-0123456789abcdef@example.com"), so that equal addresses
 * stay equal. It applies to every local part in a text, wherever an '@' stands. privacy_escape
 * makes any octets fit for JSON and terminals: valid UTF-8 without control characters stays, all
 * else becomes \xNN.
 */
#ifndef MXTAP_PRIVACY_H
#define MXTAP_PRIVACY_H

#include <mxtap/buf.h>
#include <mxtap/hash.h>

enum privacy_mode { PRIVACY_CLEAR, PRIVACY_MASK, PRIVACY_HASH };

struct privacy {
    enum privacy_mode mode;
    struct hash_key key;
};

/* Appends text, its octets escaped; addresses as they are. */
void privacy_escape(struct buf *out, struct span text);
/* Appends text, its mail addresses as the mode says and its octets escaped. */
void privacy_addresses(const struct privacy *privacy, struct buf *out, struct span text);

/* The first max octets of text, or fewer: a local part whose '@' would be cut off is left out, for
 * privacy_addresses would not know it any more. */
struct span privacy_cut(struct span text, size_t max);

#endif
