/* sandbox_filter: rules of sandbox_calls.def, compiled by libseccomp and read back through a file
 * in memory, because loading by the library is not made for several threads. */
#include "sandbox_filter.h"

#include <errno.h>
#include <stdlib.h>

#ifdef MXTAP_SANDBOX

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROLOGUE 5 /* instructions */

enum {
    CORRELATOR = 1 << ROLE_correlator,
    CAPTURE = 1 << ROLE_capture,
    PAST = 1 << ROLE_past,
    HEALTH = 1 << ROLE_health,
    WRITE = 1 << ROLE_write,
    OUTBOX = 1 << ROLE_outbox,
    SEND = 1 << ROLE_send,
    /* Those that hold SQLite's files. */
    STORE = PAST | OUTBOX | SEND,
    /* Keepers, and what they make. */
    KEPT = WRITE | OUTBOX | SEND,
    ALL = CORRELATOR | CAPTURE | PAST | HEALTH | KEPT,
#ifdef __SANITIZE_ADDRESS__
    SANITIZED = ALL,
#else
    SANITIZED = 0,
#endif
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

#define CALL(name, roles, ...)          {#name, roles, SCMP_ACT_ALLOW, __VA_ARGS__},
#define REFUSE(name, error, roles, ...) {#name, roles, SCMP_ACT_ERRNO(error), __VA_ARGS__},

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

static int add_all(scmp_filter_ctx filter, enum sandbox_role role)
{
    int status = 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls && status == 0; i++)
        if (calls[i].roles & 1U << role)
            status = add(filter, &calls[i]);
    return status;
}

/* Lets pass whatever is called from one place. The kernel compares 32 bits at a time; both machines
 * that we know keep the lower half first. */
static size_t put_place(struct sock_filter *code, unsigned long place)
{
    enum { AT = offsetof(struct seccomp_data, instruction_pointer) };
    const struct sock_filter prologue[PROLOGUE] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)place, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(place >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    memcpy(code, prologue, sizeof prologue);
    return PROLOGUE;
}

/* The library writes the program to a file only. */
static enum err read_back(int fd, unsigned long place, struct sock_fprog *ret_program)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return ERR_SYSTEM;
    size_t size = (size_t)status.st_size;
    struct sock_filter *code = calloc(PROLOGUE + size / sizeof *code, sizeof *code);
    if (!code)
        return ERR_MEMORY;
    size_t count = place ? put_place(code, place) : 0;
    if (pread(fd, code + count, size, 0) != (ssize_t)size) {
        free(code);
        return ERR_SYSTEM;
    }
    *ret_program = (struct sock_fprog){(unsigned short)(count + size / sizeof *code), code};
    return ERR_NONE;
}

static enum err compile(scmp_filter_ctx filter, enum sandbox_role role, int fd)
{
    /* Calls in the manner of another machine, such as one of 32 bits. */
    int status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRAP);
    if (status == 0)
        status = add_all(filter, role);
    if (status == 0)
        status = seccomp_export_bpf(filter, fd);
    errno = -status;
    return status == 0 ? ERR_NONE : ERR_SYSTEM;
}

enum err sandbox_filter_new(enum sandbox_role role, unsigned long place,
                            struct sock_fprog *ret_program)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
    if (!filter)
        return ERR_MEMORY;
    int fd = memfd_create("filter", MFD_CLOEXEC);
    enum err err = fd < 0 ? ERR_SYSTEM : compile(filter, role, fd);
    if (!err)
        err = read_back(fd, place, ret_program);
    int failure = errno;
    if (fd >= 0)
        close(fd);
    seccomp_release(filter);
    errno = failure;
    return err;
}

char *sandbox_filter_call(int number)
{
    return seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
}

#else

enum err sandbox_filter_new(enum sandbox_role role, unsigned long place,
                            struct sock_fprog *ret_program)
{
    (void)role, (void)place, (void)ret_program;
    return ERR_SUPPORT;
}

char *sandbox_filter_call(int number)
{
    (void)number;
    return NULL;
}

#endif
