/* Outputs that send are refused until there is an outbox and a sender. */
#include "sender.h"

enum err sender_new(const struct output_row *row, const struct sink_how *how, struct outbox *outbox,
                    struct sender **ret_sender, char *ret_message, size_t size)
{
    (void)row, (void)how, (void)outbox, (void)ret_sender, (void)ret_message, (void)size;
    return ERR_SUPPORT;
}
enum err sender_start(struct sender *sender, const struct starter *starter, struct sender *other)
{
    (void)sender, (void)starter, (void)other;
    return ERR_SUPPORT;
}
void sender_stop(struct sender *sender)
{
    (void)sender;
}
bool sender_ended(struct sender *sender, int64_t patience)
{
    (void)sender, (void)patience;
    return true;
}
bool sender_idle(struct sender *sender)
{
    (void)sender;
    return true;
}
void sender_stats(struct sender *sender, struct stats_output *ret_stats)
{
    (void)sender, (void)ret_stats;
}
void sender_free(struct sender *sender)
{
    (void)sender;
}
