/* misbehave: preloaded into mxtap run, makes each of its threads do what its role does not have, as
 * if a stranger's octets had taken it over: once in each thread, from a call that the thread makes
 * often. */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

int fdatasync(int fd);

static _Thread_local int done;

/* A line on standard error for each call that worked. */
static void say(const char *call)
{
    char line[100];
    int length = snprintf(line, sizeof line, "misbehave: %s worked\n", call);
    (void)!write(STDERR_FILENO, line, (size_t)length);
}

static void misbehave(void)
{
    /* Not before the thread has entered its role, which does not have prctl either. */
    if (done || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0)
        return;
    done = 1;
    int kept = errno;
    char *const arguments[] = {"true", NULL};
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
        say("socket");
    else if (execve("/bin/true", arguments, NULL) == 0 || errno != EPERM)
        say("execve");
    if (mprotect(NULL, 4096, PROT_READ | PROT_EXEC) == 0 || errno != EPERM)
        say("mprotect");
    if (ptrace(PTRACE_ATTACH, 1, NULL, NULL) == 0 || errno != EPERM)
        say("ptrace");
    errno = kept;
}

/* Of the main thread and of health. */
int poll(struct pollfd *files, nfds_t count, int milliseconds)
{
    static int (*real)(struct pollfd *, nfds_t, int);
    if (!real)
        real = (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
    misbehave();
    return real(files, count, milliseconds);
}

/* Of a ring. */
int ppoll(struct pollfd *files, nfds_t count, const struct timespec *time, const sigset_t *signals)
{
    static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    if (!real)
        real = (int (*)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *))dlsym(
            RTLD_NEXT, "ppoll");
    misbehave();
    return real(files, count, time, signals);
}

/* Of the thread that saves. */
int fdatasync(int fd)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    misbehave();
    return real(fd);
}
