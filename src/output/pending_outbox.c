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
enum err outbox_reader_new(struct outbox *outbox, const char *name, const char *format,
                           const struct selection *selection, struct outbox_reader **ret_reader)
{
    (void)outbox, (void)name, (void)format, (void)selection, (void)ret_reader;
    return ERR_SUPPORT;
}
void outbox_reader_free(struct outbox_reader *reader)
{
    (void)reader;
}
int outbox_reader_fd(const struct outbox_reader *reader)
{
    (void)reader;
    return -1;
}
enum err outbox_read(struct outbox_reader *reader, size_t max, size_t octets,
                     struct parcel **ret_parcels, size_t *ret_count)
{
    (void)reader, (void)max, (void)octets, (void)ret_parcels, (void)ret_count;
    return ERR_SUPPORT;
}
void outbox_settle(struct outbox_reader *reader, uint64_t seq)
{
    (void)reader, (void)seq;
}
void outbox_rewind(struct outbox_reader *reader)
{
    (void)reader;
}
void outbox_reader_stats(struct outbox_reader *reader, struct outbox_reader_stats *ret_stats)
{
    (void)reader, (void)ret_stats;
}
void outbox_reader_trouble(struct outbox_reader *reader, const char *trouble)
{
    (void)reader, (void)trouble;
}
