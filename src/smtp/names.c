/* The strings lie one behind the other; replacing one closes its gap first. */
#include "names.h"

void names_init(struct names *names)
{
    memset(names->at, 0, sizeof names->at);
    memset(names->len, 0, sizeof names->len);
    names->used = 0;
}

static void drop(struct names *names, enum name name)
{
    unsigned at = names->at[name], len = names->len[name], end = at + len;
    if (len == 0)
        return;
    memmove(names->octets + at, names->octets + end, names->used - end);
    names->used = (uint16_t)(names->used - len);
    names->len[name] = 0;
    for (int i = 0; i < NAMES; i++)
        if (names->at[i] >= end)
            names->at[i] = (uint16_t)(names->at[i] - len);
}

void names_set(struct names *names, enum name name, struct span value)
{
    drop(names, name);
    value = span_head(value, NAMES_MAX);
    value = span_head(value, (size_t)(NAMES_ROOM - names->used));
    names->at[name] = names->used;
    names->len[name] = (uint16_t)value.len;
    if (value.len > 0)
        memcpy(names->octets + names->used, value.at, value.len);
    names->used = (uint16_t)(names->used + value.len);
}

struct span names_get(const struct names *names, enum name name)
{
    return span_make(names->octets + names->at[name], names->len[name]);
}
