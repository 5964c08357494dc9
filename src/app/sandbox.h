/*
 * sandbox: the system calls that each thread may make (libseccomp).
 *
 * sandbox_start once, before any thread; then each thread enters its role, as the last thing before
 * its work, and cannot leave it. A call that its role does not have fails with EPERM and is
 * remembered (or, in mode log, is made and remembered), and the main thread logs it by name:
 * sandbox_refused takes the next one. Roles are rows of roles.def, their calls of
 * sandbox_calls.def.
 *
 * No role makes threads or processes: that always fails, in mode log too, and is not remembered
 * (sandbox_calls.def says why). Nobody may block SIGSYS after sandbox_enter, which unblocks it.
 */
#ifndef MXTAP_SANDBOX_H
#define MXTAP_SANDBOX_H

#include "config.h"

enum sandbox_mode { SANDBOX_ON, SANDBOX_LOG, SANDBOX_OFF };

enum sandbox_role {
#define ROLE(name, summary) ROLE_##name,
#include "roles.def"
#undef ROLE
};

enum err sandbox_start(enum sandbox_mode mode, char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* Names the thread after its role, too. Where the kernel has no seccomp, it goes on without:
 * sandbox_refused tells of it. */
void sandbox_enter(enum sandbox_role role);
/* In a thread that a thread of this role has made, whose filter it has inherited. */
void sandbox_inherit(enum sandbox_role role);
/* True and one line for the log, at most once for each call of each role; from the main thread. */
bool sandbox_refused(char ret_message[CONFIG_MESSAGE]);
/* All of them, also those that were told before. */
uint64_t sandbox_refusals(void);

#endif
