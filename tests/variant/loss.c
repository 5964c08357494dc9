/* loss.c: packets that the sensor never sees. */
#include <stdlib.h>

#include "flow.h"
#include "step.h"

/* Keeps the packets for which the array says so. */
static void loss_keep(struct capture *cap, const bool *keep)
{
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++)
        if (keep[i])
            capture_add_copy(&out, &cap->packets[i]);
    capture_replace(cap, &out);
}

/* Drops so many per cent of the packets, or of the TCP packets. */
static void loss_some(struct capture *cap, uint64_t percent, uint64_t seed, bool all)
{
    bool *keep = capture_alloc(cap->count);
    for (size_t i = 0; i < cap->count; i++) {
        struct ip ip;
        bool counts = all || (ip_parse(&cap->packets[i], &ip) && ip.proto == IP_PROTO_TCP);
        keep[i] = !counts || step_random(&seed) % 10000 >= percent * 100;
    }
    loss_keep(cap, keep);
    free(keep);
}

/* flavour: per cent of the TCP packets to drop at random, 0: the first number given; then the seed.
 */
void loss_random(struct capture *cap, const struct step *step)
{
    bool free_choice = step->flavour == 0;
    loss_some(cap, free_choice ? step->arg[0] : (uint64_t)step->flavour,
              free_choice ? step->arg[1] : step->arg[0], false);
}

/* flavour: per cent of all packets to drop at random; the number is the seed. */
void loss_any(struct capture *cap, const struct step *step)
{
    loss_some(cap, (uint64_t)step->flavour, step->arg[0], true);
}

/* flavour: the direction that is seen, 0 what clients sent, 1 what servers sent. */
void loss_half(struct capture *cap, const struct step *step)
{
    struct flow_map *map = flow_map(cap);
    bool *keep = capture_alloc(cap->count);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        keep[i] = place->flow == NULL || place->direction == step->flavour;
    }
    flow_done(map);
    loss_keep(cap, keep);
    free(keep);
}

/* No SYN and no SYN-ACK of any connection. */
void loss_syn(struct capture *cap, const struct step *step)
{
    (void)step;
    bool *keep = capture_alloc(cap->count);
    for (size_t i = 0; i < cap->count; i++) {
        struct tcp tcp;
        keep[i] = !tcp_parse(&cap->packets[i], &tcp) || (tcp.flags & TCP_SYN) == 0;
    }
    loss_keep(cap, keep);
    free(keep);
}

/* Without the first so many per cent of the packets. */
void loss_head(struct capture *cap, const struct step *step)
{
    bool *keep = capture_alloc(cap->count);
    for (size_t i = 0; i < cap->count; i++)
        keep[i] = i >= cap->count * step->arg[0] / 100;
    loss_keep(cap, keep);
    free(keep);
}

/* Part K of N, counted from 1: what a rotating capture program would have in its K-th file. */
void loss_part(struct capture *cap, const struct step *step)
{
    uint64_t part = step->arg[0], parts = step->arg[1];
    if (part < 1 || part > parts)
        capture_die("part:K:N needs 1 <= K <= N");
    bool *keep = capture_alloc(cap->count);
    for (size_t i = 0; i < cap->count; i++)
        keep[i] = i >= cap->count * (part - 1) / parts && i < cap->count * part / parts;
    loss_keep(cap, keep);
    free(keep);
}
