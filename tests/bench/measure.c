/* Runs a command some times and prints, on one line: median of user plus system CPU seconds, peak
 * resident memory in KiB of the greediest run, and the last exit status. A small program of its own
 * because a child's peak memory counts from the process it was forked from.
 * usage: measure RUNS COMMAND [ARGUMENT...]      the command's output goes to /dev/null */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS_MAX = 99 };

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int by_size(const void *one, const void *other)
{
    double a = *(const double *)one;
    double b = *(const double *)other;

    return (a > b) - (a < b);
}

static void become(char **command)
{
    int null = open("/dev/null", O_RDWR);

    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        close(null);
    }
    execvp(command[0], command);
    _exit(127);
}

/* Gives the exit status of one run, 128 and more for a signal, or -1 when it could not be made. */
static int run(char **command, double *ret_cpu, long *ret_kib)
{
    struct rusage usage;
    int status;
    pid_t child = fork();

    if (child < 0)
        return -1;
    if (child == 0)
        become(command);
    if (wait4(child, &status, 0, &usage) != child)
        return -1;
    *ret_cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    *ret_kib = usage.ru_maxrss;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    double cpu[RUNS_MAX];
    long peak = 0;
    int status = 0;
    long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;

    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: measure RUNS COMMAND [ARGUMENT...]\n");
        return 1;
    }
    for (long i = 0; i < runs; i++) {
        long kib;

        status = run(argv + 2, &cpu[i], &kib);
        if (status < 0 || status == 127) {
            fprintf(stderr, "measure: cannot run %s\n", argv[2]);
            return 1;
        }
        if (kib > peak)
            peak = kib;
    }
    qsort(cpu, (size_t)runs, sizeof cpu[0], by_size);
    printf("%.4f %ld %d\n", cpu[runs / 2], peak, status);
    return 0;
}
