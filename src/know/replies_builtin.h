/*
 * replies_builtin: the text of replies.rules, put into the library by embed.cmake when mxtap is
 * built.
 *
 * Read by replies.c at start-up, constant, not NUL-terminated.
 */
#ifndef MXTAP_REPLIES_BUILTIN_H
#define MXTAP_REPLIES_BUILTIN_H

#include <stddef.h>

extern const unsigned char replies_builtin[];
extern const size_t replies_builtin_size;

#endif
