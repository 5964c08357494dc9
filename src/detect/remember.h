/*
 * remember: what detectors know, as fields of sections (pack.h), for a restart and for a change of
 * the configuration.
 *
 * Each detector lists the fields of its tables' values beside the struct; these are the parts that
 * many have in common. The reader's arg is the struct detect: what is loaded is charged to the
 * budget of the detector that is being called, and what does not fit is left out and counted as
 * lost, as always.
 *
 * Tables by session. After a change of the configuration sessions go on under their flow_id, and
 * so do their entries. After a restart a session that was under way is picked up in its middle,
 * with another opening time and so another flow_id: its saved entry gets no more events. It is kept
 * all the same and leaves when it has been idle for as long as any session may be:
 *
 *   mx-probe         is then judged as a session whose end was not seen: a probe that was not told
 *                    yet is told, one that was told is told again only where it had grown, under
 *                    its id. What the session does after the restart counts as a new one's.
 *   relay-probe      the same, for a case that had grown.
 *   zombie-sender    what is kept of a session only serves to judge its end; its client, which has
 *                    the counts and the case, is another table's.
 *
 * One thread.
 */
#ifndef MXTAP_DETECT_REMEMBER_H
#define MXTAP_DETECT_REMEMBER_H

#include <mxtap/pack.h>

extern const struct pack_kind remember_flow;     /* struct event_flow */
extern const struct pack_kind remember_distinct; /* struct distinct, fresh from distinct_init */
extern const struct pack_kind remember_namelist; /* struct namelist, fresh from namelist_init */

#define REMEMBER_SET(type, set)                                                                    \
    {                                                                                              \
#set, PACK_KIND, PACK_AT(type, set), .kind = &remember_distinct                            \
    }
#define REMEMBER_NAMES(type, list)                                                                 \
    {                                                                                              \
#list, PACK_KIND, PACK_AT(type, list), .kind = &remember_namelist                          \
    }
/* The fields of a struct detect_case. */
#define REMEMBER_CASE(type, c)                                                                     \
    {"case.open", PACK_UNSIGNED, PACK_AT(type, c.open)},                                           \
        {"case.id", PACK_UNSIGNED, PACK_AT(type, c.id)},                                           \
        {"case.opened", PACK_TIME, PACK_AT(type, c.opened)},                                       \
        {"case.last", PACK_TIME, PACK_AT(type, c.last)},                                           \
        {"case.count", PACK_UNSIGNED, PACK_AT(type, c.count)},                                     \
        {"case.reported", PACK_UNSIGNED, PACK_AT(type, c.reported)},                               \
    {                                                                                              \
        "case.flow", PACK_KIND, PACK_AT(type, c.flow), .kind = &remember_flow                      \
    }

#endif
