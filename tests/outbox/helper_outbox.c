/* helper_outbox: see helper_outbox.h. */
#include "helper_outbox.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void den_make(struct den *den)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL)
        base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    *den = (struct den){.options = {.memory = (uint64_t)64 << 20}};
    snprintf(den->folder, sizeof den->folder, "%s/mxtap-outbox-XXXXXX", base);
    assert_non_null(mkdtemp(den->folder));
    snprintf(den->path, sizeof den->path, "%s/outbox.db", den->folder);
    den->options.path = den->path;
}

/* The next name in the folder, or NULL. */
static const char *next_name(DIR *folder)
{
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            return entry->d_name;
    return NULL;
}

void den_remove(struct den *den)
{
    char path[700];
    if (den->outbox != NULL)
        den_close(den);
    DIR *folder = opendir(den->folder);
    assert_non_null(folder);
    for (const char *name; (name = next_name(folder)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", den->folder, name);
        remove(path);
    }
    closedir(folder);
    assert_int_equal(rmdir(den->folder), 0);
}

unsigned den_files(const struct den *den, const char *part)
{
    unsigned count = 0;
    DIR *folder = opendir(den->folder);
    assert_non_null(folder);
    for (const char *name; (name = next_name(folder)) != NULL;)
        count += strstr(name, part) != NULL;
    closedir(folder);
    return count;
}

enum err den_open(struct den *den)
{
    return outbox_open(&den->options, &den->outbox, den->message, sizeof den->message);
}

void den_ready(struct den *den)
{
    if (den->outbox == NULL)
        assert_int_equal(den_open(den), ERR_NONE);
}

void den_start(struct den *den)
{
    den_ready(den);
    assert_int_equal(outbox_start(den->outbox, &starter_plain), ERR_NONE);
}

bool den_close_soon(struct den *den, int64_t patience)
{
    bool whole = outbox_close(den->outbox, patience);
    den->outbox = NULL;
    return whole;
}

bool den_close(struct den *den)
{
    return den_close_soon(den, 10 * CLOCK_SECOND);
}

struct outbox_reader *den_reader(struct den *den, const char *name)
{
    struct outbox_reader *reader = NULL;
    const struct selection alerts = {.kinds = RECORD_ALERT};
    assert_int_equal(outbox_reader_new(den->outbox, name, "eve", &alerts, &reader), ERR_NONE);
    return reader;
}

void den_pause(unsigned milliseconds)
{
    usleep(milliseconds * 1000);
}

struct outbox_stats den_stats(struct den *den)
{
    struct outbox_stats stats;
    outbox_stats(den->outbox, &stats);
    return stats;
}

void den_settle_down(struct den *den)
{
    outbox_flush(den->outbox);
    DEN_WAIT(den_stats(den).pending == 0);
}

/* ---- records ---- */

struct record den_record(unsigned number)
{
    static char text[300];
    struct record record = {
        .kind = RECORD_ALERT,
        .severity = 2,
        .detector = 1001,
        .time = (int64_t)number * CLOCK_SECOND,
        .key = UINT64_C(0xf000000000000000) + number,
    };
    snprintf(record.id, sizeof record.id, "%032x", number);
    int len = snprintf(text, sizeof text, "{\"number\":%u,\"more\":\"%0200u\"}", number, number);
    record.octets = span_make(text, (size_t)len);
    return record;
}

bool den_put(struct den *den, unsigned number)
{
    const struct record record = den_record(number);
    return outbox_put(den->outbox, &record, "eve");
}

void den_put_some(struct den *den, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_true(den_put(den, first + i));
}

unsigned den_number(const struct parcel *parcel)
{
    unsigned number = (unsigned)strtoul(parcel->record.id, NULL, 16);
    const struct record wanted = den_record(number);
    assert_string_equal(parcel->record.id, wanted.id);
    assert_int_equal(parcel->record.octets.len, wanted.octets.len);
    assert_memory_equal(parcel->record.octets.at, wanted.octets.at, wanted.octets.len);
    assert_int_equal(parcel->record.kind, wanted.kind);
    assert_int_equal(parcel->record.severity, wanted.severity);
    assert_int_equal(parcel->record.detector, wanted.detector);
    assert_true(parcel->record.time == wanted.time);
    assert_true(parcel->record.key == wanted.key);
    assert_int_equal(parcel->state, PARCEL_WAITING);
    return number;
}

struct outbox_reader_stats den_reader_stats(struct outbox_reader *reader)
{
    struct outbox_reader_stats stats;
    outbox_reader_stats(reader, &stats);
    return stats;
}

/* ---- reading ---- */

static void read_numbers(struct outbox_reader *reader, unsigned first, unsigned count, bool settle)
{
    unsigned next = first, patience = 0;
    uint64_t last = 0;
    while (next < first + count) {
        struct parcel *parcels;
        size_t found;
        unsigned left = first + count - next;
        assert_int_equal(
            outbox_read(reader, left < 100 ? left : 100, (size_t)1 << 20, &parcels, &found),
            ERR_NONE);
        for (size_t i = 0; i < found; i++) {
            assert_int_equal(den_number(&parcels[i]), next);
            assert_true(parcels[i].seq > last);
            last = parcels[i].seq;
            parcels[i].state = PARCEL_DELIVERED;
            next++;
        }
        if (settle && found > 0)
            outbox_settle(reader, last);
        assert_true(found > 0 || patience++ < 2000);
        if (found == 0)
            den_pause(5);
    }
}

void den_read(struct outbox_reader *reader, unsigned first, unsigned count)
{
    read_numbers(reader, first, count, false);
}

void den_take(struct outbox_reader *reader, unsigned first, unsigned count)
{
    read_numbers(reader, first, count, true);
}

void den_none(struct outbox_reader *reader)
{
    struct parcel *parcels;
    size_t found = 1;
    assert_int_equal(outbox_read(reader, 100, (size_t)1 << 20, &parcels, &found), ERR_NONE);
    assert_int_equal(found, 0);
}
