/*
 * library: a library that is taken into the process only where somebody wants it (dlopen).
 *
 * libmicrohttpd, libcurl and librdkafka bring dozens of others with them, which a replay and a
 * sensor without them need not have: they cost time at the start, and are code in a process that
 * faces strangers. Each has a file of ours that lists the functions it calls, with the types of the
 * library's own header. To be called before the sandbox, in which no code can be loaded any more.
 * Nothing is ever unloaded. Any thread.
 */
#ifndef MXTAP_LIBRARY_H
#define MXTAP_LIBRARY_H

#include <stdbool.h>

/* By its soname ("libcurl.so.4"); NULL where it is not installed. there: only if somebody has it
 * loaded already. */
void *library_open(const char *soname);
void *library_there(const char *soname);
/* Into *ret_function, a pointer to a function; false where the library is NULL or has none of this
 * name. */
bool library_find(void *library, const char *name, void *ret_function);

#endif
