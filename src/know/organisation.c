/* organisation: the registrable domain of a name by the public suffix list. */
#include "know_private.h"

/* The registrable domain in lower case, a part of copy; NULL where the name has none. */
static const char *registrable(const struct know *know, struct span name,
                               char copy[KNOW_NAME_MAX + 1])
{
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > KNOW_NAME_MAX || memchr(name.at, 0, name.len) != NULL)
        return NULL;
    for (size_t i = 0; i < name.len; i++)
        copy[i] = (char)span_lower_octet(name.at[i]);
    copy[name.len] = '\0';
    return know->suffixes == NULL ? NULL : psl_registrable_domain(know->suffixes, copy);
}

bool know_same_organisation(const struct know *know, struct span a, struct span b)
{
    char copy_a[KNOW_NAME_MAX + 1];
    char copy_b[KNOW_NAME_MAX + 1];
    const char *domain_a = registrable(know, a, copy_a);
    const char *domain_b = registrable(know, b, copy_b);
    return domain_a != NULL && domain_b != NULL && strcmp(domain_a, domain_b) == 0;
}

struct span know_organisation(const struct know *know, struct span name,
                              char copy[KNOW_NAME_MAX + 1])
{
    const char *domain = registrable(know, name, copy);
    return domain == NULL ? SPAN_NULL : span_text(domain);
}
