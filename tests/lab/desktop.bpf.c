// What desktop systems write into a SYN and Linux does not, put there on the way out (tc's clsact
// hook; networks.sh loads it). Section order: the option order of Windows, which is MSS, NOP,
// window scale, NOP, NOP, SACK permitted. Linux without timestamps writes MSS, NOP, NOP, SACK
// permitted, NOP, window scale: two words of 32 bits change places, and the checksum stays right.
// Section window: the first window is 65535, where Linux rounds down to a multiple of the MSS.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

static long (*load)(const void *, unsigned, void *, unsigned) = (void *)BPF_FUNC_skb_load_bytes;
static long (*store)(void *, unsigned, const void *, unsigned,
                     unsigned long long) = (void *)BPF_FUNC_skb_store_bytes;
static long (*csum)(void *, unsigned, unsigned long long, unsigned long long,
                    unsigned long long) = (void *)BPF_FUNC_l4_csum_replace;

// Where the TCP header of a SYN begins, 0 if this is none. IPv4 and IPv6 without options, as the
// lab's hosts send.
static inline __attribute__((always_inline)) unsigned syn(struct __sk_buff *skb)
{
    unsigned char ip, tcp[2];
    unsigned at = skb->protocol == __builtin_bswap16(ETH_P_IPV6) ? 14 + 40 : 14 + 20;
    if (load(skb, at == 14 + 40 ? 14 + 6 : 14 + 9, &ip, 1) || ip != 6)
        return 0;
    return load(skb, at + 12, tcp, 2) || tcp[1] != 0x02 ? 0 : at;
}

__attribute__((section("order"), used)) int swap_words(struct __sk_buff *skb)
{
    unsigned char offset, words[8], swapped[8];
    unsigned at = syn(skb);
    if (!at || load(skb, at + 12, &offset, 1) || offset != 0x80 ||
        load(skb, at + 24, words, sizeof words))
        return TC_ACT_OK;
    for (int i = 0; i < 8; i++)
        swapped[i] = words[i ^ 4];
    store(skb, at + 24, swapped, sizeof swapped, 0);
    return TC_ACT_OK;
}

__attribute__((section("window"), used)) int round_up(struct __sk_buff *skb)
{
    unsigned short was, now = 65535;
    unsigned at = syn(skb);
    if (!at || load(skb, at + 14, &was, 2))
        return TC_ACT_OK;
    csum(skb, at + 16, was, now, 2);
    store(skb, at + 14, &now, 2, 0);
    return TC_ACT_OK;
}

char gpl[] __attribute__((section("license"), used)) = "GPL";
