/* sandbox: seccomp(2) in mode filter, a filter a thread. A refused call ends in the handler of
 * SIGSYS, in the thread that made it; the handler remembers it and lets it fail with EPERM. */
#include "sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include <mxtap/mail.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_filter.h"
#include "sandbox_machine.h"

/* Higher than the number of any system call of Linux; the last place is for those that are not. */
#define CALLS_MOST 1024
/* si_code of a SIGSYS that a filter made: SYS_SECCOMP, which the C library does not name. */
#define OF_A_FILTER 1

static const char *const names[] = {
#define ROLE(name, summary) #name,
#include "roles.def"
#undef ROLE
};

#define ROLES (sizeof names / sizeof *names)

/* A signal handler reaches statics only. What is written after sandbox_start is atomic. */
static struct {
    enum sandbox_mode mode;
    struct sock_fprog programs[ROLES];
    _Atomic uint32_t refused[ROLES][CALLS_MOST];
    bool told[ROLES][CALLS_MOST];
    _Atomic uint64_t refusals;
    _Atomic int missing; /* errno of a thread that could not enter */
    bool unsupported, told_missing, told_unsupported;
    struct mail_charsets *charsets;
} sandbox;

static _Thread_local enum sandbox_role role_of_thread;

static void on_refusal(int number, siginfo_t *info, void *context)
{
    (void)number;
    if (info->si_code != OF_A_FILTER)
        return; /* sent by somebody */
    unsigned call = (unsigned)info->si_syscall;
    if (call >= CALLS_MOST)
        call = CALLS_MOST - 1;
    atomic_fetch_add_explicit(&sandbox.refused[role_of_thread][call], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&sandbox.refusals, 1, memory_order_relaxed);
    long result = -EPERM;
    if (sandbox.mode == SANDBOX_LOG) {
        long args[MACHINE_ARGS];
        unsigned long place;
        machine_args(context, args);
        result = machine_call(info->si_syscall, args, &place);
    }
    machine_return(context, result);
}

/* The filters' place for mode log: where machine_call makes its calls. */
static unsigned long find_place(void)
{
    const long none[MACHINE_ARGS] = {0};
    unsigned long place = 0;
    (void)machine_call(SYS_getpid, none, &place);
    return place;
}

enum err sandbox_start(enum sandbox_mode mode, char ret_message[CONFIG_MESSAGE])
{
    if (mode == SANDBOX_OFF)
        return ERR_NONE;
    /* Modules of the C library are code, which no role may load. */
    if (mail_charsets_new(&sandbox.charsets) != ERR_NONE) {
        snprintf(ret_message, CONFIG_MESSAGE, "sandbox: %s", err_text(ERR_MEMORY));
        return ERR_MEMORY;
    }
    unsigned long place = mode == SANDBOX_LOG ? find_place() : 0;
    sandbox.mode = mode;
    for (size_t i = 0; i < ROLES; i++) {
        enum err err = sandbox_filter_new((enum sandbox_role)i, place, &sandbox.programs[i]);
        if (err == ERR_SUPPORT) {
            sandbox.unsupported = true;
            return ERR_NONE;
        }
        if (err) {
            snprintf(ret_message, CONFIG_MESSAGE, "sandbox: cannot make the filter of %s: %s",
                     names[i], err == ERR_SYSTEM ? strerror(errno) : err_text(err));
            return err;
        }
    }
    struct sigaction action = {.sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSYS, &action, NULL) == 0)
        return ERR_NONE;
    snprintf(ret_message, CONFIG_MESSAGE, "sandbox: SIGSYS: %s", strerror(errno));
    return ERR_SYSTEM;
}

/* The main thread has the name of the process. */
static void name_thread(enum sandbox_role role)
{
    char name[16]; /* the kernel's limit */
    if (role == ROLE_correlator)
        return;
    snprintf(name, sizeof name, "mxtap-%s", names[role]);
    (void)prctl(PR_SET_NAME, name, 0, 0, 0);
}

void sandbox_enter(enum sandbox_role role)
{
    const struct sock_fprog *program = &sandbox.programs[role];
    name_thread(role);
    if (!program->filter)
        return;
    role_of_thread = role;
    /* A trap while SIGSYS is blocked ends the process. */
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) != 0)
        atomic_store(&sandbox.missing, errno);
}

void sandbox_inherit(enum sandbox_role role)
{
    role_of_thread = role;
    name_thread(role);
}

static bool refused_next(size_t *ret_role, int *ret_call, uint32_t *ret_times)
{
    for (size_t role = 0; role < ROLES; role++)
        for (int call = 0; call < CALLS_MOST; call++) {
            uint32_t times =
                atomic_load_explicit(&sandbox.refused[role][call], memory_order_relaxed);
            if (times == 0 || sandbox.told[role][call])
                continue;
            sandbox.told[role][call] = true;
            *ret_role = role, *ret_call = call, *ret_times = times;
            return true;
        }
    return false;
}

static bool say_missing(char ret_message[CONFIG_MESSAGE])
{
    int missing = atomic_load(&sandbox.missing);
    if (sandbox.unsupported && !sandbox.told_unsupported) {
        sandbox.told_unsupported = true;
        snprintf(ret_message, CONFIG_MESSAGE,
                 "sandbox: built without libseccomp, so system calls are not filtered");
        return true;
    }
    if (missing && !sandbox.told_missing) {
        sandbox.told_missing = true;
        snprintf(ret_message, CONFIG_MESSAGE,
                 "sandbox: the kernel takes no filter, so system calls are not filtered: %s",
                 strerror(missing));
        return true;
    }
    return false;
}

bool sandbox_refused(char ret_message[CONFIG_MESSAGE])
{
    if (say_missing(ret_message))
        return true;
    size_t role;
    int call;
    uint32_t times;
    if (!refused_next(&role, &call, &times))
        return false;
    char *name = sandbox_filter_call(call);
    snprintf(ret_message, CONFIG_MESSAGE,
             "sandbox: the %s thread called %s (system call %d, %" PRIu32
             " times so far), which its "
             "role does not have: %s",
             names[role], name ? name : "what has no name", call, times,
             sandbox.mode == SANDBOX_LOG
                 ? "service.sandbox: on would refuse it"
                 : "refused; if something does not work now, service.sandbox: log lets it pass");
    free(name);
    return true;
}

uint64_t sandbox_refusals(void)
{
    return atomic_load_explicit(&sandbox.refusals, memory_order_relaxed);
}
