/* backlog: a list of records that lie one behind the other in blocks; a block counts those that are
 * left in it. */
#ifdef MXTAP_OUTBOX

#include "backlog.h"

#include <stdalign.h>
#include <stdlib.h>

#define BLOCK_SIZE ((size_t)256 << 10)

struct backlog_block {
    size_t used, room, records;
    alignas(max_align_t) uint8_t octets[];
};

size_t backlog_size(const struct record *record, const char *format)
{
    size_t size = sizeof(struct queued) + record->octets.len + strlen(format) + 1;
    size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

static struct backlog_block *block_for(struct backlog *backlog, size_t size)
{
    struct backlog_block *last = backlog->last;
    if (last != NULL && last->room - last->used >= size)
        return last;
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct backlog_block *block = malloc(sizeof *block + room);
    if (block == NULL)
        return NULL;
    block->used = block->records = 0;
    block->room = room;
    backlog->last = block; /* the one before goes with its last record */
    return block;
}

bool backlog_put(struct backlog *backlog, const struct record *record, const char *format,
                 uint64_t seq, int64_t put)
{
    size_t size = backlog_size(record, format), format_size = strlen(format) + 1;
    struct backlog_block *block = block_for(backlog, size);
    if (block == NULL)
        return false;
    struct queued *queued = (struct queued *)(void *)(block->octets + block->used);
    uint8_t *octets = (uint8_t *)(queued + 1);
    *queued = (struct queued){.block = block, .seq = seq, .put = put, .record = *record};
    queued->size = size;
    if (record->octets.len > 0)
        memcpy(octets, record->octets.at, record->octets.len);
    memcpy(octets + record->octets.len, format, format_size);
    queued->record.octets.at = octets;
    queued->format = (const char *)octets + record->octets.len;
    block->used += size;
    block->records++;
    if (backlog->tail == NULL)
        backlog->head = queued;
    else
        backlog->tail->next = queued;
    backlog->tail = queued;
    backlog->count++;
    backlog->octets += size;
    return true;
}

void backlog_drop(struct backlog *backlog)
{
    struct queued *queued = backlog->head;
    struct backlog_block *block = queued->block;
    backlog->head = queued->next;
    if (backlog->head == NULL)
        backlog->tail = NULL;
    backlog->count--;
    backlog->octets -= queued->size;
    if (--block->records > 0)
        return;
    if (block == backlog->last)
        backlog->last = NULL;
    free(block);
}

void backlog_done(struct backlog *backlog)
{
    while (backlog->head != NULL)
        backlog_drop(backlog);
}

#endif
