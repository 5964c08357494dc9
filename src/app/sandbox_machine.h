/*
 * sandbox_machine: system calls as registers, which differ between machines.
 *
 * For sandbox.c. All may be called in a signal handler. A machine that is not in sandbox_machine.c
 * does not compile there: five lines are its share.
 */
#ifndef MXTAP_SANDBOX_MACHINE_H
#define MXTAP_SANDBOX_MACHINE_H

#include <ucontext.h>

#define MACHINE_ARGS 6

/* The arguments of the call that was interrupted, and what it is to return: a result or -errno. */
void machine_args(const ucontext_t *context, long ret_args[MACHINE_ARGS]);
void machine_return(ucontext_t *context, long result);
/* Makes a call from one place of the program, whose address is *ret_place: a filter sees it as the
 * instruction pointer. The result, or -errno. */
long machine_call(long number, const long args[MACHINE_ARGS], unsigned long *ret_place);

#endif
