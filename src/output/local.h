/*
 * local: an output whose sink takes records on this machine (a file, standard output).
 *
 * With a starter it has a thread behind a bounded queue: putting never waits, what does not fit is
 * counted, and a sink that is stuck (full disk) is tried again about twice a second while records
 * wait. Without one the caller writes. put, flush and free are the main thread's, stats too.
 */
#ifndef MXTAP_LOCAL_H
#define MXTAP_LOCAL_H

#include <mxtap/output.h>

struct local;

/* Opens the sink. ret_message as sink.open. */
enum err local_new(const struct output_row *row, const struct sink_how *how,
                   struct local **ret_local, char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Takes other over and frees it, once its thread has ended (may be NULL): what waits there is
 * written here. starter NULL: no thread. */
enum err local_start(struct local *local, const struct starter *starter,
                     struct local *other) MXTAP_MUST_CHECK;
void local_put(struct local *local, struct span record);
/* False, with errno, where the sink that the caller writes could not take what waits. */
bool local_flush(struct local *local);
void local_stats(struct local *local, struct stats_output *ret_stats);
/* Nothing waits in the queue. */
bool local_idle(struct local *local);
/* Its thread is to end once it has written what waits; does not wait for it. */
void local_stop(struct local *local);
/* Writes what waits, for so long at most, and frees it; records that were never written, with the
 * first cause in errno. A thread that hangs in a write is left alone. */
uint64_t local_close(struct local *local, int64_t patience);

#endif
