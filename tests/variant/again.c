/* again.c: the same packets at other times. */
#include "flow.h"
#include "step.h"

/* The whole capture twice, the second time so many seconds after its beginning or, where it is
 * longer, after its end; the same addresses and ports, other initial sequence numbers. */
void again_reuse(struct capture *cap, const struct step *step)
{
    if (cap->count == 0)
        return;
    struct flow_map *map = flow_map(cap);
    uint64_t length = cap->packets[cap->count - 1].ns - cap->packets[0].ns;
    uint64_t shift = step->arg[0] * 1000000000u;
    size_t count = cap->count;
    if (shift <= length)
        shift += length;
    for (size_t i = 0; i < count; i++) {
        const struct place *place = &map->places[i];
        struct packet copy = packet_copy(&cap->packets[i]);
        copy.ns += shift;
        if (place->flow != NULL) {
            uint32_t own = 0x10000000u + 1000003u * (uint32_t)place->flow->number;
            uint32_t peer = own ^ 0x00ffff00u;
            tcp_shift(&copy, &place->tcp, place->direction == 0 ? own : peer,
                      place->direction == 0 ? peer : own);
        }
        capture_add(cap, copy);
    }
    flow_done(map);
}

/* Everything takes so many per cent of the time it took. */
void again_stretch(struct capture *cap, const struct step *step)
{
    for (size_t i = 1; i < cap->count; i++) {
        uint64_t since = cap->packets[i].ns - cap->packets[0].ns;
        cap->packets[i].ns = cap->packets[0].ns + since * step->arg[0] / 100;
    }
}
