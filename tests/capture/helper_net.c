/*
 * The cable of a test: namespaces by unshare(2), interfaces by ip(8), frames by packet(7).
 */
#include "capture/helper_net.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void net_quiet(void)
{
    FILE *file = fopen("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w");
    if (file == NULL)
        return;
    fputs("1", file);
    fclose(file);
}

bool net_start(void)
{
    if (unshare(CLONE_NEWNET) != 0) {
        puts("skipped: no network namespace for this user");
        return false;
    }
    net_quiet();
    if (system("ip link set lo up && ip link add wire0 type veth peer name tap0") != 0) {
        puts("skipped: no iproute2, or no veth in this kernel");
        return false;
    }
    net_run("ip link set wire0 up && ip link set tap0 up");
    return true;
}

void net_run(const char *command)
{
    int status = system(command);
    if (status != 0)
        fprintf(stderr, "%s: status %d\n", command, status);
    assert(status == 0);
}

void net_cable(void)
{
    net_run("ip link add wire0 type veth peer name tap0 && ip link set wire0 up && "
            "ip link set tap0 up");
}

/* Kept, for the kernel takes its time to close one. */
static int net_sender = -1;

void net_send(const char *interface, struct span frame)
{
    struct sockaddr_ll to = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons((uint16_t)(frame.at[12] << 8 | frame.at[13])),
        .sll_ifindex = (int)if_nametoindex(interface),
    };
    if (net_sender < 0)
        net_sender = socket(AF_PACKET, SOCK_RAW, 0);
    assert(net_sender >= 0);
    ssize_t sent = sendto(net_sender, frame.at, frame.len, 0, (struct sockaddr *)&to, sizeof to);
    assert(sent == (ssize_t)frame.len);
}

int64_t net_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

bool net_drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return syscall(SYS_capset, &header, none) == 0;
}

struct live_options net_options(const char *filter)
{
    return (struct live_options){
        .interface = "tap0",
        .filter = filter,
        .snap_length = 262144,
        .buffer = 2 << 20,
        .batch_time = 10 * NET_MILLISECOND,
        .promiscuous = true,
        .shares = 1,
        .group = (uint16_t)getpid(),
    };
}

unsigned net_receive(struct live *live, unsigned count,
                     void (*each)(void *arg, const struct packet *packet), void *arg)
{
    struct packet packet;
    unsigned got = 0;
    int64_t end = net_now() + 5 * CLOCK_SECOND;
    while (got < count && net_now() < end) {
        int one = live_next(live, &packet);
        assert(one >= 0);
        if (one == 1 && each != NULL)
            each(arg, &packet);
        got += one == 1;
    }
    return got;
}

unsigned net_drain(struct live *live, void (*each)(void *arg, const struct packet *packet),
                   void *arg)
{
    struct packet packet;
    unsigned got = 0;
    int64_t end = net_now() + 300 * NET_MILLISECOND;
    while (net_now() < end) {
        int one = live_next(live, &packet);
        assert(one >= 0);
        if (one == 0)
            continue;
        if (each != NULL)
            each(arg, &packet);
        got++;
        end = net_now() + 300 * NET_MILLISECOND;
    }
    return got;
}
