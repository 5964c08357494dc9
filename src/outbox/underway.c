/* underway: an array whose front is given up when half of it is empty. */
#ifdef MXTAP_OUTBOX

#include "underway.h"

#include <stdlib.h>
#include <string.h>

void underway_done(struct underway *underway)
{
    free(underway->sent);
    *underway = (struct underway){0};
}

enum err underway_add(struct underway *underway, const struct sent *sent)
{
    if (underway->first > 0 && underway->first >= underway->count) {
        memmove(underway->sent, underway->sent + underway->first,
                underway->count * sizeof *underway->sent);
        underway->first = 0;
    }
    if (underway->first + underway->count == underway->room) {
        size_t room = underway->room == 0 ? 256 : underway->room * 2;
        struct sent *larger = realloc(underway->sent, room * sizeof *larger);
        if (larger == NULL)
            return ERR_MEMORY;
        underway->sent = larger;
        underway->room = room;
    }
    underway->sent[underway->first + underway->count++] = *sent;
    if (sent->dead > underway->dead)
        underway->dead = sent->dead;
    return ERR_NONE;
}

struct sent *underway_at(struct underway *underway, uint64_t number)
{
    if (number < underway->passed || number - underway->passed >= underway->count)
        return NULL;
    return &underway->sent[underway->first + (size_t)(number - underway->passed)];
}

/* The very one, wherever it stands: dead letters that are tried again have low numbers. Otherwise
 * those in order that do not pass it. */
size_t underway_find(const struct underway *underway, uint64_t seq)
{
    const struct sent *sent = underway->sent + underway->first;
    for (size_t i = underway->count; i > 0; i--)
        if (sent[i - 1].seq == seq)
            return i;
    size_t count = 0;
    while (count < underway->count && sent[count].dead == 0 && sent[count].seq <= seq)
        count++;
    return count;
}

void underway_pass(struct underway *underway, size_t count)
{
    underway->first += count;
    underway->count -= count;
    underway->passed += count;
    if (underway->count == 0)
        underway->first = underway->dead = 0;
}

bool underway_has_dead(const struct underway *underway, uint64_t dead)
{
    const struct sent *sent = underway->sent + underway->first;
    for (size_t i = 0; dead <= underway->dead && i < underway->count; i++)
        if (sent[i].dead == dead)
            return true;
    return false;
}

#endif
