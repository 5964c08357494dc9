/* What the sink of a scene heard: as text, and against the model. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *scene_reason(enum close_reason reason)
{
    static const char *const names[] = {"fin", "rst", "timeout", "evicted", "reused", "end"};
    return names[reason];
}

static void scene_text_note(struct scene *scene, unsigned flow, size_t index, int *last)
{
    const struct note *note = &scene->notes[index];
    if (note->flow != flow)
        return;
    const char *blank = scene->text.len > 0 ? " " : "";
    char side = note->direction == FROM_CLIENT ? 'C' : 'S';
    if (note->heard == HEARD_OPEN) {
        buf_printf(&scene->text, "%sopen", blank);
    } else if (note->heard == HEARD_DATA) {
        if (*last != (int)note->direction)
            buf_printf(&scene->text, "%s%c:", blank, side);
        buf_add(&scene->text, span_make(note->data, note->len));
    } else if (note->heard == HEARD_GAP) {
        buf_printf(&scene->text, "%s%c-%u", blank, side, (unsigned)note->len);
    } else {
        buf_printf(&scene->text, "%sclose:%s", blank, scene_reason(note->reason));
    }
    *last = note->heard == HEARD_DATA ? (int)note->direction : -1;
}

const char *scene_text(struct scene *scene)
{
    buf_clear(&scene->text);
    for (unsigned flow = 0; flow < scene->flow_count; flow++) {
        int last = -1;
        for (size_t i = 0; i < scene->note_count; i++)
            scene_text_note(scene, flow, i, &last);
    }
    buf_add_octet(&scene->text, 0);
    return (const char *)scene->text.at;
}

uint64_t scene_octets(const struct scene *scene, unsigned flow, enum direction direction)
{
    uint64_t octets = 0;
    for (size_t i = 0; i < scene->note_count; i++)
        if (scene->notes[i].flow == flow && scene->notes[i].heard == HEARD_DATA &&
            scene->notes[i].direction == direction)
            octets += scene->notes[i].len;
    return octets;
}

uint64_t scene_model(struct scene *scene, unsigned flow, const struct talk *talk)
{
    uint64_t at[2] = {0, 0}, gaps = 0;
    for (size_t i = 0; i < scene->note_count; i++) {
        const struct note *note = &scene->notes[i];
        enum direction d = note->direction;
        if (note->flow != flow || (note->heard != HEARD_DATA && note->heard != HEARD_GAP))
            continue;
        assert_true(at[d] + note->len <= talk->len[d]);
        if (note->heard == HEARD_GAP) {
            gaps += note->len;
        } else {
            assert_memory_equal(note->data, talk->said[d] + at[d], note->len);
            assert_true(talk->after[d][at[d] + note->len - 1] <= at[!d]);
        }
        at[d] += note->len;
    }
    return gaps;
}
