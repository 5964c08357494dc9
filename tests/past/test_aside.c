/* past: what stands in the place of the file: garbage, half a file, others' databases, other
 * versions, folders; and a file with any of its octets changed. */
#include "helper_past.h"

#ifdef MXTAP_PAST

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void has_message(const char *part)
{
    if (strstr(place.message, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, place.message);
}

/* What is there is set aside for this reason, and the new file works. */
static void is_set_aside(const char *why)
{
    assert_int_equal(place_open(&place), ERR_NONE);
    has_message(place.path);
    has_message(why);
    has_message(": set aside as ");
    place_has_none(&place);
    place_save(&place, 5, 5000);
    place_close(&place);
    assert_int_equal(place_open(&place), ERR_NONE);
    assert_string_equal(place.message, "");
    place_has(&place, 5, 5000);
    place_close(&place);
}

/* The whole file, to be freed. */
static uint8_t *octets_of(size_t *ret_size)
{
    struct stat status;
    FILE *file = fopen(place.path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    uint8_t *octets = malloc((size_t)status.st_size);
    assert_non_null(octets);
    *ret_size = fread(octets, 1, (size_t)status.st_size, file);
    assert_int_equal(*ret_size, status.st_size);
    fclose(file);
    return octets;
}

/* The file that is saved, to be freed. */
static uint8_t *good_file(unsigned seed, size_t octets, size_t *ret_size)
{
    assert_int_equal(place_open(&place), ERR_NONE);
    place_save(&place, seed, octets);
    place_close(&place);
    return octets_of(ret_size);
}

static void run_sql(const char *text)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_garbage(void **state)
{
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof text);
    place_fill(&place, text, sizeof text);
    is_set_aside("file is not a database");
    assert_int_equal(place_others(&place, "past.db.aside-"), 1);
    place_fill(&place, "short", 5);
    is_set_aside("");
    assert_int_equal(place_others(&place, "past.db.aside-"), 2);
    assert_int_equal(place_others(&place, ""), 2);
}

static void test_nothing_in_it(void **state)
{
    (void)state;
    place_fill(&place, "", 0);
    assert_int_equal(chmod(place.path, 0644), 0);
    assert_int_equal(place_open(&place), ERR_NONE);
    assert_string_equal(place.message, "");
    struct stat status;
    assert_int_equal(stat(place.path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

static void test_foreign(void **state)
{
    (void)state;
    run_sql("CREATE TABLE mail (id INTEGER)");
    is_set_aside("is a database of another program");
    remove(place.path);
    run_sql("PRAGMA journal_mode = WAL; CREATE TABLE mail (id INTEGER)");
    is_set_aside("is a database of another program");
    remove(place.path);
    run_sql("PRAGMA application_id = 77");
    is_set_aside("is a database of another program");
}

static void test_other_version(void **state)
{
    (void)state;
    size_t size;
    free(good_file(1, 1000, &size));
    run_sql("PRAGMA user_version = 99");
    is_set_aside("has format 99, this mxtap knows 1");
    run_sql("PRAGMA user_version = 0");
    is_set_aside("has format 0, this mxtap knows 1");
}

/* Nothing that stands in the file is run. */
static void test_other_tables(void **state)
{
    (void)state;
    size_t size;
    free(good_file(1, 1000, &size));
    run_sql("CREATE TRIGGER more AFTER INSERT ON section BEGIN DELETE FROM meta; END");
    is_set_aside("is damaged: its tables differ");
    run_sql("DROP TABLE meta");
    is_set_aside("is damaged: its tables differ");
}

/* A journal that is left is part of the file. */
static void test_journal(void **state)
{
    (void)state;
    char path[300];
    char text[5000];
    memset(text, 'x', sizeof text);
    snprintf(path, sizeof path, "%s-journal", place.path);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text), sizeof text);
    close(fd);
    place_fill(&place, text, sizeof text);
    is_set_aside("");
    assert_int_equal(place_others(&place, "past.db-journal"), 0);
}

/* ---- what cannot be had at all ---- */

static void cannot_be_had(const char *path, const char *why)
{
    const struct past_options options = {.path = path};
    struct past *past = NULL;
    assert_int_equal(past_open(&options, &past, place.message, PLACE_MESSAGE), ERR_SYSTEM);
    assert_null(past);
    has_message(path);
    has_message(why);
}

static void test_impossible(void **state)
{
    (void)state;
    char path[300];
    cannot_be_had(place.folder, "Is a directory");
    cannot_be_had("/dev/null", "is no regular file");
    snprintf(path, sizeof path, "%s/none/past.db", place.folder);
    cannot_be_had(path, "No such file or directory");
    assert_int_equal(mkfifo(place.path, 0600), 0);
    cannot_be_had(place.path, "is no regular file");
}

static void test_permission(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip();
    place_fill(&place, "", 0);
    assert_int_equal(chmod(place.path, 0), 0);
    cannot_be_had(place.path, "Permission denied");
    assert_int_equal(chmod(place.path, 0600), 0);
    assert_int_equal(chmod(place.folder, 0500), 0);
    cannot_be_had(place.path, place.path);
    assert_int_equal(chmod(place.folder, 0700), 0);
}

/* ---- any octet ---- */

/* Opens and loads what is there now. Sections that come back are as they were, and what is not the
 * case is told. */
static void is_right_or_told(const struct image *saved)
{
    struct image *image = NULL;
    int64_t time = 0;
    enum err err = place_open(&place);
    if (err != ERR_NONE)
        fail_msg("%d: %s", err, place.message);
    bool told = place.message[0] != '\0';
    assert_int_equal(past_load(place.past, &image, &time, place.message, PLACE_MESSAGE), ERR_NONE);
    told = told || place.message[0] != '\0';
    assert_true(told || (image != NULL && image_count(image) == image_count(saved)));
    for (size_t i = 0; image != NULL && i < image_count(image); i++)
        assert_true(span_equal(image_at(image, i), image_find(saved, image_name(image, i))));
    assert_true(image == NULL || time == 3);
    image_free(image);
    place_save(&place, 4, 100);
    place_has(&place, 4, 100);
    place_close(&place);
}

static void remove_asides(void)
{
    place_remove(&place);
    place_make(&place);
}

static void test_truncated(void **state)
{
    (void)state;
    size_t size;
    struct image *saved = image_of(3, 300000);
    uint8_t *octets = good_file(3, 300000, &size);
    for (size_t cut = 1; cut < size; cut += 1 + size / 40) {
        remove_asides();
        place_fill(&place, octets, size - cut);
        is_right_or_told(saved);
    }
    image_free(saved);
    free(octets);
}

static void test_any_octet(void **state)
{
    (void)state;
    size_t size;
    struct image *saved = image_of(3, 40000);
    uint8_t *octets = good_file(3, 40000, &size);
    for (size_t i = 0; i < size; i += i < 110 ? 1 : 211) {
        octets[i] ^= 0x10;
        remove_asides();
        place_fill(&place, octets, size);
        is_right_or_told(saved);
        octets[i] ^= 0x10;
    }
    image_free(saved);
    free(octets);
}

/* Damage that SQLite does not see: octets of a section, one lost piece, pieces of two places. */
static void test_sections(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "UPDATE section SET octets = 'none' WHERE id = 4",
        "UPDATE section SET length = 5 WHERE id = 4",
        "UPDATE section SET checksum = checksum + 1 WHERE id = 4",
        "UPDATE section SET name = 'test.other' WHERE id = 4",
        "UPDATE section SET name = NULL WHERE id = 4",
        "DELETE FROM section WHERE id = 4",
        "UPDATE section SET id = -id WHERE id = 4",
        "UPDATE section SET id = 100 WHERE id = 4",
    };
    size_t size;
    struct image *image;
    int64_t time;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        remove_asides();
        free(good_file(3, 3000000, &size));
        run_sql(damages[i]);
        assert_int_equal(place_open(&place), ERR_NONE);
        assert_string_equal(place.message, "");
        assert_int_equal(past_load(place.past, &image, &time, place.message, PLACE_MESSAGE),
                         ERR_NONE);
        has_message("damaged and left out: ");
        assert_int_equal(image_count(image), 2);
        assert_true(span_equal(image_find(image, "test.short"), SPAN_LITERAL("seed 3")));
        assert_int_equal(image_find(image, "test.long").len, 0);
        image_free(image);
        place_close(&place);
    }
}

/* A wrong time cannot be believed. */
static void test_meta(void **state)
{
    (void)state;
    size_t size;
    free(good_file(1, 1000, &size));
    run_sql("UPDATE meta SET time = 7");
    is_set_aside("a checksum is wrong");
    run_sql("UPDATE meta SET pieces = 1");
    is_set_aside("a checksum is wrong");
    run_sql("UPDATE section SET id = 9223372036854775807 WHERE id = 1");
    assert_int_equal(place_open(&place), ERR_NONE);
    place_save(&place, 6, 100);
    place_save(&place, 7, 100);
    place_has(&place, 7, 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_garbage),       TEST(test_nothing_in_it), TEST(test_foreign),
        TEST(test_other_version), TEST(test_other_tables),  TEST(test_truncated),
        TEST(test_journal),       TEST(test_impossible),    TEST(test_permission),
        TEST(test_any_octet),     TEST(test_sections),      TEST(test_meta),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

/* This build cannot, and says so. */
int main(void)
{
    struct place place = {.path = "past.db"};
    return place_open(&place) == ERR_SUPPORT && strstr(place.message, "no SQLite") != NULL ? 0 : 1;
}

#endif
