/* stats: the sums over workers. */
#include <mxtap/stats.h>

void stats_add_sessions(struct stats *stats, const struct stats *part)
{
    stats->sessions += part->sessions;
    stats->sessions_now += part->sessions_now;
    stats->messages += part->messages;
    stats->not_smtp += part->not_smtp;
    stats->tls += part->tls;
    stats->midstream += part->midstream;
    stats->one_sided += part->one_sided;
    stats->events += part->events;
    stats->events_cut += part->events_cut;
    stats->smtp_memory += part->smtp_memory;
}
