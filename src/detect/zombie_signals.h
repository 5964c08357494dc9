/*
 * zombie_signals: what speaks for and against a zombie, as bits with weights.
 *
 * A row of zombie_signals.def is SIGNAL(NAME, weight, "what it says"): the bit ZOMBIE_NAME, a
 * setting of the same name in lower case, and its default weight. Used by det_zombie_sender.c.
 */
#ifndef MXTAP_ZOMBIE_SIGNALS_H
#define MXTAP_ZOMBIE_SIGNALS_H

#include <mxtap/detect.h>

enum zombie_signal {
#define SIGNAL(name, setting, weight, help) ZOMBIE_##name,
#include "zombie_signals.def"
#undef SIGNAL
    ZOMBIE_SIGNALS,
};

#define ZOMBIE_BIT(name) (UINT32_C(1) << ZOMBIE_##name)

const char *zombie_signal_name(enum zombie_signal signal);

/* Signals of the dialogue: HELO, timing, syntax, SYN, the server's words. */
uint32_t zombie_session_signals(struct know *know, const struct event *event);
/* Signals of the message of an EVENT_MESSAGE; 0 where its content was not seen whole. */
uint32_t zombie_content_signals(struct know *know, const struct event *event);
/* Signals of the end of a session (EVENT_CLOSE). */
uint32_t zombie_close_signals(const struct event *event);

#endif
