/*
 * Which line the kernel takes is found by trying: a program may be too long, or take more memory
 * than a socket may have for such things (net.core.optmem_max, 20 kB for long; the kernel makes
 * about three instructions of eight octets out of one). libpcap would say so on standard error and
 * filter by itself, when all packets have filled the ring.
 */
#include "setfilter.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* libpcap's and the kernel's instructions are the same. */
_Static_assert(sizeof(struct bpf_insn) == sizeof(struct sock_filter), "one instruction set");

static bool setfilter_fits(int fd, const struct bpf_program *program)
{
    struct sock_fprog filter = {
        .len = (unsigned short)program->bf_len,
        .filter = (void *)program->bf_insns,
    };
    return program->bf_len <= BPF_MAXINSNS &&
           setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

/* The first program that fits, or the last that is right; false: none. Cuts the lines. */
static bool setfilter_choose(pcap_t *pcap, char *lines, struct bpf_program *ret_program)
{
    int fd = pcap_get_selectable_fd(pcap);
    bool found = false, fits = false;
    for (char *next = lines, *line = lines; next != NULL && !fits; line = next) {
        struct bpf_program program;
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (pcap_compile(pcap, &program, line, 1, PCAP_NETMASK_UNKNOWN) != 0)
            continue;
        if (found)
            pcap_freecode(ret_program);
        *ret_program = program;
        found = true;
        fits = setfilter_fits(fd, &program);
    }
    return found;
}

enum err setfilter_lines(pcap_t *pcap, const char *lines)
{
    struct bpf_program program;
    char *copy = strdup(lines);
    if (copy == NULL)
        return ERR_MEMORY;
    bool found = setfilter_choose(pcap, copy, &program);
    free(copy);
    if (!found)
        return ERR_CONFIG;
    int status = pcap_setfilter(pcap, &program);
    pcap_freecode(&program);
    return status == 0 ? ERR_NONE : ERR_SYSTEM;
}
