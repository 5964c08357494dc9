/* progress: the only place that looks at the wall clock in a replay. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH   30
#define FIRST_AFTER CLOCK_SECOND
#define STEP        (CLOCK_SECOND / 10)

void progress_init(struct progress *progress, bool wanted)
{
    *progress = (struct progress){.on = wanted && isatty(STDERR_FILENO) == 1};
    if (progress->on) {
        progress->started = clock_steady();
        progress->next = progress->started + FIRST_AFTER;
    }
}

static void draw(const struct capture *capture, double seconds)
{
    uint64_t done;
    uint64_t all;
    capture_progress(capture, &done, &all);
    struct capture_stats stats;
    capture_stats(capture, &stats);
    double rate = (double)stats.octets / 1e6 / seconds;
    if (all == 0 || done > all) {
        fprintf(stderr, "\r%12ju packets  %8.1f MB/s  %5.0f s\033[K", (uintmax_t)stats.packets,
                rate, seconds);
        return;
    }
    double share = (double)done / (double)all;
    char bar[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < (int)(share * BAR_WIDTH) ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    double left = share > 0 ? seconds * (1 - share) / share : 0;
    fprintf(stderr, "\r[%s] %3.0f %%  %ju packets  %.1f MB/s  %.0f s left\033[K", bar, share * 100,
            (uintmax_t)stats.packets, rate, left);
}

void progress_step(struct progress *progress, const struct capture *capture)
{
    if (!progress->on)
        return;
    int64_t now = clock_steady();
    if (now < progress->next)
        return;
    progress->next = now + STEP;
    progress->drawn = true;
    draw(capture, (double)(now - progress->started) / (double)CLOCK_SECOND);
}

void progress_done(struct progress *progress)
{
    if (progress->drawn)
        fprintf(stderr, "\r\033[K");
    progress->drawn = false;
}
