/*
 * sandbox_filter: the filter of a role as a program for the kernel (libseccomp).
 *
 * For sandbox.c. Compiled before there are threads, handed to the kernel by each thread itself.
 */
#ifndef MXTAP_SANDBOX_FILTER_H
#define MXTAP_SANDBOX_FILTER_H

#include <linux/filter.h>

#include "sandbox.h"

/* ERR_SUPPORT: not built in. The program is the caller's; errno or the message says what failed. */
enum err sandbox_filter_new(enum sandbox_role role, enum sandbox_mode mode,
                            struct sock_fprog *ret_program) MXTAP_MUST_CHECK;
/* The name of a system call, to be freed; NULL where it has none. */
char *sandbox_filter_call(int number);

#endif
