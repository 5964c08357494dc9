/* Until the room is there. */
#include <mxtap/outbox.h>

enum err outbox_open(const struct outbox_options *options, struct outbox **ret_outbox,
                     char *ret_message, size_t size)
{
    (void)options, (void)ret_outbox, (void)ret_message, (void)size;
    return ERR_SUPPORT;
}
enum err outbox_start(struct outbox *outbox, const struct starter *starter)
{
    (void)outbox, (void)starter;
    return ERR_SUPPORT;
}
bool outbox_close(struct outbox *outbox, int64_t patience)
{
    (void)outbox, (void)patience;
    return true;
}
bool outbox_put(struct outbox *outbox, const struct record *record, const char *format)
{
    (void)outbox, (void)record, (void)format;
    return false;
}
void outbox_flush(struct outbox *outbox)
{
    (void)outbox;
}
void outbox_stats(struct outbox *outbox, struct outbox_stats *ret_stats)
{
    (void)outbox;
    *ret_stats = (struct outbox_stats){0};
}
