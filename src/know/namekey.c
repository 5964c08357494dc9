/* namekey: SipHash with two keys over the name in lower case. */
#include "namekey.h"

#include <mxtap/know.h>

struct namekey namekey_of(struct span name)
{
    const struct hash_key keys[2] = {{0x6e616d65, 1}, {0x6e616d65, 2}};
    uint8_t lower[KNOW_NAME_MAX];
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > sizeof lower)
        return (struct namekey){{0, 0}};
    for (size_t i = 0; i < name.len; i++)
        lower[i] = span_lower_octet(name.at[i]);
    return (struct namekey){
        {hash_keyed(keys[0], lower, name.len), hash_keyed(keys[1], lower, name.len)}};
}
