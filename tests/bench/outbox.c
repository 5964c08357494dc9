/* What the outbox takes: records of 1.5 kB put by one thread, with so many readers that read and
 * settle at the same time; then a backlog that nobody has read: how long opening it takes, reading
 * it, and until the file is empty again. Processor time is that of the whole program.
 * usage: outbox FOLDER [RECORDS [BACKLOG]] */
#include <mxtap/clock.h>
#include <mxtap/outbox.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RECORD_SIZE 1500
#define READERS     3

static char path[4096];

struct job {
    struct outbox_reader *reader;
    unsigned wanted;
    pthread_t thread;
};

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(enum err err, const char *what)
{
    if (err == ERR_NONE)
        return;
    fprintf(stderr, "outbox: %s: %s\n", what, err_text(err));
    exit(1);
}

static void remove_file(void)
{
    static const char *const behind[] = {"", "-wal", "-shm"};
    char name[sizeof path + 8];
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, behind[i]);
        unlink(name);
    }
}

static struct outbox *open_outbox(void)
{
    char message[600];
    struct outbox *outbox = NULL;
    const struct outbox_options options = {
        .path = path, .memory = (uint64_t)64 << 20, .wait = true};
    must(outbox_open(&options, &outbox, message, sizeof message), message);
    return outbox;
}

static struct outbox_reader *open_reader(struct outbox *outbox, unsigned number)
{
    char name[20];
    struct outbox_reader *reader = NULL;
    const struct selection alerts = {.kinds = RECORD_ALERT};
    snprintf(name, sizeof name, "reader-%u", number);
    must(outbox_reader_new(outbox, name, "eve", &alerts, &reader), name);
    return reader;
}

static void *read_all(void *arg)
{
    struct job *job = arg;
    for (unsigned had = 0; had < job->wanted;) {
        struct parcel *parcels;
        size_t count;
        must(outbox_read(job->reader, 500, (size_t)4 << 20, &parcels, &count), "read");
        had += (unsigned)count;
        if (count > 0) {
            outbox_settle(job->reader, parcels[count - 1].seq);
            continue;
        }
        struct pollfd wanted = {.fd = outbox_reader_fd(job->reader), .events = POLLIN};
        poll(&wanted, 1, 1000);
    }
    return NULL;
}

static void put_all(struct outbox *outbox, unsigned count)
{
    static uint8_t octets[RECORD_SIZE];
    memset(octets, 'a', sizeof octets);
    struct record record = {.kind = RECORD_ALERT,
                            .severity = 2,
                            .detector = 1001,
                            .octets = span_make(octets, sizeof octets)};
    for (unsigned i = 0; i < count; i++) {
        record.time = i;
        record.key = i;
        snprintf(record.id, sizeof record.id, "%032x", i);
        if (!outbox_put(outbox, &record, "eve"))
            must(ERR_LIMIT, "put");
    }
}

static struct outbox_stats stats_of(struct outbox *outbox)
{
    struct outbox_stats stats;
    outbox_stats(outbox, &stats);
    return stats;
}

static void wait_written(struct outbox *outbox)
{
    outbox_flush(outbox);
    while (stats_of(outbox).pending > 0)
        usleep(1000);
}

static void tell(const char *what, unsigned records, double took, double cpu)
{
    printf("%-38s %9u records  %7.2f s  %8.0f/s  %6.1f us of processor each\n", what, records, took,
           records / took, cpu / records * 1e6);
    fflush(stdout);
}

static void with_readers(unsigned readers, unsigned count)
{
    char what[60];
    struct job jobs[READERS];
    remove_file();
    struct outbox *outbox = open_outbox();
    for (unsigned i = 0; i < readers; i++)
        jobs[i] = (struct job){.reader = open_reader(outbox, i), .wanted = count};
    must(outbox_start(outbox, &starter_plain), "start");
    for (unsigned i = 0; i < readers; i++)
        must(starter_plain.start(NULL, read_all, &jobs[i], &jobs[i].thread), "start");
    double began = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    put_all(outbox, count);
    wait_written(outbox);
    snprintf(what, sizeof what, "put and written, %u readers", readers);
    tell(what, count, seconds(CLOCK_MONOTONIC) - began, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    for (unsigned i = 0; i < readers; i++) {
        pthread_join(jobs[i].thread, NULL);
        outbox_reader_free(jobs[i].reader);
    }
    if (readers > 0)
        tell("  and everything read", count, seconds(CLOCK_MONOTONIC) - began,
             seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    if (!outbox_close(outbox, CLOCK_SECOND))
        must(ERR_SYSTEM, "close");
}

static void backlog(unsigned count)
{
    remove_file();
    struct outbox *outbox = open_outbox();
    struct outbox_reader *reader = open_reader(outbox, 0);
    must(outbox_start(outbox, &starter_plain), "start");
    put_all(outbox, count);
    outbox_reader_free(reader);
    if (!outbox_close(outbox, 60 * CLOCK_SECOND))
        must(ERR_SYSTEM, "close");
    double began = seconds(CLOCK_MONOTONIC);
    outbox = open_outbox();
    struct job job = {.reader = open_reader(outbox, 0), .wanted = count};
    must(outbox_start(outbox, &starter_plain), "start");
    printf("%-38s %9u records  %7.3f s\n", "a backlog is opened", count,
           seconds(CLOCK_MONOTONIC) - began);
    began = seconds(CLOCK_MONOTONIC);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    read_all(&job);
    tell("a backlog is read and settled", count, seconds(CLOCK_MONOTONIC) - began,
         seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    while (stats_of(outbox).waiting > 0)
        usleep(1000);
    tell("  and removed", count, seconds(CLOCK_MONOTONIC) - began,
         seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    outbox_reader_free(job.reader);
    if (!outbox_close(outbox, CLOCK_SECOND))
        must(ERR_SYSTEM, "close");
}

int main(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 300000;
    unsigned waiting = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1000000;
    if (argc < 2 || count == 0 || waiting == 0) {
        fprintf(stderr, "usage: outbox FOLDER [RECORDS [BACKLOG]]\n");
        return 1;
    }
    snprintf(path, sizeof path, "%s/bench-outbox.db", argv[1]);
    for (unsigned readers = 0; readers <= READERS; readers += readers == 1 ? 2 : 1)
        with_readers(readers, count);
    backlog(waiting);
    remove_file();
    return 0;
}
