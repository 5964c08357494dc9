/*
 * One ring: opened by libpcap, read without blocking, waited for with poll.
 *
 * libpcap's own waiting has no end on TPACKET_V3 (it counts on the kernel's block timer, which is
 * still while nothing comes), so that event time would stand still; and it spins while an interface
 * is down. Here a wait ends after batch_time, and then the counters of the socket tell whether the
 * ring is empty, which is what live_reached rests upon.
 *
 * An interface that goes down and up keeps its sockets; the kernel goes on by itself. One that is
 * made anew has another index: the socket is bound to it, which needs no privilege, but cannot be
 * done in a fanout group: then a new socket is needed, and CAP_NET_RAW.
 */
#include <mxtap/live.h>

#include "fanout.h"
#include "iface.h"
#include "setfilter.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define LIVE_MILLISECOND INT64_C(1000000)

/* A packet has its time some moments before it is in the ring, more of them on a busy machine. */
#define LIVE_UNDER_WAY (5 * LIVE_MILLISECOND)
/* What the kernel has counted and libpcap has not given a batch and that much later, nor when it
 * was asked so often, libpcap has thrown away. */
#define LIVE_SETTLED (100 * LIVE_MILLISECOND)
#define LIVE_ASKED   5
/* How often an idle live looks after its interface. */
#define LIVE_LOOK (250 * LIVE_MILLISECOND)
/* So many errors in a row from an interface that is up are not about the interface. */
#define LIVE_ERRORS 100

struct live {
    struct live_options options; /* interface and filter are ours */
    char *interface, *filter;
    pcap_t *pcap; /* NULL while it waits to be opened again */
    int fd, linktype, index;
    bool any; /* all interfaces: never down, never gone */
    bool up;
    bool starting;         /* what came before filter and fanout stood is thrown away */
    unsigned errors;       /* in a row */
    int64_t since;         /* filter and fanout stand */
    int64_t reached;       /* nothing before it will come */
    int64_t look_at;       /* CLOCK_MONOTONIC */
    uint64_t came;         /* packets that the kernel has put into the ring */
    uint64_t taken;        /* of these, libpcap gave or is known to have thrown away */
    int64_t settled;       /* CLOCK_MONOTONIC: came has not grown for long then */
    unsigned asked;        /* since it grew */
    struct pcap_stat told; /* by libpcap, the last time */
    struct capture_stats stats;
};

static enum err live_set_filter(struct live *live, const char *filter, char *ret_message,
                                size_t message_size)
{
    enum err err = setfilter_lines(live->pcap, filter);
    if (err != ERR_NONE)
        snprintf(ret_message, message_size, "%s: filter: %s", live->interface,
                 err == ERR_MEMORY ? err_text(err) : pcap_geterr(live->pcap));
    return err;
}

/* The words of libpcap, or ours where they are better. */
static enum err live_refuse(const struct live *live, int status, char *ret_message,
                            size_t message_size)
{
    const char *cause = pcap_geterr(live->pcap);
    if (status == PCAP_ERROR_NO_SUCH_DEVICE)
        cause = "no such interface";
    else if (status == PCAP_ERROR_IFACE_NOT_UP)
        cause = "the interface is down";
    else if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
        cause = "no permission to capture (CAP_NET_RAW)";
    else if (cause[0] == '\0')
        cause = pcap_statustostr(status);
    snprintf(ret_message, message_size, "%s: %s", live->interface, cause);
    errno = status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED ? EPERM
                                                                                         : ENODEV;
    return ERR_SYSTEM;
}

static enum err live_activate(struct live *live, char *ret_message, size_t message_size)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    const struct live_options *options = &live->options;
    live->pcap = pcap_create(live->interface, error);
    if (live->pcap == NULL) {
        snprintf(ret_message, message_size, "%s: %s", live->interface, error);
        return ERR_SYSTEM;
    }
    int64_t batch = options->batch_time / LIVE_MILLISECOND;
    pcap_set_snaplen(live->pcap, (int)options->snap_length);
    pcap_set_buffer_size(live->pcap, (int)options->buffer);
    pcap_set_promisc(live->pcap, options->promiscuous);
    pcap_set_timeout(live->pcap, batch < 1 ? 1 : (int)batch);
    pcap_set_tstamp_precision(live->pcap, PCAP_TSTAMP_PRECISION_NANO);
    int status = pcap_activate(live->pcap);
    if (status < 0)
        return live_refuse(live, status, ret_message, message_size);
    if (pcap_setnonblock(live->pcap, 1, error) != 0) {
        snprintf(ret_message, message_size, "%s: %s", live->interface, error);
        return ERR_SYSTEM;
    }
    return ERR_NONE;
}

/* libpcap throws away what the loopback interface sends, as it comes back: why keep it then? */
static bool live_loopback(const struct live *live)
{
    int ignore = 1;
    if (live->any || !iface_is_loopback(live->fd, live->interface))
        return false;
    return setsockopt(live->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignore, sizeof ignore) == 0;
}

static enum err live_start(struct live *live, char *ret_message, size_t message_size)
{
    enum err err = live_activate(live, ret_message, message_size);
    if (err != ERR_NONE)
        return err;
    live->fd = pcap_get_selectable_fd(live->pcap);
    live->linktype = pcap_datalink(live->pcap);
    live->index = iface_bound(live->fd);
    err = live_set_filter(live, live->filter, ret_message, message_size);
    if (err != ERR_NONE)
        return err;
    bool loopback = live_loopback(live);
    if (live->options.shares > 1 &&
        !fanout_join(live->fd, live->options.group, live->options.fanout, loopback)) {
        snprintf(ret_message, message_size, "%s: sharing among workers: %s", live->interface,
                 strerror(errno));
        return ERR_SYSTEM;
    }
    live->starting = live->up = true;
    live->since = clock_real();
    live->came = live->taken = 0;
    live->told = (struct pcap_stat){.ps_recv = 0};
    return ERR_NONE;
}

static enum err live_prepare(struct live *live, const struct live_options *options,
                             char *ret_message, size_t message_size)
{
    live->options = *options;
    live->interface = strdup(options->interface);
    live->filter = strdup(options->filter);
    if (live->interface == NULL || live->filter == NULL) {
        snprintf(ret_message, message_size, "%s: %s", options->interface, err_text(ERR_MEMORY));
        return ERR_MEMORY;
    }
    live->options.interface = live->interface;
    live->options.filter = live->filter;
    live->any = strcmp(live->interface, "any") == 0;
    live->reached = CLOCK_NEVER;
    return live_start(live, ret_message, message_size);
}

enum err live_open(const struct live_options *options, struct live **ret_live, char *ret_message,
                   size_t message_size)
{
    struct live *live = calloc(1, sizeof *live);
    if (live == NULL) {
        snprintf(ret_message, message_size, "%s: %s", options->interface, err_text(ERR_MEMORY));
        return ERR_MEMORY;
    }
    enum err err = live_prepare(live, options, ret_message, message_size);
    if (err != ERR_NONE) {
        live_close(live);
        return err;
    }
    *ret_live = live;
    return ERR_NONE;
}

void live_close(struct live *live)
{
    if (live == NULL)
        return;
    if (live->pcap != NULL)
        pcap_close(live->pcap);
    free(live->interface);
    free(live->filter);
    free(live);
}

enum err live_filter(struct live *live, const char *filter, char *ret_message, size_t message_size)
{
    char *copy = strdup(filter);
    if (copy == NULL) {
        snprintf(ret_message, message_size, "%s: %s", live->interface, err_text(ERR_MEMORY));
        return ERR_MEMORY;
    }
    enum err err = ERR_NONE;
    if (live->pcap != NULL)
        err = live_set_filter(live, filter, ret_message, message_size);
    if (err != ERR_NONE) {
        free(copy);
        return err;
    }
    free(live->filter);
    live->filter = copy;
    live->options.filter = copy;
    return ERR_NONE;
}

/* A packet if libpcap has one at hand: 1, 0 or its error. */
static int live_take(struct live *live, struct packet *ret_packet)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int got;
    while ((got = pcap_next_ex(live->pcap, &header, &data)) == 1) {
        /* with nanoseconds, tv_usec holds them */
        int64_t time = header->ts.tv_sec * CLOCK_SECOND + header->ts.tv_usec;
        live->taken++;
        if (__builtin_expect(live->starting, 0)) {
            if (time < live->since)
                continue;
            live->starting = false;
        }
        if (time > live->reached)
            live->reached = time;
        live->stats.octets += header->caplen;
        *ret_packet = (struct packet){
            .time = time,
            .data = span_make(data, header->caplen),
            .wire_len = header->len,
            .linktype = live->linktype,
            .number = ++live->stats.packets,
            .source = live->interface,
        };
        return 1;
    }
    return got;
}

static void live_unsettle(struct live *live)
{
    live->settled = clock_steady() + live->options.batch_time + LIVE_SETTLED;
    live->asked = 0;
}

/* The socket's counters, which are 0 again after each look. */
static void live_count(struct live *live)
{
    struct tpacket_stats_v3 counted;
    socklen_t size = sizeof counted;
    if (live->pcap == NULL ||
        getsockopt(live->fd, SOL_PACKET, PACKET_STATISTICS, &counted, &size) != 0)
        return;
    live->came += counted.tp_packets - counted.tp_drops;
    live->stats.kernel_drops += counted.tp_drops;
    live->asked++;
    if (counted.tp_packets > 0)
        live_unsettle(live);
}

/* Is the ring empty? A packet that libpcap throws away itself is missed for a while only. */
static bool live_is_empty(struct live *live, int64_t now)
{
    live_count(live);
    if (live->taken != live->came && now >= live->settled && live->asked >= LIVE_ASKED)
        live->taken = live->came;
    return live->taken == live->came;
}

static void live_release(struct live *live)
{
    live_count(live);
    pcap_close(live->pcap);
    live->pcap = NULL;
    live->up = false;
}

/* A new socket, when the old one cannot be used any more. Until all of a fanout group have left the
 * interface that is gone, the group cannot be made for the new one: it is tried again. */
static int live_reopen(struct live *live)
{
    char message[PCAP_ERRBUF_SIZE + 64];
    if (live->pcap != NULL)
        live_release(live);
    enum err err = live_start(live, message, sizeof message);
    bool refused = err != ERR_NONE && errno == EPERM;
    if (err != ERR_NONE && live->pcap != NULL)
        live_release(live);
    return refused || err == ERR_MEMORY ? ERR_SYSTEM : 0;
}

/* Looks after the interface; 0, or the error that ends this live. */
static int live_look(struct live *live)
{
    int index;
    if (live->any)
        return 0;
    if (live->pcap == NULL)
        return live_reopen(live);
    enum iface_state state = iface_look(live->fd, live->interface, &index);
    live->up = state == IFACE_UP;
    if (state == IFACE_GONE || (index == live->index && iface_bound(live->fd) == index))
        return 0;
    if (!iface_bind(live->fd, index, live->options.promiscuous))
        return live_reopen(live);
    live->index = index;
    return 0;
}

static void live_sleep(const struct live *live, bool *ret_trouble)
{
    struct pollfd wait = {.fd = live->pcap != NULL ? live->fd : -1, .events = POLLIN};
    struct timespec batch = {
        .tv_sec = live->options.batch_time / CLOCK_SECOND,
        .tv_nsec = live->options.batch_time % CLOCK_SECOND,
    };
    ppoll(&wait, 1, &batch, NULL);
    *ret_trouble = (wait.revents & ~POLLIN) != 0;
}

/* A packet, or what it means that there is none. trouble: something is wrong with the socket. */
static int live_see(struct live *live, bool trouble, struct packet *ret_packet)
{
    int64_t now = clock_steady();
    int64_t time = clock_real();
    bool empty = live_is_empty(live, now);
    int got = live->pcap != NULL ? live_take(live, ret_packet) : 0;
    if (got == 1)
        return 1;
    live->starting = live->starting && !empty;
    /* By the last look: while it is away, errors are as they should be. */
    live->errors = got < 0 && live->up ? live->errors + 1 : 0;
    if (got < 0 || trouble || now >= live->look_at) {
        live->look_at = now + LIVE_LOOK;
        int err = live_look(live);
        if (err != 0)
            return err;
    }
    if (live->errors >= LIVE_ERRORS && live->up)
        return ERR_SYSTEM;
    time -= empty ? LIVE_UNDER_WAY : LIVE_SETTLED + live->options.batch_time;
    if (time > live->reached)
        live->reached = time;
    return 0;
}

int live_next(struct live *live, struct packet *ret_packet)
{
    bool trouble = false;
    int got = live->pcap != NULL ? live_take(live, ret_packet) : 0;
    if (__builtin_expect(got == 1, 1))
        return 1;
    live_sleep(live, &trouble);
    return live_see(live, trouble, ret_packet);
}

int live_try(struct live *live, struct packet *ret_packet)
{
    int got = live->pcap != NULL ? live_take(live, ret_packet) : 0;
    return got == 1 ? 1 : live_see(live, false, ret_packet);
}

int64_t live_reached(const struct live *live)
{
    return live->reached;
}

bool live_is_up(const struct live *live)
{
    return live->up;
}

void live_stats(struct live *live, struct capture_stats *ret_stats)
{
    struct pcap_stat all;
    live_count(live);
    if (live->pcap != NULL && pcap_stats(live->pcap, &all) == 0) {
        /* what came since live_count, and what only libpcap knows */
        uint32_t drops = all.ps_drop - live->told.ps_drop;
        live->came += all.ps_recv - live->told.ps_recv - drops;
        live->stats.kernel_drops += drops;
        live->stats.interface_drops += all.ps_ifdrop - live->told.ps_ifdrop;
        live->told = all;
        live_unsettle(live);
    }
    *ret_stats = live->stats;
}
