/*
 * sender: the loop between the outbox and a receiver, once for all sinks that send.
 *
 * A thread for each output: reads a batch, hands it to the sink until every parcel of it is dealt
 * with (only those that wait are tried again), moves the cursor, reads the next. Backoff doubles
 * from retry_min to retry_max, with jitter of half its length, and starts anew after success; a
 * receiver that asks for patience gets it. Where nobody acknowledges, a delivery counts as under
 * way for settle after it was sent, while others follow it; when the connection is lost meanwhile,
 * the sender goes back to the cursor. So each record arrives at least once, in order but for those
 * that are sent again.
 *
 * new and free: the main thread. stats: any thread.
 */
#ifndef MXTAP_SENDER_H
#define MXTAP_SENDER_H

#include <mxtap/output.h>

struct sender;

/* Opens the sink and the reader of its outbox; copies what row and how lend. ret_message as
 * sink.open. */
enum err sender_new(const struct output_row *row, const struct sink_how *how, struct outbox *outbox,
                    struct sender **ret_sender, char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Its thread first waits for the end of other (may be NULL), which was stopped. other must not be
 * freed before sender_ended(other). */
enum err sender_start(struct sender *sender, const struct starter *starter,
                      struct sender *other) MXTAP_MUST_CHECK;
void sender_stop(struct sender *sender); /* does not wait */
/* Waits for the end of its thread, for so long at most (nanoseconds); 0: asks. */
bool sender_ended(struct sender *sender, int64_t patience);
/* Nothing waits for it, nothing is under way. */
bool sender_idle(struct sender *sender);
/* Fills what stats.h says of an output that sends, and records, octets, dropped, depth, failing. */
void sender_stats(struct sender *sender, struct stats_output *ret_stats);
/* Of one that has ended, or was never started: a thread that hangs in a library is left alone, and
 * its sender with it. */
void sender_free(struct sender *sender);

#endif
