/*
 * dialogue: what is kept of a session until it is printed: its lines, and what was found.
 *
 * The first and the last lines are kept, max_lines in all; what lies between is counted. Private to
 * the room: dialogue.c keeps, dialogue_print.c draws.
 */
#ifndef MXTAP_DIALOGUE_H
#define MXTAP_DIALOGUE_H

#include <mxtap/output.h>

#define DIALOGUE_TEXT_MAX     512 /* octets of a line that are kept */
#define DIALOGUE_FINDINGS_MAX 64
#define DIALOGUE_NOWHERE      SIZE_MAX

struct dialogue_item {
    enum dialogue_line kind;
    int64_t time;
    const char *class_name; /* beside a reply, or NULL; static storage */
    bool cut;
    struct span text; /* its own copy */
};

/* Of a case, what it said last. */
struct dialogue_finding {
    uint64_t case_id;
    unsigned severity;
    const char *name, *state;
    char *reason;
};

struct dialogue {
    struct dialogue_options options;
    struct event_flow flow;
    bool midstream;
    struct dialogue_item *items; /* up to max_lines: a head, then a ring */
    size_t count, room;          /* kept; allocated */
    size_t head, ring;           /* places of the head; next place of the ring */
    uint64_t left_out;
    size_t last_server; /* place of the last line of the server, or DIALOGUE_NOWHERE */
    struct dialogue_finding findings[DIALOGUE_FINDINGS_MAX];
    size_t finding_count;
    uint64_t findings_left_out;
};

/* The kept items in order: index below count; *ret_gap is true where lines were left out before
 * it. */
const struct dialogue_item *dialogue_at(const struct dialogue *dialogue, size_t index,
                                        bool *ret_gap);

#endif
