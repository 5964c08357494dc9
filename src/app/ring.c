/* ring: ck_ring's single producer, single consumer form; the thread sanitizer is told of its order.
 */
#include "ring.h"

#include <ck_ring.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct ring {
    ck_ring_t ring;
    ck_ring_buffer_t *buffer;
    _Atomic bool closed;
    _Atomic uint64_t dropped;
};

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
/* ck orders its accesses with fences of its own, which the sanitizer cannot see: it is told what
 * they order, and does not look at the ring's own words. The events themselves it watches. */
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

static void ring_begin(struct ring *ring)
{
    __tsan_release(ring);
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
}

static void ring_end(struct ring *ring)
{
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    __tsan_acquire(ring);
}
#else
static inline void ring_begin(struct ring *ring)
{
    (void)ring;
}

static inline void ring_end(struct ring *ring)
{
    (void)ring;
}
#endif

enum err ring_new(unsigned places, struct ring **ret_ring)
{
    struct ring *ring = aligned_alloc(64, (sizeof *ring + 63) / 64 * 64);
    ck_ring_buffer_t *buffer = calloc(places, sizeof *buffer);
    if (ring == NULL || buffer == NULL) {
        free(ring);
        free(buffer);
        return ERR_MEMORY;
    }
    memset(ring, 0, sizeof *ring);
    ring->buffer = buffer;
    ck_ring_init(&ring->ring, places);
    *ret_ring = ring;
    return ERR_NONE;
}

static void nap(void)
{
    const struct timespec little = {.tv_nsec = 50000};
    nanosleep(&little, NULL);
}

static bool try_put(struct ring *ring, void *copy)
{
    ring_begin(ring);
    bool put = ck_ring_enqueue_spsc(&ring->ring, ring->buffer, copy);
    ring_end(ring);
    return put;
}

void ring_put(struct ring *ring, const struct event *event)
{
    struct event *copy = malloc(event->size);
    if (copy == NULL) {
        atomic_fetch_add_explicit(&ring->dropped, 1, memory_order_relaxed);
        return;
    }
    memcpy(copy, event, event->size);
    while (!try_put(ring, copy))
        nap();
}

void ring_close(struct ring *ring)
{
    atomic_store_explicit(&ring->closed, true, memory_order_release);
}

static struct event *try_take(struct ring *ring)
{
    void *taken = NULL;
    ring_begin(ring);
    bool took = ck_ring_dequeue_spsc(&ring->ring, ring->buffer, &taken);
    ring_end(ring);
    return took ? taken : NULL;
}

struct event *ring_poll(struct ring *ring, bool *ret_ended)
{
    /* What was put before the closing is seen by the look after it. */
    bool closed = atomic_load_explicit(&ring->closed, memory_order_acquire);
    struct event *event = try_take(ring);
    *ret_ended = event == NULL && closed;
    return event;
}

struct event *ring_take(struct ring *ring)
{
    for (;;) {
        bool ended;
        struct event *event = ring_poll(ring, &ended);
        if (event != NULL || ended)
            return event;
        nap();
    }
}

uint64_t ring_depth(struct ring *ring)
{
    ring_begin(ring);
    uint64_t depth = ck_ring_size(&ring->ring);
    ring_end(ring);
    return depth;
}

uint64_t ring_dropped(const struct ring *ring)
{
    return atomic_load_explicit(&ring->dropped, memory_order_relaxed);
}

void ring_free(struct ring *ring)
{
    if (ring == NULL)
        return;
    for (struct event *event; (event = try_take(ring)) != NULL;)
        free(event);
    free(ring->buffer);
    free(ring);
}
