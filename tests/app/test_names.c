/* names from the wire, through the whole pipeline: what DNS says of a client stands in its records,
 * whatever the number of workers; a names file overrules it; without DNS nothing is claimed. */
#include "config.h"
#include "pipeline.h"
#include "test.h"

#include <mxtap/buf.h>
#include <stdlib.h>
#include <unistd.h>

#define STORY  "20-prober-story.pcap"
#define CLIENT "\"ptr\":\"100-64-7-97.adsl.dial.example\","

static char out_path[32], names_path[32];

static int make_files(void **state)
{
    (void)state;
    snprintf(out_path, sizeof out_path, "/tmp/mxtap-test-XXXXXX");
    snprintf(names_path, sizeof names_path, "/tmp/mxtap-test-XXXXXX");
    int out = mkstemp(out_path);
    int names = mkstemp(names_path);
    static const char text[] = "static 100.64.7.0/24\n";
    bool good = out >= 0 && names >= 0 && write(names, text, sizeof text - 1) > 0;
    close(out);
    close(names);
    return good ? 0 : -1;
}

static int remove_files(void **state)
{
    (void)state;
    unlink(out_path);
    unlink(names_path);
    return 0;
}

static void set(struct config *config, const char *path, const char *value)
{
    char message[CONFIG_MESSAGE];
    assert_int_equal(config_set(config, path, span_text(value), message), ERR_NONE);
}

/* The records of the story with one setting changed; the caller frees them. */
static char *records(const char *path, const char *value)
{
    const char *folder = getenv("MXTAP_PCAPS");
    char name[4096];
    struct config *config = NULL;
    if (folder == NULL)
        skip();
    snprintf(name, sizeof name, "%s/%s", folder, STORY);
    const char *const inputs[] = {name};
    assert_int_equal(config_new(&config), ERR_NONE);
    set(config, "output.log", "smtp, stats");
    set(config, "output.file", out_path);
    if (path != NULL)
        set(config, path, value);
    const struct pipeline_options options = {
        .config = config, .inputs = inputs, .input_count = 1, .records = true};
    assert_int_equal(pipeline_run(&options), 0);
    config_free(config);
    FILE *in = fopen(out_path, "r");
    assert_non_null(in);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
    fclose(in);
    return text;
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

static void test_dns(void **state)
{
    (void)state;
    char *text = records(NULL, NULL);
    has(text,
        CLIENT "\"ptr_class\":\"dynamic\",\"ptr_source\":\"dns\",\"ptr_confirmed\":\"confirmed\"");
    has(text, "\"dns\":{\"messages\":4,\"answers\":2,\"malformed\":0,\"unasked\":0,"
              "\"uninteresting\":0},\"know\":{\"hosts\":1,\"names\":1,\"domains\":0,"
              "\"learned\":2,\"evicted\":0}");
    free(text);
}

static void test_workers(void **state)
{
    (void)state;
    char *one = records(NULL, NULL);
    char *three = records("capture.workers", "3");
    size_t smtp = (size_t)(strstr(one, "\"event_type\":\"stats\"") - one);
    assert_memory_equal(one, three, smtp);
    free(one);
    free(three);
}

static void test_names_file(void **state)
{
    (void)state;
    char *text = records("site.names_file", names_path);
    has(text,
        CLIENT "\"ptr_class\":\"static\",\"ptr_source\":\"file\",\"ptr_confirmed\":\"confirmed\"");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dns),
        cmocka_unit_test(test_workers),
        cmocka_unit_test(test_names_file),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
