/* order.c: packets in another order. Contents change places, the times stay where they are, so that
 * the file stays in time order. Only packets within a twentieth of a second change places. */
#include <stdlib.h>

#include "flow.h"
#include "step.h"

enum { ORDER_NEAR_NS = 50000000, ORDER_MAX = 4 };

static void order_swap(struct packet *a, struct packet *b)
{
    struct packet was = *a;
    *a = *b;
    *b = was;
    uint64_t ns = a->ns;
    a->ns = b->ns;
    b->ns = ns;
}

/* Shuffles the n packets whose indexes are given (Fisher and Yates); two always change places. */
static void order_shuffle(struct capture *cap, const size_t *index, size_t n, uint64_t *state)
{
    if (n < 2 ||
        cap->packets[index[n - 1]].ns - cap->packets[index[0]].ns > (uint64_t)ORDER_NEAR_NS)
        return;
    if (n == 2) {
        order_swap(&cap->packets[index[0]], &cap->packets[index[1]]);
        return;
    }
    for (size_t i = n - 1; i > 0; i--) {
        size_t other = (size_t)(step_random(state) % (i + 1));
        if (other != i)
            order_swap(&cap->packets[index[i]], &cap->packets[index[other]]);
    }
}

/* Any neighbours, as after two taps whose packets were merged. flavour: size of the window. */
void order_any(struct capture *cap, const struct step *step)
{
    uint64_t state = step->arg[0];
    size_t window = (size_t)step->flavour;
    for (size_t i = 0; i < cap->count; i += window) {
        size_t index[ORDER_MAX];
        size_t n = 0;
        while (n < window && i + n < cap->count) {
            index[n] = i + n;
            n++;
        }
        order_shuffle(cap, index, n, &state);
    }
}

struct waiting {
    size_t index[ORDER_MAX];
    size_t n;
};

/* Neighbours in one direction of a connection with nothing of the other direction between them, as
 * after a network with two paths. flavour: size of the window. */
void order_path(struct capture *cap, const struct step *step)
{
    uint64_t state = step->arg[0];
    struct flow_map *map = flow_map(cap);
    struct waiting *all = capture_alloc(map->count * 2 * sizeof *all);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        if (place->flow == NULL)
            continue;
        struct waiting *own = &all[place->flow->number * 2 + (size_t)place->direction];
        struct waiting *peer = &all[place->flow->number * 2 + (size_t)!place->direction];
        order_shuffle(cap, peer->index, peer->n, &state);
        peer->n = 0;
        own->index[own->n++] = i;
        if (own->n < (size_t)step->flavour)
            continue;
        order_shuffle(cap, own->index, own->n, &state);
        own->n = 0;
    }
    for (size_t i = 0; i < map->count * 2; i++)
        order_shuffle(cap, all[i].index, all[i].n, &state);
    free(all);
    flow_done(map);
}
