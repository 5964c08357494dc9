/*
 * rooms_live: what the live sensor needs of the configuration: interfaces, the kernel's filter, and
 * how workers share packets.
 */
#ifndef MXTAP_ROOMS_LIVE_H
#define MXTAP_ROOMS_LIVE_H

#include "tap.h"

#include "config.h"

struct rooms_live {
    char names[TAP_INTERFACES][32];
    size_t count;    /* of interfaces; may be 0 */
    struct buf text; /* of the filter, ended by a zero octet */
    enum live_fanout fanout;
};

enum err rooms_live(const struct config *config, struct rooms_live *ret_live,
                    char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
void rooms_live_done(struct rooms_live *live);
static inline const char *rooms_live_filter(const struct rooms_live *live)
{
    return (const char *)live->text.at;
}

/* A ring on each interface; names and filter stay live's. The worker is left alone. */
void rooms_tap(const struct config *config, const struct rooms_live *live,
               struct tap_options *ret_tap);

/* ERR_CONFIG, and which, where the settings differ in what only a restart can change. */
enum err rooms_may_change(const struct config *from, const struct config *to,
                          char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;

#endif
