/*
 * helper_outbox: an outbox in a folder of its own, records whose octets tell which they are, and
 * readers that check that they come in order.
 */
#ifndef MXTAP_HELPER_OUTBOX_H
#define MXTAP_HELPER_OUTBOX_H

#include "test.h"

#include <mxtap/clock.h>
#include <mxtap/outbox.h>

struct den {
    char folder[300], path[350];
    struct outbox *outbox;
    struct outbox_options options;
    char message[600];
};

/* In memory where that can be; no ceilings, 64 MiB of memory. */
void den_make(struct den *den);
void den_remove(struct den *den);

enum err den_open(struct den *den); /* does not start */
/* Opened, but not started: readers of what is there already are to be made now. */
void den_ready(struct den *den);
void den_start(struct den *den); /* opens and starts, and both must work */
bool den_close(struct den *den); /* with a patience of ten seconds */
bool den_close_soon(struct den *den, int64_t patience);
struct outbox_reader *den_reader(struct den *den, const char *name); /* of alerts in "eve" */
/* How many files there are whose names have part in them. */
unsigned den_files(const struct den *den, const char *part);

struct outbox_stats den_stats(struct den *den);
/* Waits until nothing is in memory only. */
void den_settle_down(struct den *den);
/* Waits until this holds, ten seconds at most. */
#define DEN_WAIT(condition)                                                                        \
    do {                                                                                           \
        for (unsigned den_try = 0; !(condition); den_try++) {                                      \
            assert_true(den_try < 2000);                                                           \
            den_pause(5);                                                                          \
        }                                                                                          \
    } while (0)
void den_pause(unsigned milliseconds);

/* The record of this number: alerts of detector 1001 with severity 2, some 200 octets. */
struct record den_record(unsigned number);
bool den_put(struct den *den, unsigned number);
void den_put_some(struct den *den, unsigned first, unsigned count);
/* Which number is it? The record must be whole. */
unsigned den_number(const struct parcel *parcel);
struct outbox_reader_stats den_reader_stats(struct outbox_reader *reader);

/* Reads, waits while there is nothing, and checks that these come, and no others. */
void den_read(struct outbox_reader *reader, unsigned first, unsigned count);
/* The same; then they count as delivered. */
void den_take(struct outbox_reader *reader, unsigned first, unsigned count);
/* Nothing comes. */
void den_none(struct outbox_reader *reader);

#endif
