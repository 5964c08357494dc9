/* starter: pthread_create(3) by whoever asks. */
#include <mxtap/starter.h>

#include <stddef.h>

static enum err start(void *arg, void *(*run)(void *), void *job, pthread_t *ret_thread)
{
    (void)arg;
    return pthread_create(ret_thread, NULL, run, job) == 0 ? ERR_NONE : ERR_SYSTEM;
}

const struct starter starter_plain = {start, NULL};
