/* past: images saved, loaded and replaced; the file's mode and what is left beside it; disk full,
 * files that go while it runs, others who have the file; and a process that is killed. */
#include "helper_past.h"

#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static struct place place;

static int set_up(void **state)
{
    (void)state;
    place_make(&place);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    place_remove(&place);
    return 0;
}

static void open_well(void)
{
    assert_int_equal(place_open(&place), ERR_NONE);
    assert_string_equal(place.message, "");
}

static struct past_stats stats_of(void)
{
    struct past_stats stats;
    past_stats(place.past, &stats);
    return stats;
}

static void test_new(void **state)
{
    (void)state;
    struct stat status;
    open_well();
    assert_int_equal(stat(place.path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    place_has_none(&place);
    assert_int_equal(stats_of().saved_at, 0);
    place_close(&place);
    assert_int_equal(place_others(&place, ""), 0);
}

static void test_saved(void **state)
{
    (void)state;
    open_well();
    place_save(&place, 1, 1000);
    place_has(&place, 1, 1000);
    struct past_stats stats = stats_of();
    assert_int_equal(stats.saved, 1);
    assert_int_equal(stats.failed, 0);
    assert_int_equal(stats.saved_at, 1);
    assert_int_equal(stats.octets, 1000 + strlen("seed 1"));
    assert_true(stats.took > 0);
    assert_string_equal(stats.trouble, "");
    place_close(&place);
    assert_int_equal(place_others(&place, ""), 0);
    open_well();
    assert_int_equal(stats_of().saved_at, 1);
    place_has(&place, 1, 1000);
}

/* Pieces: none, less than one, one, one and a bit, several. */
static void test_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 17, 2 * MIB, 3};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        open_well();
        place_save(&place, i + 1, sizes[i]);
        place_close(&place);
        open_well();
        place_has(&place, i + 1, sizes[i]);
        place_close(&place);
    }
}

/* The image before leaves nothing behind, and the file does not grow from save to save. */
static void test_replaced(void **state)
{
    (void)state;
    struct image *image = NULL;
    struct stat status;
    off_t most = 0;
    open_well();
    for (unsigned i = 1; i <= 10; i++) {
        place_save(&place, i, 2 * MIB);
        assert_int_equal(stat(place.path, &status), 0);
        if (i == 2)
            most = status.st_size;
    }
    assert_true(status.st_size <= most && most < (off_t)(5 * MIB));
    assert_int_equal(image_new(&image), ERR_NONE);
    buf_add_text(image_add(image, "other"), "alone");
    assert_true(past_save(place.past, image, 77));
    place_close(&place);
    open_well();
    int64_t time;
    assert_int_equal(past_load(place.past, &image, &time, place.message, PLACE_MESSAGE), ERR_NONE);
    assert_int_equal(time, 77);
    assert_int_equal(image_count(image), 1);
    assert_true(span_equal(image_find(image, "other"), SPAN_LITERAL("alone")));
    image_free(image);
}

static void test_empty(void **state)
{
    (void)state;
    struct image *image = NULL;
    open_well();
    place_save(&place, 1, 100);
    assert_int_equal(image_new(&image), ERR_NONE);
    assert_true(past_save(place.past, image, 5));
    place_close(&place);
    open_well();
    int64_t time;
    assert_int_equal(past_load(place.past, &image, &time, place.message, PLACE_MESSAGE), ERR_NONE);
    assert_null(image);
}

/* ---- the thread ---- */

static sem_t gate;

static void wait_at_gate(void *arg)
{
    assert_ptr_equal(arg, &place);
    while (sem_wait(&gate) != 0)
        continue;
}

static void test_one_at_a_time(void **state)
{
    (void)state;
    const struct past_options options = {place.path, wait_at_gate, &place};
    sem_init(&gate, 0, 0);
    assert_int_equal(past_open(&options, &place.past, place.message, PLACE_MESSAGE), ERR_NONE);
    assert_true(past_save(place.past, image_of(1, 100), 1));
    assert_false(past_save(place.past, image_of(2, 100), 2));
    sem_post(&gate);
    past_wait(place.past);
    assert_true(past_save(place.past, image_of(3, 100), 3));
    place_has(&place, 3, 100);
    assert_int_equal(stats_of().saved, 2);
    sem_destroy(&gate);
}

static void test_no_past(void **state)
{
    (void)state;
    assert_false(past_save(NULL, image_of(1, 100), 1));
    past_wait(NULL);
    assert_int_equal(stats_of().saved, 0);
    place_has_none(&place);
    past_close(NULL);
}

/* ---- trouble ---- */

static void is_trouble(unsigned failed, const char *part)
{
    struct past_stats stats = stats_of();
    assert_int_equal(stats.failed, failed);
    if (strstr(stats.trouble, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, stats.trouble);
}

/* As on a full disk: writing fails somewhere in the middle. */
static void test_no_room(void **state)
{
    (void)state;
    struct rlimit limit, before;
    open_well();
    place_save(&place, 1, 100000);
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    for (unsigned i = 1; i <= 5; i++) {
        limit = before;
        limit.rlim_cur = 150000 * i;
        setrlimit(RLIMIT_FSIZE, &limit);
        place_save(&place, 2, 3 * MIB);
        setrlimit(RLIMIT_FSIZE, &before);
        is_trouble(i, place.path);
    }
    place_close(&place);
    open_well();
    place_has(&place, 1, 100000);
    place_save(&place, 3, 3 * MIB);
    place_has(&place, 3, 3 * MIB);
    assert_string_equal(stats_of().trouble, "");
    place_close(&place);
    assert_int_equal(place_others(&place, ""), 0);
}

/* Half an image does not take the place of a whole one. */
static void test_not_whole(void **state)
{
    (void)state;
    open_well();
    place_save(&place, 1, 1000);
    struct image *image = image_of(2, 1000);
    assert_null(image_add(image, ""));
    assert_true(past_save(place.past, image, 2));
    past_wait(place.past);
    is_trouble(1, "did not fit");
    place_has(&place, 1, 1000);
}

static void test_gone(void **state)
{
    (void)state;
    open_well();
    place_save(&place, 1, 1000);
    assert_int_equal(unlink(place.path), 0);
    place_save(&place, 2, 1000);
    is_trouble(0, "was gone");
    place_save(&place, 3, 1000);
    is_trouble(0, "");
    assert_string_equal(stats_of().trouble, "");
    place_close(&place);
    open_well();
    place_has(&place, 3, 1000);
}

static void test_damaged_meanwhile(void **state)
{
    (void)state;
    char garbage[40000];
    memset(garbage, 'g', sizeof garbage);
    open_well();
    place_save(&place, 1, 1000);
    place_fill(&place, garbage, sizeof garbage);
    place_save(&place, 2, 1000);
    is_trouble(1, "set aside as");
    assert_int_equal(place_others(&place, ".aside-"), 1);
    place_save(&place, 3, 1000);
    place_has(&place, 3, 1000);
}

/* A second process is told. */
static void test_held(void **state)
{
    (void)state;
    struct place second = place;
    open_well();
    assert_int_equal(place_open(&second), ERR_SYSTEM);
    assert_non_null(strstr(second.message, "another process has it"));
    place_save(&place, 1, 100);
    place_close(&place);
    open_well();
    place_has(&place, 1, 100);
}

/* ---- kill -9 ---- */

static void wait_a_while(long nanoseconds)
{
    const struct timespec time = {0, nanoseconds};
    nanosleep(&time, NULL);
}

/* Saves one image after the other until it is killed. */
static void save_for_ever(void)
{
    struct past *past;
    const struct past_options options = {.path = place.path};
    if (past_open(&options, &past, place.message, PLACE_MESSAGE) != ERR_NONE)
        _exit(1);
    for (unsigned seed = 1;; seed++) {
        past_save(past, image_of(seed, 300000), seed);
        past_wait(past);
    }
}

/* What is in the file is one image, whole. */
static void is_whole(void)
{
    struct image *image = NULL;
    int64_t time;
    open_well();
    assert_int_equal(past_load(place.past, &image, &time, place.message, PLACE_MESSAGE), ERR_NONE);
    assert_string_equal(place.message, "");
    if (image != NULL)
        assert_true(image_is(image, (unsigned)time, 300000));
    image_free(image);
    place_close(&place);
    assert_int_equal(place_others(&place, ""), 0);
}

static void test_killed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 25; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            save_for_ever();
        wait_a_while(3000000L + (long)i * 1700000L);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        is_whole();
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_new),
        TEST(test_saved),
        TEST(test_sizes),
        TEST(test_replaced),
        TEST(test_empty),
        TEST(test_one_at_a_time),
        TEST(test_no_past),
        TEST(test_no_room),
        TEST(test_not_whole),
        TEST(test_gone),
        TEST(test_damaged_meanwhile),
        TEST(test_held),
        TEST(test_killed),
    };
#ifndef MXTAP_PAST
    return 77;
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
