/*
 * One input: probe, start, advance.
 */
#include "part.h"

void part_close(struct part *part)
{
    if (part->file.ops == NULL)
        return;
    part->done = part_consumed(part);
    file_close(&part->file);
}

uint64_t part_consumed(const struct part *part)
{
    return part->file.ops == NULL ? part->done : input_consumed(part->file.input);
}

enum part_state part_end(struct part *part, int got)
{
    if (got == ERR_MEMORY)
        file_damage(&part->file, 0, "%s", err_text(ERR_MEMORY));
    part_close(part);
    part->done = part->size;
    return got == 0 ? PART_ENDED : PART_DAMAGED;
}

enum part_state part_advance(struct part *part)
{
    return part_read(part, &part->packet);
}

enum err part_probe(struct part *part, bool keep, enum part_state *ret_state)
{
    enum err err = file_open(&part->file, part->name, keep ? FILE_BUFFER : FILE_BUFFER_PROBE);
    if (err != ERR_NONE)
        return err;
    bool regular = input_regular(part->file.input);
    part->size = input_size(part->file.input);
    *ret_state = part_advance(part);
    part->first = part->packet.time;
    if (*ret_state == PART_WAITING && regular && !keep) {
        part_close(part);
        part->done = 0;
    }
    return ERR_NONE;
}

enum part_state part_start(struct part *part)
{
    if (part->file.ops != NULL)
        return PART_WAITING;
    if (file_open(&part->file, part->name, FILE_BUFFER) != ERR_NONE)
        return PART_DAMAGED;
    return part_advance(part);
}
