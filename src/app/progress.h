/*
 * progress: a bar with rate and remaining time on standard error, where that is a terminal and the
 * work is long. Drawn at most ten times a second, from the second second on. One thread.
 */
#ifndef MXTAP_PROGRESS_H
#define MXTAP_PROGRESS_H

#include <mxtap/capture.h>

struct progress {
    bool on, drawn;
    int64_t started, next; /* nanoseconds of the monotonic clock */
};

void progress_init(struct progress *progress, bool wanted);
/* Called every few thousand packets. */
void progress_step(struct progress *progress, const struct capture *capture);
/* Takes the bar away. */
void progress_done(struct progress *progress);

#endif
