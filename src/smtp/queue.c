/* A vector whose front moves: it starts again at 0 whenever it is empty, which is nearly always. */
#include "queue.h"

#include <stdlib.h>

void queue_init(struct queue *queue, struct budget *budget)
{
    queue->entries = queue->first;
    queue->room = QUEUE_FIRST;
    queue->text = queue->first_text;
    queue->text_room = QUEUE_FIRST_TEXT;
    queue->head = queue->count = queue->text_len = 0;
    queue->holes = queue->replies = queue->strays = 0;
    queue->gap = queue->doubt = queue->alive_end = false;
    queue->budget = budget;
}

static void give_back(struct queue *queue, size_t octets)
{
    if (queue->budget != NULL)
        budget_give(queue->budget, octets);
}

void queue_done(struct queue *queue)
{
    if (queue->entries != queue->first) {
        free(queue->entries);
        give_back(queue, queue->room * sizeof *queue->entries);
    }
    if (queue->text != queue->first_text) {
        free(queue->text);
        give_back(queue, queue->text_room);
    }
}

/* A larger copy of old, charged; NULL where that cannot be. */
static void *grow(struct queue *queue, const void *old, size_t used, size_t old_room,
                  size_t new_room, bool owned)
{
    if (queue->budget != NULL && !budget_take(queue->budget, new_room))
        return NULL;
    void *grown = malloc(new_room);
    if (grown == NULL) {
        give_back(queue, new_room);
        return NULL;
    }
    memcpy(grown, old, used);
    if (owned)
        give_back(queue, old_room);
    return grown;
}

/* No entry fits behind the others. */
static SMTP_RARE bool room_entry(struct queue *queue)
{
    if (queue->head > 0) {
        memmove(queue->entries, queue->entries + queue->head,
                queue->count * sizeof *queue->entries);
        queue->head = 0;
        return true;
    }
    if (queue->room >= SMTP_PENDING_MAX)
        return false;
    bool owned = queue->entries != queue->first;
    size_t old_room = queue->room * sizeof *queue->entries;
    struct pending *grown = grow(queue, queue->entries, queue->count * sizeof *queue->entries,
                                 old_room, old_room * 2, owned);
    if (grown == NULL)
        return false;
    if (owned)
        free(queue->entries);
    queue->entries = grown;
    queue->room *= 2;
    return true;
}

/* Moves the texts that are still needed to the front. */
static void compact_text(struct queue *queue)
{
    uint32_t start = queue_at(queue, 0)->text;
    memmove(queue->text, queue->text + start, queue->text_len - start);
    queue->text_len -= start;
    for (uint32_t i = 0; i < queue->count; i++)
        queue_at(queue, i)->text -= start;
}

/* No text of that length fits behind the others. */
static SMTP_RARE bool room_text(struct queue *queue, size_t len)
{
    if (queue->count > 0 && queue_at(queue, 0)->text > queue->text_len / 2)
        compact_text(queue);
    uint32_t room = queue->text_room;
    while (queue->text_len + len > room)
        room *= 2;
    if (room == queue->text_room)
        return true;
    if (room > QUEUE_TEXT_MAX)
        return false;
    bool owned = queue->text != queue->first_text;
    uint8_t *grown = grow(queue, queue->text, queue->text_len, queue->text_room, room, owned);
    if (grown == NULL)
        return false;
    if (owned)
        free(queue->text);
    queue->text = grown;
    queue->text_room = room;
    return true;
}

/* The entry has no parts yet. */
static void set_part(struct span line, struct span part, uint16_t *ret_at, uint16_t *ret_len)
{
    if (part.len == 0)
        return;
    *ret_at = (uint16_t)(part.at - line.at);
    *ret_len = (uint16_t)part.len;
}

static void set_text(struct queue *queue, struct pending *entry, const struct parsed *parsed)
{
    struct span line = parsed->line;
    if (line.len > 0)
        memcpy(queue->text + queue->text_len, line.at, line.len);
    queue->text_len += (uint32_t)line.len;
    entry->verb = (uint8_t)parsed->verb;
    entry->line = (uint16_t)line.len;
    set_part(line, parsed->argument, &entry->argument_at, &entry->argument);
    set_part(line, parsed->path, &entry->path_at, &entry->path);
    set_part(line, parsed->address, &entry->address_at, &entry->address);
    set_part(line, parsed->params, &entry->params_at, &entry->params);
}

struct pending *queue_push(struct queue *queue, enum pending_kind kind, const struct parsed *parsed,
                           int64_t time)
{
    if (queue->count == 0)
        queue->head = queue->text_len = 0;
    size_t len = parsed == NULL ? 0 : parsed->line.len;
    if (queue->count >= SMTP_PENDING_MAX ||
        (queue->head + queue->count >= queue->room && !room_entry(queue)) ||
        (queue->text_len + len > queue->text_room && !room_text(queue, len)))
        return NULL;
    struct pending *entry = queue_at(queue, queue->count++);
    *entry = (struct pending){.time = time, .text = queue->text_len, .kind = (uint8_t)kind};
    if (parsed != NULL)
        set_text(queue, entry, parsed);
    bool hole = kind >= PENDING_HOLE;
    queue->holes += hole;
    if (queue->doubt) {
        entry->flags = queue->alive_end ? PENDING_ALIVE : 0;
        queue->alive_end = queue->alive_end && hole;
    }
    queue->replies = 0;
    queue->gap = false;
    return entry;
}

static bool is_hole(const struct pending *entry)
{
    return entry->kind >= PENDING_HOLE;
}

void queue_pop(struct queue *queue)
{
    queue->holes -= is_hole(queue_at(queue, 0));
    queue->head++;
    queue->count--;
}

void queue_unpush(struct queue *queue)
{
    struct pending *entry = queue_at(queue, queue->count - 1);
    queue->holes -= is_hole(entry);
    if (queue->doubt)
        queue->alive_end = queue->alive_end || (entry->flags & PENDING_ALIVE) != 0;
    queue->count--;
}

void queue_clear(struct queue *queue)
{
    queue->count = queue->holes = 0;
    queue->doubt = false;
}

void queue_command(const struct queue *queue, const struct pending *entry,
                   struct smtp_command *ret_command)
{
    const uint8_t *line = queue->text + entry->text;
    *ret_command = (struct smtp_command){
        .verb = (enum smtp_verb)entry->verb,
        .line = {line, entry->line},
        .argument = {line + entry->argument_at, entry->argument},
        .path = {line + entry->path_at, entry->path},
        .address = {line + entry->address_at, entry->address},
        .params = {line + entry->params_at, entry->params},
        .ahead = (entry->flags & PENDING_AHEAD) != 0,
        .time = entry->time,
    };
}

struct pending *queue_youngest(struct queue *queue)
{
    for (uint32_t i = queue->count; i > 0; i--)
        if (!is_hole(queue_at(queue, i - 1)))
            return queue_at(queue, i - 1);
    return NULL;
}
