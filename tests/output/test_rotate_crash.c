/* rotate: killed before each of its steps in turn, and started again: each record that was on the
 * disk is there, once, in order. */
#include "test.h"

#include "helper_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDS 40

static unsigned steps_left; /* before the end; 0: none is near */

static void step(void)
{
    if (steps_left > 0 && --steps_left == 0)
        _exit(9);
}

/* These stand in for those of the C library in the whole program. */
int renameat2(int from, const char *old, int into, const char *new, unsigned flags)
{
    step();
    return (int)syscall(SYS_renameat2, from, old, into, new, flags);
}

int unlinkat(int folder, const char *name, int flags)
{
    step();
    return (int)syscall(SYS_unlinkat, folder, name, flags);
}

int fsync(int descriptor)
{
    step();
    return (int)syscall(SYS_fsync, descriptor);
}

ssize_t write(int descriptor, const void *at, size_t length)
{
    step();
    return syscall(SYS_write, descriptor, at, length);
}

int openat(int folder, const char *name, int flags, ...)
{
    step();
    return (int)syscall(SYS_openat, folder, name, flags, 0640);
}

int open(const char *name, int flags, ...)
{
    step();
    return (int)syscall(SYS_openat, AT_FDCWD, name, flags, 0640);
}

/* *flushed: how many records are on the disk for certain. */
static void run(const struct helper_file *file, unsigned *flushed)
{
    void *sink = helper_file_open(file, true);
    for (unsigned i = *flushed; i < RECORDS; i++) {
        char record[32];
        snprintf(record, sizeof record, "record %08u", i);
        helper_file_write(file, sink, record);
        if (file->sink->flush(sink) == ERR_NONE)
            *flushed = i + 1;
        (void)file->sink->tend(sink);
    }
    assert_int_equal(file->sink->close(sink), ERR_NONE);
}

/* Ends before that step; false: there are not so many. */
static bool run_and_die(const struct helper_file *file, unsigned *flushed, unsigned steps)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        steps_left = steps;
        run(file, flushed);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9);
    return WEXITSTATUS(status) == 9;
}

static void check(const struct helper_file *file, unsigned flushed)
{
    struct buf octets;
    helper_file_read(file, &octets);
    const size_t line = sizeof "record 12345678";
    assert_int_equal(octets.len % line, 0);
    size_t count = octets.len / line;
    /* The last one may be on the disk although we did not live to know. */
    assert_in_range(count, flushed, flushed + 1);
    for (unsigned i = 0; i < count; i++) {
        char record[32];
        snprintf(record, sizeof record, "record %08u\n", i);
        assert_memory_equal(octets.at + i * line, record, line);
    }
    buf_done(&octets);
}

static void die_everywhere(const char *compress)
{
    unsigned *flushed =
        mmap(NULL, sizeof *flushed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned steps = 0;
    assert_true(flushed != MAP_FAILED);
    for (bool died = true; died;) {
        struct helper_file file;
        helper_file_init(&file, (const char *const[]){"rotate_size=100", compress, NULL});
        *flushed = 0;
        died = run_and_die(&file, flushed, ++steps);
        if (*flushed > 0 || !died) {
            void *sink = helper_file_open(&file, true);
            helper_file_finish(&file, sink);
            assert_int_equal(file.sink->close(sink), ERR_NONE);
            assert_int_equal(helper_file_count(&file, ".tmp"), 0);
            check(&file, *flushed);
        }
        helper_file_done(&file);
    }
    print_message("%u steps, %s\n", steps - 1, compress);
    assert_true(steps > RECORDS);
    munmap(flushed, sizeof *flushed);
}

static void test_plain(void **state)
{
    (void)state;
    die_everywhere("compress=false");
}

static void test_packed(void **state)
{
    (void)state;
    die_everywhere("compress=true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
