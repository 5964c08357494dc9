/* dialogue: keeps the lines of one session, a head and a ring for the tail. */
#include "dialogue.h"

#include <stdlib.h>

enum err dialogue_new(const struct dialogue_options *options, const struct flow_info *flow,
                      struct dialogue **ret_dialogue)
{
    struct dialogue *dialogue = calloc(1, sizeof *dialogue);
    if (dialogue == NULL)
        return ERR_MEMORY;
    dialogue->options = *options;
    dialogue->head = options->max_lines / 2;
    dialogue->midstream = flow->midstream;
    dialogue->flow = (struct event_flow){
        .flow_id = flow->flow_id,
        .opened = flow->opened,
        .source = flow->source,
        .client = flow->client,
        .server = flow->server,
        .client_port = flow->client_port,
        .server_port = flow->server_port,
    };
    *ret_dialogue = dialogue;
    return ERR_NONE;
}

void dialogue_free(struct dialogue *dialogue)
{
    if (dialogue == NULL)
        return;
    for (size_t i = 0; i < dialogue->count; i++)
        free((void *)(uintptr_t)dialogue->items[i].text.at);
    for (size_t i = 0; i < dialogue->finding_count; i++)
        free(dialogue->findings[i].reason);
    free(dialogue->items);
    free(dialogue);
}

/* A place for one more item: at the end, or the oldest of the ring. */
static struct dialogue_item *place(struct dialogue *dialogue)
{
    size_t max = dialogue->options.max_lines;
    if (dialogue->count < max) {
        size_t room = dialogue->count + 1;
        /* Grows by doubling: at each power of two. */
        if ((dialogue->count & (dialogue->count - 1)) == 0) {
            struct dialogue_item *items = realloc(dialogue->items, 2 * room * sizeof *items);
            if (items == NULL)
                return NULL;
            dialogue->items = items;
            dialogue->last_server = NULL;
        }
        dialogue->items[dialogue->count] = (struct dialogue_item){0};
        return &dialogue->items[dialogue->count++];
    }
    if (max <= dialogue->head)
        return NULL;
    struct dialogue_item *item = &dialogue->items[dialogue->head + dialogue->ring];
    dialogue->ring = (dialogue->ring + 1) % (max - dialogue->head);
    dialogue->left_out++;
    free((void *)(uintptr_t)item->text.at);
    return item;
}

void dialogue_add(struct dialogue *dialogue, enum dialogue_line kind, struct span text,
                  int64_t time)
{
    struct dialogue_item *item = place(dialogue);
    if (item == NULL)
        return;
    struct span kept = span_head(text, DIALOGUE_TEXT_MAX);
    uint8_t *copy = malloc(kept.len + 1);
    if (copy != NULL && kept.len > 0)
        memcpy(copy, kept.at, kept.len);
    *item = (struct dialogue_item){
        .kind = kind,
        .time = time,
        .cut = kept.len < text.len,
        .text = span_make(copy, copy == NULL ? 0 : kept.len),
    };
    if (kind == DIALOGUE_SERVER)
        dialogue->last_server = item;
}

void dialogue_verdict(struct dialogue *dialogue, const char *class_name)
{
    if (dialogue->last_server != NULL)
        dialogue->last_server->class_name = class_name;
}

void dialogue_finding(struct dialogue *dialogue, const struct alert *alert)
{
    static const char *const states[] = {"new", "growing", "ended"};
    dialogue->finding_total++;
    if (dialogue->finding_count == DIALOGUE_FINDINGS_MAX)
        return;
    dialogue->findings[dialogue->finding_count++] = (struct dialogue_finding){
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
