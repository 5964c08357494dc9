/* config: defaults, YAML, what is refused and how that is said, --set, and what check prints. */
#include "config.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static struct config *fresh(void)
{
    struct config *config = NULL;
    assert_int_equal(config_new(&config), ERR_NONE);
    return config;
}

/* The text as a file; the path is the caller's to unlink. */
static void make_file(const char *text, char path[32])
{
    snprintf(path, 32, "/tmp/mxtap-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static enum err load(struct config *config, const char *yaml, char message[CONFIG_MESSAGE])
{
    char path[32];
    make_file(yaml, path);
    enum err err = config_load(config, path, message);
    if (err == ERR_CONFIG)
        assert_non_null(strstr(message, path)); /* names the file */
    unlink(path);
    return err;
}

static void loads(struct config *config, const char *yaml)
{
    char message[CONFIG_MESSAGE] = "";
    if (load(config, yaml, message) != ERR_NONE)
        fail_msg("%s", message);
}

/* Refused, with a line that holds each of the words. */
static void refused(const char *yaml, const char *word, const char *other)
{
    struct config *config = fresh();
    char message[CONFIG_MESSAGE] = "";
    assert_int_equal(load(config, yaml, message), ERR_CONFIG);
    if (strstr(message, word) == NULL || strstr(message, other) == NULL ||
        strchr(message, '\n') != NULL)
        fail_msg("'%s' lacks '%s' or '%s'", message, word, other);
    config_free(config);
}

static bool set(struct config *config, const char *path, const char *value)
{
    char message[CONFIG_MESSAGE] = "";
    enum err err = config_set(config, path, span_text(value), message);
    assert_int_equal(err == ERR_NONE, message[0] == '\0');
    if (err != ERR_NONE)
        assert_non_null(strstr(message, path));
    return err == ERR_NONE;
}

static char *printed(const struct config *config, bool help)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    config_print(config, out, help);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_defaults(void **state)
{
    (void)state;
    struct config *config = fresh();
    assert_null(config->site.home_net);
    assert_string_equal(config->capture.ports, "25");
    assert_int_equal(config->capture.workers, 1);
    assert_string_equal(config->stream.engine, "native");
    assert_true(config->stream.idle_time == 600 * CLOCK_SECOND);
    assert_int_equal(config->privacy.addresses, PRIVACY_CLEAR);
    assert_string_equal(config->output.log, "alert");
    for (size_t i = 0; i < detect_count(); i++) {
        assert_true(config->detectors[i].enabled);
        assert_int_equal(config->detectors[i].severity, 0);
    }
    config_free(config);
    config_free(NULL);
}

static void test_yaml(void **state)
{
    (void)state;
    struct config *config = fresh();
    loads(config, "# comment\n"
                  "site:\n"
                  "  home_net: \"192.0.2.0/24, 2001:db8::/32\"\n"
                  "stream: {engine: nids, memory: 8M}\n"
                  "privacy:\n"
                  "  addresses: hash\n"
                  "detectors:\n"
                  "  mx-probe:\n"
                  "    enabled: false\n"
                  "    severity: 1\n");
    assert_string_equal(config->site.home_net, "192.0.2.0/24, 2001:db8::/32");
    assert_string_equal(config->stream.engine, "nids");
    assert_int_equal(config->stream.memory, 8 << 20);
    assert_int_equal(config->privacy.addresses, PRIVACY_HASH);
    for (size_t i = 0; i < detect_count(); i++) {
        bool probe = strcmp(detect_at(i)->name, "mx-probe") == 0;
        assert_int_equal(config->detectors[i].enabled, !probe);
        assert_int_equal(config->detectors[i].severity, probe ? 1 : 0);
    }
    /* What a file does not name stays; a second file goes over the first. */
    assert_string_equal(config->capture.ports, "25");
    loads(config, "site: {home_net: 10.0.0.0/8}\n");
    assert_string_equal(config->site.home_net, "10.0.0.0/8");
    assert_string_equal(config->stream.engine, "nids");
    config_free(config);
}

static void test_refused(void **state)
{
    (void)state;
    refused("sight:\n  home_net: 10.0.0.0/8\n", "sight", "line: 1");
    refused("site:\n  home_nets: 10.0.0.0/8\n", "home_nets", "line: 2");
    refused("detectors:\n  mx-prob:\n    enabled: true\n", "mx-prob", "line: 2");
    refused("detectors:\n  mx-probe:\n    enable: true\n", "enable", "line: 3");
    refused("capture:\n  workers: many\n", "capture.workers", "'many'");
    refused("capture:\n  workers: 0\n", "capture.workers", "between 1 and 64");
    refused("detectors:\n  mx-probe:\n    enabled: perhaps\n", "detectors.mx-probe.enabled",
            "'perhaps'");
    refused("privacy:\n  addresses: other\n", "privacy.addresses", "clear|mask|hash");
    refused("stream: native\n", "stream", "");
    refused("stream:\n  engine: [native]\n", "engine", "");
    refused("- a\n- b\n", "", "");
    refused("site: {\n", "", "");
    refused("a: \"\xff\"\n", "", "");
}

static void test_no_file(void **state)
{
    (void)state;
    struct config *config = fresh();
    char message[CONFIG_MESSAGE] = "";
    assert_int_not_equal(config_load(config, "/nonexistent/mxtap.yaml", message), ERR_NONE);
    assert_non_null(strstr(message, "/nonexistent/mxtap.yaml"));
    loads(config, "");
    loads(config, "# nothing but a comment\n");
    config_free(config);
}

static void test_set(void **state)
{
    (void)state;
    struct config *config = fresh();
    assert_true(set(config, "capture.workers", "4"));
    assert_int_equal(config->capture.workers, 4);
    assert_true(set(config, "stream.idle_time", "2h"));
    assert_true(config->stream.idle_time == 7200 * CLOCK_SECOND);
    assert_true(set(config, "detectors.empty-message.enabled", "no"));
    assert_true(set(config, "output.file", "/tmp/out.json"));
    assert_true(set(config, "output.file", ""));
    assert_null(config->output.file);
    assert_false(set(config, "capture.workers", "4.5"));
    assert_false(set(config, "capture.worker", "4"));
    assert_false(set(config, "workers", "4"));
    assert_false(set(config, "capture", "4"));
    assert_false(set(config, "detectors.mx-probe", "4"));
    assert_false(set(config, "detectors.nobody.enabled", "no"));
    assert_int_equal(config->capture.workers, 4);
    config_free(config);
}

static bool make_strange(void *arg, const struct config_entry *entry)
{
    static const char *const texts[] = {"a \"b\" \\ c: #d", "\xc3\xbc, 'x'", " "};
    struct config *config = arg;
    if (entry->setting->type == SETTING_TEXT)
        assert_true(set(config, entry->path, texts[strlen(entry->path) % 3]));
    if (entry->setting->type == SETTING_BOOL)
        assert_true(set(config, entry->path, "false"));
    if (entry->setting->type == SETTING_OCTETS)
        assert_true(set(config, entry->path, entry->setting->max < 1048577 ? "4097" : "1048577"));
    if (entry->setting->type == SETTING_NUMBER)
        assert_true(set(config, entry->path, "0.234567891"));
    return true;
}

/* What check prints is a file that gives the same again: as it comes, explained, and with values
 * that need care. */
static void test_print_loads_again(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 4; round++) {
        struct config *config = fresh();
        if (round >= 2)
            config_each(config, make_strange, config);
        char *text = printed(config, round % 2 == 1);
        struct config *again = fresh();
        loads(again, text);
        char *second = printed(again, round % 2 == 1);
        assert_string_equal(text, second);
        free(text);
        free(second);
        config_free(config);
        config_free(again);
    }
}

static bool count_entry(void *arg, const struct config_entry *entry)
{
    size_t *count = arg;
    ++*count;
    assert_non_null(strchr(entry->path, '.'));
    assert_true(strlen(entry->setting->help) > 0);
    return *count < 10000;
}

static bool stop_at_once(void *arg, const struct config_entry *entry)
{
    (void)entry;
    ++*(size_t *)arg;
    return false;
}

static void test_each(void **state)
{
    (void)state;
    struct config *config = fresh();
    size_t count = 0;
    config_each(config, count_entry, &count);
    assert_true(count > 20 + 2 * detect_count());
    size_t stopped = 0;
    config_each(config, stop_at_once, &stopped);
    assert_int_equal(stopped, 1);
    config_free(config);
}

static void test_items(void **state)
{
    (void)state;
    struct span rest = SPAN_LITERAL(" a, b ,,c,");
    struct span item;
    static const char *const wanted[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(config_item(&rest, &item));
        assert_true(span_equal(item, span_text(wanted[i])));
    }
    assert_false(config_item(&rest, &item));
    rest = span_text(NULL);
    assert_false(config_item(&rest, &item));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_yaml),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_set),      cmocka_unit_test(test_print_loads_again),
        cmocka_unit_test(test_each),     cmocka_unit_test(test_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
