/* synclass: which system opens connections so: the first row of syns.def that fits. */
#include "know_private.h"
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

/* The kinds of the options and the scale, without values that differ from one connection to the
 * next. False where they cannot be walked: such a SYN is not remembered. */
static bool key_of(const struct stream_syn *syn, struct syn_key *ret_key)
{
    memset(ret_key, 0, sizeof *ret_key);
    ret_key->window = syn->window;
    ret_key->ip_header = syn->ip_header;
    ret_key->ttl = syn->ttl;
    for (size_t at = 0; at < syn->option_len; ret_key->count++) {
        uint8_t kind = syn->options[at];
        if (ret_key->count == sizeof ret_key->kinds)
            return false;
        ret_key->kinds[ret_key->count] = kind;
        if (kind == 0) {
            ret_key->left = (uint8_t)(syn->option_len - at - 1);
            at = syn->option_len;
        } else if (kind == 1) {
            at++;
        } else {
            size_t len = at + 1 < syn->option_len ? syn->options[at + 1] : 0;
            if (len < 2 || at + len > syn->option_len)
                return false;
            if (kind == 3 && len == 3)
                ret_key->scale = syn->options[at + 2];
            at += len;
        }
    }
    return syn->seen && ret_key->count > 0 && !syn->options_cut;
}

/* Direct-mapped: the same systems come again and again. */
enum know_os know_client_os(struct know *know, const struct event *event)
{
    struct syn_key key;
    if (!key_of(&event->session.syn, &key))
        return know_syn_class(&event->session.syn);
    uint64_t hash = hash_stable(span_make(&key, sizeof key));
    struct syn_memo *memo = &know->systems[hash & (KNOW_SYSTEMS - 1)];
    if (memcmp(&memo->key, &key, sizeof key) != 0) {
        memo->key = key;
        memo->os = know_syn_class(&event->session.syn);
    }
    return memo->os;
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
