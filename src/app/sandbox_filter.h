/*
 * sandbox_filter: the filter of a role as a program for the kernel (libseccomp).
 *
 * For sandbox.c. Compiled before there are threads, handed to the kernel by each thread itself.
 */
#ifndef MXTAP_SANDBOX_FILTER_H
#define MXTAP_SANDBOX_FILTER_H

#include <linux/filter.h>

#include "sandbox.h"

/* place: an address in the program from where all calls are let pass (after the instruction), or 0.
 * ERR_SUPPORT: not built in; ERR_SYSTEM: errno says why. The program's code is the caller's. */
enum err sandbox_filter_new(enum sandbox_role role, unsigned long place,
                            struct sock_fprog *ret_program) MXTAP_MUST_CHECK;
/* The name of a system call, to be freed; NULL where it has none. */
char *sandbox_filter_call(int number);

#endif
