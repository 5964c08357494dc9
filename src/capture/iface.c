/*
 * Interfaces by name, netdevice(7) and packet(7). A packet socket that has lost its interface keeps
 * its ring and its filter, and goes on with them when it is bound again; only the wish for
 * promiscuous mode went with the interface.
 */
#include "iface.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static bool iface_ask(int fd, const char *name, unsigned long what, struct ifreq *ret_answer)
{
    *ret_answer = (struct ifreq){.ifr_flags = 0};
    snprintf(ret_answer->ifr_name, sizeof ret_answer->ifr_name, "%s", name);
    return ioctl(fd, what, ret_answer) == 0;
}

enum iface_state iface_look(int fd, const char *name, int *ret_index)
{
    struct ifreq index, flags;
    *ret_index = 0;
    if (!iface_ask(fd, name, SIOCGIFINDEX, &index) || !iface_ask(fd, name, SIOCGIFFLAGS, &flags))
        return IFACE_GONE;
    *ret_index = index.ifr_ifindex;
    return flags.ifr_flags & IFF_UP ? IFACE_UP : IFACE_DOWN;
}

bool iface_is_loopback(int fd, const char *name)
{
    struct ifreq flags;
    return iface_ask(fd, name, SIOCGIFFLAGS, &flags) && flags.ifr_flags & IFF_LOOPBACK;
}

int iface_bound(int fd)
{
    struct sockaddr_ll address = {.sll_ifindex = -1};
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return -1;
    return address.sll_ifindex;
}

bool iface_bind(int fd, int index, bool promiscuous)
{
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = index,
    };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return false;
    struct packet_mreq wish = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};
    return !promiscuous ||
           setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wish, sizeof wish) == 0;
}
