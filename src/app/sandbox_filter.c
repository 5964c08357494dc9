/* sandbox_filter: rules of sandbox_calls.def, compiled by libseccomp and read back through a file
 * in memory, because loading by the library is not made for several threads. */
#include "sandbox_filter.h"

#include <errno.h>
#include <stdlib.h>

#ifdef MXTAP_SANDBOX

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CORRELATOR = 1 << ROLE_correlator,
    CAPTURE = 1 << ROLE_capture,
    PAST = 1 << ROLE_past,
    HEALTH = 1 << ROLE_health,
    ALL = CORRELATOR | CAPTURE | PAST | HEALTH,
};

/* With a comparison: the argument, masked, has this value. */
struct call {
    const char *name;
    unsigned roles;
    uint32_t action;
    bool compared;
    struct scmp_arg_cmp compare;
};

#define ANY                                                                                        \
    false,                                                                                         \
    {                                                                                              \
        0, SCMP_CMP_EQ, 0, 0                                                                       \
    }
#define IS_MASKED(arg_, mask_, value)                                                              \
    true,                                                                                          \
    {                                                                                              \
        (arg_), SCMP_CMP_MASKED_EQ, (mask_), (value)                                               \
    }
#define IS(arg_, value) IS_MASKED(arg_, UINT32_MAX, value)
#define NOT_EXEC        IS_MASKED(2, PROT_EXEC, 0)
#define THREAD          IS_MASKED(0, CLONE_THREAD, CLONE_THREAD)
#define NOT_THREAD      IS_MASKED(0, CLONE_THREAD, 0)
#define OWN_PROCESS                                                                                \
    true,                                                                                          \
    {                                                                                              \
        0, SCMP_CMP_EQ, OWN_PID, 0                                                                 \
    }
#define OWN_PID UINT64_MAX /* filled in when the filter is made */

#define CALL(name, roles, ...)         {#name, roles, SCMP_ACT_ALLOW, __VA_ARGS__},
#define REFUSE(name, error)            {#name, ALL, SCMP_ACT_ERRNO(error), ANY},
#define REFUSE_NOT_THREAD(name, error) {#name, ALL, SCMP_ACT_ERRNO(error), NOT_THREAD},

static const struct call calls[] = {
#include "sandbox_calls.def"
};

static int add(scmp_filter_ctx filter, const struct call *call)
{
    int number = seccomp_syscall_resolve_name(call->name);
    if (number < 0)
        return 0; /* this machine has no such call */
    if (!call->compared)
        return seccomp_rule_add(filter, call->action, number, 0);
    struct scmp_arg_cmp compare = call->compare;
    if (compare.datum_a == OWN_PID)
        compare.datum_a = (scmp_datum_t)getpid();
    return seccomp_rule_add_array(filter, call->action, number, 1, &compare);
}

static int add_all(scmp_filter_ctx filter, enum sandbox_role role, enum sandbox_mode mode)
{
    int status = 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls && status == 0; i++) {
        bool refuse = calls[i].action != SCMP_ACT_ALLOW;
        if (calls[i].roles & 1U << role && !(refuse && mode == SANDBOX_LOG))
            status = add(filter, &calls[i]);
    }
    return status;
}

/* The library writes the program to a file only. */
static int read_back(scmp_filter_ctx filter, struct sock_fprog *ret_program)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct stat status;
    int result = seccomp_export_bpf(filter, fd);
    if (result == 0 && fstat(fd, &status) != 0)
        result = -errno;
    if (result == 0) {
        size_t size = (size_t)status.st_size;
        struct sock_filter *code = malloc(size);
        if (code && pread(fd, code, size, 0) == (ssize_t)size) {
            *ret_program = (struct sock_fprog){(unsigned short)(size / sizeof *code), code};
        } else {
            free(code);
            result = -ENOMEM;
        }
    }
    close(fd);
    return result;
}

enum err sandbox_filter_new(enum sandbox_role role, enum sandbox_mode mode,
                            struct sock_fprog *ret_program)
{
    uint32_t otherwise = mode == SANDBOX_LOG ? SCMP_ACT_LOG : SCMP_ACT_TRAP;
    scmp_filter_ctx filter = seccomp_init(otherwise);
    if (!filter)
        return ERR_MEMORY;
    /* Calls in the manner of another machine (32 bits). */
    int status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, otherwise);
    if (status == 0)
        status = add_all(filter, role, mode);
    if (status == 0)
        status = read_back(filter, ret_program);
    seccomp_release(filter);
    errno = -status;
    return status == 0 ? ERR_NONE : ERR_SYSTEM;
}

char *sandbox_filter_call(int number)
{
    return seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
}

#else

enum err sandbox_filter_new(enum sandbox_role role, enum sandbox_mode mode,
                            struct sock_fprog *ret_program)
{
    (void)role, (void)mode, (void)ret_program;
    return ERR_SUPPORT;
}

char *sandbox_filter_call(int number)
{
    (void)number;
    return NULL;
}

#endif
