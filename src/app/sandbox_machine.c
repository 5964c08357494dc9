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
    /* Between the registers and the call nothing may be called, which a sanitizer does to look
     * after what is read and written. */
    long a0 = args[0], a1 = args[1], a2 = args[2], a3 = args[3], a4 = args[4], a5 = args[5];
    register long rax __asm__("rax") = number;
    register long r10 __asm__("r10") = a3;
    register long r8 __asm__("r8") = a4;
    register long r9 __asm__("r9") = a5;
    unsigned long place;
    __asm__ volatile("leaq 1f(%%rip), %1\n\t"
                     "syscall\n"
                     "1:"
                     : "+r"(rax), "=&r"(place)
                     : "D"(a0), "S"(a1), "d"(a2), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    long result = rax;
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
    long a0 = args[0], a1 = args[1], a2 = args[2], a3 = args[3], a4 = args[4], a5 = args[5];
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a0;
    register long x1 __asm__("x1") = a1;
    register long x2 __asm__("x2") = a2;
    register long x3 __asm__("x3") = a3;
    register long x4 __asm__("x4") = a4;
    register long x5 __asm__("x5") = a5;
    unsigned long place;
    __asm__ volatile("adr %1, 1f\n\t"
                     "svc #0\n"
                     "1:"
                     : "+r"(x0), "=&r"(place)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    long result = x0;
    *ret_place = place;
    return result;
}

#else
#error "the calling conventions of this machine are missing"
#endif
