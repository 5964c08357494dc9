/*
 * secret: passwords, tokens and keys, which a configuration names and never holds.
 *
 * A reference is "file:PATH", "env:NAME" (a variable of the environment) or "credential:NAME" (a
 * file of systemd's LoadCredential=, below $CREDENTIALS_DIRECTORY). Messages name the reference and
 * never what it refers to, nor a text that is no reference: it may be the secret itself. Read when
 * an output is opened, so again on SIGHUP.
 */
#ifndef MXTAP_SECRET_H
#define MXTAP_SECRET_H

#include <mxtap/buf.h>
#include <mxtap/err.h>

#define SECRET_MAX 65536 /* octets of one */

bool secret_is_reference(struct span text);
/*
 * Into a malloc'ed text that ends with a NUL (secret_free); one line end at its end is cut off.
 * reference NULL or "": *ret_text is NULL. ERR_CONFIG with a sentence in ret_message where it
 * cannot be read, is empty, too long, or has a NUL in it. A file that everybody may read is a
 * sentence in ret_message too, with ERR_NONE: to be logged as a warning.
 */
enum err secret_read(const char *reference, char **ret_text, char *ret_message,
                     size_t size) MXTAP_MUST_CHECK;
/* Overwrites it first. */
void secret_free(char *text);

#endif
