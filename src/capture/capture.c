/*
 * Several inputs as one stream in time order: a lazy merge.
 *
 * The parts are sorted by the time of their first packet. Open ones form a binary heap by the time
 * of the packet that waits; one is opened when the stream has reached its first packet. Rotated
 * files thus follow one another, and only files that overlap are open together. Packets that stand
 * out of order inside one file stay in the file's order.
 */
#include <mxtap/capture.h>

#include "listing.h"
#include "part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct capture {
    struct capture_options options;
    struct capture_stats stats;
    struct listing names;
    struct part *parts; /* in the order of their names; they never move */
    size_t part_count;
    struct part **line; /* those with packets, by the time of the first */
    size_t line_count;
    size_t opened;      /* of the line, have been in the heap */
    struct part **heap; /* the earliest waiting packet on top */
    size_t heap_count;
    bool given; /* the top's packet was handed out: advance it first */
    bool alone; /* only the top has packets, now and later: they go straight to the caller */
};

static bool capture_before(const struct part *a, const struct part *b)
{
    if (a->packet.time != b->packet.time)
        return a->packet.time < b->packet.time;
    return a->order < b->order;
}

static void capture_sift_down(struct capture *capture)
{
    struct part **heap = capture->heap;
    struct part *part = heap[0];
    size_t hole = 0;
    for (;;) {
        size_t child = hole * 2 + 1;
        if (child >= capture->heap_count)
            break;
        if (child + 1 < capture->heap_count && capture_before(heap[child + 1], heap[child]))
            child++;
        if (!capture_before(heap[child], part))
            break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = part;
}

static void capture_push(struct capture *capture, struct part *part)
{
    struct part **heap = capture->heap;
    size_t hole = capture->heap_count++;
    while (hole > 0 && capture_before(part, heap[(hole - 1) / 2])) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap[hole] = part;
}

static void capture_damage(struct capture *capture, const struct part *part)
{
    capture->stats.damaged++;
    if (capture->options.on_damage != NULL)
        capture->options.on_damage(capture->options.arg, part->name, part->file.damage_at,
                                   part->file.cause);
}

/* The top has no packet any more. */
static void capture_pop(struct capture *capture)
{
    capture->heap[0] = capture->heap[--capture->heap_count];
    if (capture->heap_count > 0)
        capture_sift_down(capture);
}

/* The top gave no packet. */
static void capture_end(struct capture *capture, enum part_state state)
{
    if (state == PART_DAMAGED)
        capture_damage(capture, capture->heap[0]);
    capture_pop(capture);
}

static void capture_advance(struct capture *capture)
{
    enum part_state state = part_advance(capture->heap[0]);
    if (state != PART_WAITING)
        capture_end(capture, state);
    else if (capture->heap_count > 1)
        capture_sift_down(capture);
}

/* Opens what the stream has reached. */
static void capture_open_due(struct capture *capture)
{
    while (capture->opened < capture->line_count) {
        struct part *part = capture->line[capture->opened];
        if (capture->heap_count > 0 && capture->heap[0]->packet.time < part->first)
            return;
        capture->opened++;
        enum part_state state = part_start(part);
        if (state == PART_WAITING)
            capture_push(capture, part);
        else if (state == PART_DAMAGED)
            capture_damage(capture, part);
    }
}

static int capture_count(struct capture *capture, struct packet *packet)
{
    capture->stats.octets += packet->data.len;
    packet->number = ++capture->stats.packets;
    return 1;
}

static int capture_next_of_all(struct capture *capture, struct packet *ret_packet)
{
    if (capture->given)
        capture_advance(capture);
    if (capture->opened < capture->line_count)
        capture_open_due(capture);
    capture->given = capture->heap_count > 0;
    capture->alone = capture->heap_count == 1 && capture->opened == capture->line_count;
    if (!capture->given)
        return 0;
    *ret_packet = capture->heap[0]->packet;
    return capture_count(capture, ret_packet);
}

int capture_next(struct capture *capture, struct packet *ret_packet)
{
    if (__builtin_expect(!capture->alone, 0))
        return capture_next_of_all(capture, ret_packet);
    enum part_state state = part_read(capture->heap[0], ret_packet);
    if (__builtin_expect(state == PART_WAITING, 1))
        return capture_count(capture, ret_packet);
    capture_end(capture, state);
    capture->given = capture->alone = false;
    return 0;
}

static int capture_order(const void *left, const void *right)
{
    const struct part *a = *(struct part *const *)left;
    const struct part *b = *(struct part *const *)right;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* Looks at one part; what ends the start-up is returned, anything else is told as damage. */
static enum err capture_probe(struct capture *capture, struct part *part)
{
    enum part_state state = PART_ENDED;
    enum err err = part_probe(part, capture->names.count == 1, &state);
    part->skipped = err == ERR_SUPPORT && part->folder != 0;
    if (part->skipped)
        return ERR_NONE; /* a directory may hold other things */
    if (err == ERR_MEMORY || (err == ERR_SYSTEM && part->folder == 0))
        return err;
    capture->stats.files++;
    if (err != ERR_NONE || state == PART_DAMAGED)
        capture_damage(capture, part);
    else if (state == PART_WAITING)
        capture->line[capture->line_count++] = part;
    return ERR_NONE;
}

static enum err capture_probe_all(struct capture *capture, char *ret_message, size_t message_size)
{
    for (size_t i = 0; i < capture->names.count; i++) {
        struct part *part = &capture->parts[capture->part_count++];
        part->name = capture->names.list[i].path;
        part->folder = capture->names.list[i].folder;
        part->order = i;
        enum err err = capture_probe(capture, part);
        if (err != ERR_NONE) {
            snprintf(ret_message, message_size, "%s: %s", part->name, part->file.cause);
            return err;
        }
    }
    if (capture->line_count > 0)
        qsort(capture->line, capture->line_count, sizeof(struct part *), capture_order);
    return ERR_NONE;
}

/* A directory without any capture is told, for it is most likely a mistake. */
static void capture_check_folders(struct capture *capture)
{
    const struct capture_options *options = &capture->options;
    for (size_t i = 0; i < options->input_count; i++) {
        bool found = !listing_is_folder(options->inputs[i]);
        for (size_t j = 0; j < capture->part_count && !found; j++)
            found = capture->parts[j].folder == i + 1 && !capture->parts[j].skipped;
        if (found)
            continue;
        capture->stats.damaged++;
        if (options->on_damage != NULL)
            options->on_damage(options->arg, options->inputs[i], 0, "no capture in this directory");
    }
}

static enum err capture_start(struct capture *capture, char *ret_message, size_t message_size)
{
    const struct capture_options *options = &capture->options;
    size_t failed = 0;
    enum err err = listing_expand(&capture->names, options->inputs, options->input_count, &failed);
    if (err != ERR_NONE) {
        snprintf(ret_message, message_size, "%s: %s", options->inputs[failed], strerror(errno));
        return err;
    }
    size_t count = capture->names.count > 0 ? capture->names.count : 1;
    capture->parts = calloc(count, sizeof *capture->parts);
    capture->line = calloc(count, sizeof(struct part *));
    capture->heap = calloc(count, sizeof(struct part *));
    if (capture->parts == NULL || capture->line == NULL || capture->heap == NULL)
        return ERR_MEMORY;
    err = capture_probe_all(capture, ret_message, message_size);
    if (err == ERR_NONE)
        capture_check_folders(capture);
    return err;
}

enum err capture_open(const struct capture_options *options, struct capture **ret_capture,
                      char *ret_message, size_t message_size)
{
    char message[1] = "";
    struct capture *capture = calloc(1, sizeof *capture);
    if (capture == NULL)
        return ERR_MEMORY;
    capture->options = *options;
    enum err err = ret_message == NULL ? capture_start(capture, message, sizeof message)
                                       : capture_start(capture, ret_message, message_size);
    if (err != ERR_NONE) {
        capture_close(capture);
        return err;
    }
    *ret_capture = capture;
    return ERR_NONE;
}

void capture_close(struct capture *capture)
{
    if (capture == NULL)
        return;
    for (size_t i = 0; i < capture->part_count; i++)
        part_close(&capture->parts[i]);
    free(capture->parts);
    free(capture->line);
    free(capture->heap);
    listing_done(&capture->names);
    free(capture);
}

void capture_stats(const struct capture *capture, struct capture_stats *ret_stats)
{
    *ret_stats = capture->stats;
}

void capture_progress(const struct capture *capture, uint64_t *ret_done, uint64_t *ret_all)
{
    *ret_done = 0;
    *ret_all = 0;
    for (size_t i = 0; i < capture->part_count; i++) {
        *ret_done += part_consumed(&capture->parts[i]);
        *ret_all += capture->parts[i].size;
    }
}
