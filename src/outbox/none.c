/* none: the outbox of a build without SQLite: none can be opened, so the rest is not called. */
#ifndef MXTAP_OUTBOX

#include <mxtap/outbox.h>
#include <stdio.h>

static enum err none(const char *path, char *ret_message, size_t size)
{
    snprintf(ret_message, size, "%s: this build of mxtap has no outbox (no SQLite)", path);
    return ERR_SUPPORT;
}

enum err outbox_open(const struct outbox_options *options, struct outbox **ret_outbox,
                     char *ret_message, size_t size)
{
    (void)ret_outbox;
    return none(options->path, ret_message, size);
}

enum err outbox_start(struct outbox *outbox, const struct starter *starter)
{
    (void)outbox, (void)starter;
    return ERR_SUPPORT;
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

void outbox_release(struct outbox *outbox, const char *name)
{
    (void)outbox, (void)name;
}

bool outbox_close(struct outbox *outbox, int64_t patience)
{
    (void)outbox, (void)patience;
    return true;
}

enum err outbox_reader_new(struct outbox *outbox, const char *name, const char *format,
                           const struct selection *selection, struct outbox_reader **ret_reader)
{
    (void)outbox, (void)name, (void)format, (void)selection, (void)ret_reader;
    return ERR_SUPPORT;
}

void outbox_reader_undo(struct outbox_reader *reader)
{
    (void)reader;
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
    (void)reader;
    *ret_stats = (struct outbox_reader_stats){0};
}

void outbox_reader_trouble(struct outbox_reader *reader, const char *trouble)
{
    (void)reader, (void)trouble;
}

enum err outbox_admin_open(const char *path, struct outbox_admin **ret_admin, char *ret_message,
                           size_t size)
{
    (void)ret_admin;
    return none(path, ret_message, size);
}

void outbox_admin_close(struct outbox_admin *admin)
{
    (void)admin;
}

const char *outbox_admin_reason(const struct outbox_admin *admin)
{
    (void)admin;
    return err_text(ERR_SUPPORT);
}

enum err outbox_admin_list(struct outbox_admin *admin,
                           void (*visit)(void *arg, const struct outbox_place *place), void *arg)
{
    (void)admin, (void)visit, (void)arg;
    return ERR_SUPPORT;
}

enum err outbox_admin_export(struct outbox_admin *admin, const char *name, enum outbox_what what,
                             bool (*visit)(void *arg, const char *name,
                                           const struct parcel *parcel),
                             void *arg)
{
    (void)admin, (void)name, (void)what, (void)visit, (void)arg;
    return ERR_SUPPORT;
}

enum err outbox_admin_retry(struct outbox_admin *admin, const char *name, uint64_t *ret_count)
{
    (void)admin, (void)name, (void)ret_count;
    return ERR_SUPPORT;
}

enum err outbox_admin_purge(struct outbox_admin *admin, const char *name, enum outbox_what what,
                            int64_t before, uint64_t *ret_count)
{
    (void)admin, (void)name, (void)what, (void)before, (void)ret_count;
    return ERR_SUPPORT;
}

#endif
