/* sandbox_machine: the calling conventions of syscall(2). */
#include "sandbox_machine.h"

/* A second copy of machine_call would have another address. */
#if __has_attribute(noipa)
#define ONE_COPY __attribute__((noipa))
#else
#define ONE_COPY __attribute__((noinline))
#endif

#if defined __x86_64__

void machine_args(const ucontext_t *context, long ret_args[MACHINE_ARGS])
{
    static const int registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
    for (int i = 0; i < MACHINE_ARGS; i++)
        ret_args[i] = (long)context->uc_mcontext.gregs[registers[i]];
}

void machine_return(ucontext_t *context, long result)
{
    context->uc_mcontext.gregs[REG_RAX] = result;
}

ONE_COPY long machine_call(long number, const long args[MACHINE_ARGS], unsigned long *ret_place)
{
    register long result __asm__("rax") = number;
    register long a3 __asm__("r10") = args[3];
    register long a4 __asm__("r8") = args[4];
    register long a5 __asm__("r9") = args[5];
    unsigned long place;
    __asm__ volatile("leaq 1f(%%rip), %1\n\t"
                     "syscall\n"
                     "1:"
                     : "+r"(result), "=&r"(place)
                     : "D"(args[0]), "S"(args[1]), "d"(args[2]), "r"(a3), "r"(a4), "r"(a5)
                     : "rcx", "r11", "memory");
    *ret_place = place;
    return result;
}

#elif defined __aarch64__

void machine_args(const ucontext_t *context, long ret_args[MACHINE_ARGS])
{
    for (int i = 0; i < MACHINE_ARGS; i++)
        ret_args[i] = (long)context->uc_mcontext.regs[i];
}

void machine_return(ucontext_t *context, long result)
{
    context->uc_mcontext.regs[0] = (unsigned long)result;
}

ONE_COPY long machine_call(long number, const long args[MACHINE_ARGS], unsigned long *ret_place)
{
    register long call __asm__("x8") = number;
    register long result __asm__("x0") = args[0];
    register long a1 __asm__("x1") = args[1];
    register long a2 __asm__("x2") = args[2];
    register long a3 __asm__("x3") = args[3];
    register long a4 __asm__("x4") = args[4];
    register long a5 __asm__("x5") = args[5];
    unsigned long place;
    __asm__ volatile("adr %1, 1f\n\t"
                     "svc #0\n"
                     "1:"
                     : "+r"(result), "=&r"(place)
                     : "r"(call), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
                     : "memory");
    *ret_place = place;
    return result;
}

#else
#error "the calling conventions of this machine are missing"
#endif
