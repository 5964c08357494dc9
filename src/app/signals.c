/* signals: one descriptor for four signals. */
#include "signals.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum err signals_open(int *ret_descriptor)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return ERR_SYSTEM;
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0)
        return ERR_SYSTEM;
    *ret_descriptor = descriptor;
    return ERR_NONE;
}

enum signals_wish signals_wait(int descriptor, int milliseconds)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    struct signalfd_siginfo info;
    if (poll(&wait, 1, milliseconds) <= 0 || read(descriptor, &info, sizeof info) != sizeof info)
        return SIGNALS_NONE;
    switch (info.ssi_signo) {
    case SIGHUP: return SIGNALS_RELOAD;
    case SIGUSR1: return SIGNALS_STATS;
    default: return SIGNALS_STOP;
    }
}

void signals_close(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}
