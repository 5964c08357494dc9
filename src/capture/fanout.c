/*
 * Which ring a packet goes to: by the kernel's symmetric flow hash, or by a classic BPF program of
 * ours that hashes the two addresses of the outermost IP header (docs/adr/fanout.md).
 *
 * The program finds IP behind a VLAN tag that the kernel has left in the packet (it takes the outer
 * one off), behind PPPoE (RFC 2516 4) and up to three MPLS labels (RFC 3032 2.1); all else is ring
 * 0's. The addresses are xored, so that both directions give the same, and spread by Fibonacci
 * hashing (Knuth, TAOCP 6.4).
 */
#include "fanout.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#define FANOUT_SPREAD 0x9e3779b1U /* 2^32 over the golden ratio, odd */
#define FANOUT_KEPT   16          /* the upper bits of the product are the good ones */

/* PACKET_FANOUT_FLAG_IGNORE_OUTGOING, which older headers do not have */
#define FANOUT_IGNORE_OUTGOING 0x4000

/* Offsets from the network header; with BPF_IND, X is added. */
#define NET(offset) ((uint32_t)(SKF_NET_OFF + (offset)))
#define TYPE        ((uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL))

#define LOAD(size, offset) BPF_STMT(BPF_LD | (size) | BPF_IND, NET(offset))
#define TAKE(size, offset) BPF_STMT(BPF_LD | (size) | BPF_ABS, offset)
#define IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define GO(count)          BPF_JUMP(BPF_JMP | BPF_JA, count, 0, 0)
#define AT(offset)         BPF_STMT(BPF_LDX | BPF_IMM, offset)

/* X += count: 3 instructions */
#define SKIP(count)                                                                                \
    BPF_STMT(BPF_MISC | BPF_TXA, 0), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, count),                   \
        BPF_STMT(BPF_MISC | BPF_TAX, 0)
/* A label and the jump if it was the last: 7 instructions */
#define LABEL(last, more)                                                                          \
    LOAD(BPF_B, 2), BPF_STMT(BPF_ST, 0), SKIP(4), BPF_STMT(BPF_LD | BPF_MEM, 0),                   \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, last, more)
#define KEEP(offset, cell) LOAD(BPF_W, offset), BPF_STMT(BPF_ST, cell)
#define XOR(cell)          BPF_STMT(BPF_LDX | BPF_MEM, cell), BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0)

/* X: how far IP lies behind the network header. Jumps skip that many instructions. */
static struct sock_filter fanout_addresses[] = {
    /* a second VLAN tag */
    AT(0), TAKE(BPF_W, TYPE), IF(ETH_P_8021Q, 1, 0), IF(ETH_P_8021AD, 0, 2), AT(4),
    TAKE(BPF_H, NET(2)),
    /* PPPoE, then over MPLS (25) to IP */
    IF(ETH_P_PPP_SES, 0, 4), SKIP(8), GO(24),
    /* MPLS; neither: to IP */
    IF(ETH_P_MPLS_UC, 1, 0), IF(ETH_P_MPLS_MC, 0, 22), LABEL(15, 0), LABEL(8, 0), LABEL(1, 0),
    BPF_STMT(BPF_RET | BPF_K, 0),
    /* IP: which version? IPv4 */
    LOAD(BPF_B, 0), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4), IF(4, 0, 6), KEEP(12, 0),
    LOAD(BPF_W, 16), XOR(0), GO(31),
    /* IPv6 or nothing */
    IF(6, 1, 0), BPF_STMT(BPF_RET | BPF_K, 0), KEEP(8, 0), KEEP(12, 1), KEEP(16, 2), KEEP(20, 3),
    KEEP(24, 4), KEEP(28, 5), KEEP(32, 6), LOAD(BPF_W, 36), XOR(0), XOR(1), XOR(2), XOR(3), XOR(4),
    XOR(5), XOR(6),
    /* the hash, of which the kernel takes the remainder */
    BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, FANOUT_SPREAD),
    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, FANOUT_KEPT), BPF_STMT(BPF_RET | BPF_A, 0)};

bool fanout_join(int fd, uint16_t group, enum live_fanout how, bool ignore_outgoing)
{
    unsigned kind = how == LIVE_FANOUT_FLOW ? PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG
                                            : PACKET_FANOUT_CBPF;
    if (ignore_outgoing)
        kind |= FANOUT_IGNORE_OUTGOING;
    unsigned value = group | kind << 16;
    if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof value) != 0)
        return false;
    if (how == LIVE_FANOUT_FLOW)
        return true;
    struct sock_fprog program = {
        .len = sizeof fanout_addresses / sizeof *fanout_addresses,
        .filter = fanout_addresses,
    };
    return setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &program, sizeof program) == 0;
}
