/* dialogue: keeps the lines of one session, a head and a ring for the tail. */
#include "dialogue.h"

#include <stdlib.h>

#define FIRST_ROOM 16 /* lines */
#define LINES_MIN  2  /* one of the head, one of the ring */

enum err dialogue_new(const struct dialogue_options *options, const struct flow_info *flow,
                      struct dialogue **ret_dialogue)
{
    struct dialogue *dialogue = calloc(1, sizeof *dialogue);
    if (dialogue == NULL)
        return ERR_MEMORY;
    dialogue->options = *options;
    if (dialogue->options.max_lines < LINES_MIN)
        dialogue->options.max_lines = LINES_MIN;
    dialogue->head = dialogue->options.max_lines / 2;
    dialogue->last_server = DIALOGUE_NOWHERE;
    dialogue->midstream = flow->midstream;
    event_flow_set(&dialogue->flow, flow);
    *ret_dialogue = dialogue;
    return ERR_NONE;
}

static void item_done(struct dialogue_item *item)
{
    free((void *)(uintptr_t)item->text.at);
}

void dialogue_free(struct dialogue *dialogue)
{
    if (dialogue == NULL)
        return;
    for (size_t i = 0; i < dialogue->count; i++)
        item_done(&dialogue->items[i]);
    for (size_t i = 0; i < dialogue->finding_count; i++)
        free(dialogue->findings[i].reason);
    free(dialogue->items);
    free(dialogue);
}

/* Twice the room, up to max_lines; false without memory. */
static bool grow(struct dialogue *dialogue)
{
    size_t room = dialogue->room == 0 ? FIRST_ROOM : dialogue->room * 2;
    if (room > dialogue->options.max_lines)
        room = dialogue->options.max_lines;
    struct dialogue_item *items = realloc(dialogue->items, room * sizeof *items);
    if (items == NULL)
        return false;
    dialogue->items = items;
    dialogue->room = room;
    return true;
}

/* The place for one more item: at the end, or that of the oldest in the ring. */
static size_t place(struct dialogue *dialogue)
{
    size_t max = dialogue->options.max_lines;
    if (dialogue->count < max)
        return dialogue->count < dialogue->room || grow(dialogue) ? dialogue->count++
                                                                  : DIALOGUE_NOWHERE;
    size_t at = dialogue->head + dialogue->ring;
    dialogue->ring = (dialogue->ring + 1) % (max - dialogue->head);
    dialogue->left_out++;
    item_done(&dialogue->items[at]);
    if (dialogue->last_server == at)
        dialogue->last_server = DIALOGUE_NOWHERE;
    return at;
}

void dialogue_add(struct dialogue *dialogue, enum dialogue_line kind, struct span text,
                  int64_t time)
{
    size_t at = place(dialogue);
    if (at == DIALOGUE_NOWHERE)
        return;
    struct span kept = privacy_cut(text, DIALOGUE_TEXT_MAX);
    uint8_t *copy = malloc(kept.len + 1);
    if (copy != NULL && kept.len > 0)
        memcpy(copy, kept.at, kept.len);
    dialogue->items[at] = (struct dialogue_item){
        .kind = kind,
        .time = time,
        .cut = kept.len < text.len,
        .text = span_make(copy, copy == NULL ? 0 : kept.len),
    };
    if (kind == DIALOGUE_SERVER)
        dialogue->last_server = at;
}

void dialogue_verdict(struct dialogue *dialogue, const char *class_name)
{
    if (dialogue->last_server != DIALOGUE_NOWHERE)
        dialogue->items[dialogue->last_server].class_name = class_name;
}

/* The finding of that case, or a new one; NULL where there is no room. */
static struct dialogue_finding *finding_of(struct dialogue *dialogue, uint64_t case_id)
{
    for (size_t i = 0; i < dialogue->finding_count; i++)
        if (dialogue->findings[i].case_id == case_id)
            return &dialogue->findings[i];
    if (dialogue->finding_count == DIALOGUE_FINDINGS_MAX)
        return NULL;
    return &dialogue->findings[dialogue->finding_count++];
}

void dialogue_finding(struct dialogue *dialogue, const struct alert *alert)
{
    static const char *const states[] = {"new", "growing", "ended"};
    struct dialogue_finding *finding = finding_of(dialogue, alert->case_id);
    if (finding == NULL) {
        dialogue->findings_left_out++;
        return;
    }
    free(finding->reason);
    *finding = (struct dialogue_finding){
        .case_id = alert->case_id,
        .severity = alert->severity,
        .name = alert->detector->name,
        .state = states[alert->state],
        .reason = strdup(alert->reason),
    };
}

const struct dialogue_item *dialogue_at(const struct dialogue *dialogue, size_t index,
                                        bool *ret_gap)
{
    size_t head = dialogue->head;
    *ret_gap = dialogue->left_out > 0 && index == head;
    if (index >= head && dialogue->left_out > 0)
        index = head + (index - head + dialogue->ring) % (dialogue->options.max_lines - head);
    return &dialogue->items[index];
}
