/*
 * zombie_signals: what speaks for and against a zombie, as bits with weights.
 *
 * A row of zombie_signals.def is SIGNAL(NAME, weight, "what it says"): the bit ZOMBIE_NAME, a
 * setting of the same name in lower case, and its default weight. Used by det_zombie_sender.c.
 */
#ifndef MXTAP_ZOMBIE_SIGNALS_H
#define MXTAP_ZOMBIE_SIGNALS_H

#include <mxtap/detect.h>
#include <mxtap/pack.h>

enum zombie_signal {
#define SIGNAL(name, setting, weight, help) ZOMBIE_##name,
#include "zombie_signals.def"
#undef SIGNAL
    ZOMBIE_SIGNALS,
};

#define ZOMBIE_BIT(name) (UINT32_C(1) << ZOMBIE_##name)

const char *zombie_signal_name(enum zombie_signal signal);

/* The sum of the signals' weights; weights has ZOMBIE_SIGNALS of them, here and below. */
double zombie_score(const double *weights, uint32_t signals);
/* A list of {signal, weight}, for evidence. */
struct json_object *zombie_signals_json(const double *weights, uint32_t signals);
/* The names of the four heaviest, for a sentence. */
void zombie_signals_text(const double *weights, uint32_t signals, char *ret_text, size_t size);

/* Signals of the dialogue: HELO, timing, syntax, SYN, the server's words. */
uint32_t zombie_session_signals(struct know *know, const struct event *event);
/* Signals of the message of an EVENT_MESSAGE; 0 where its content was not seen whole. */
uint32_t zombie_content_signals(struct know *know, const struct event *event);
/* What becomes of a session's signals at its end (EVENT_CLOSE): whether it said QUIT, and how it
 * took a refusal. */
uint32_t zombie_close_signals(const struct event *event, uint32_t signals);

/* Signals in a uint32_t, by their names: a version with others finds those that it knows. */
extern const struct pack_kind zombie_signals_kind;

#endif
