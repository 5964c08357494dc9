/* synclass: which system opens connections so: the first row of syns.def that fits. */
#include "syn.h"

#define ANY UINT32_MAX

static const struct system {
    const char *name;
    enum know_os os;
    uint32_t ttl, window, scale;
    const char *layout;
} systems[] = {
#define SYN(name, os, ttl, window, scale, layout) {name, KNOW_OS_##os, ttl, window, scale, layout},
#include "syns.def"
#undef SYN
};

static bool has_layout(const struct syn *syn, const char *layout)
{
    if (layout[0] == '*')
        return !syn->stamps && strncmp(syn->layout, "mss", 3) == 0;
    return strcmp(syn->layout, layout) == 0;
}

static const struct system *system_of(const struct stream_syn *from)
{
    if (!from->seen)
        return NULL;
    struct syn syn;
    /* Nobody sends 20 octets of IPv4 options. */
    syn_parse(from, from->ip_header < 40 ? 4 : 6, &syn);
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        const struct system *system = &systems[i];
        if (syn.ttl == system->ttl && has_layout(&syn, system->layout) &&
            (system->window == ANY || from->window == system->window) &&
            (system->scale == ANY || syn.scale == system->scale))
            return system;
    }
    return NULL;
}

enum know_os know_syn_class(const struct stream_syn *syn)
{
    const struct system *system = system_of(syn);
    return system == NULL ? KNOW_OS_UNKNOWN : system->os;
}

const char *know_syn_system(const struct stream_syn *syn)
{
    const struct system *system = system_of(syn);
    return system == NULL ? NULL : system->name;
}

const char *know_os_name(enum know_os os)
{
    return os == KNOW_OS_DESKTOP ? "desktop" : os == KNOW_OS_SERVER ? "server" : "unknown";
}
