/* config_sinks: the list sinks, from files and by --set: made by type, refused, printed, read
 * again. */
#include "config_sinks.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static struct config *fresh(void)
{
    struct config *config = NULL;
    assert_int_equal(config_new(&config), ERR_NONE);
    return config;
}

static void sets(struct config *config, const char *path, const char *value)
{
    char message[CONFIG_MESSAGE] = "";
    if (config_set(config, path, span_text(value), message) != ERR_NONE)
        fail_msg("%s=%s: %s", path, value, message);
    assert_string_equal(message, "");
}

/* Refused with a line that has both texts, and nothing has changed. */
static void set_refused(struct config *config, const char *path, const char *value,
                        const char *word, const char *other)
{
    char message[CONFIG_MESSAGE] = "";
    size_t count = config->sink_count;
    assert_int_equal(config_set(config, path, span_text(value), message), ERR_CONFIG);
    if (strstr(message, word) == NULL || strstr(message, other) == NULL ||
        strchr(message, '\n') != NULL)
        fail_msg("'%s' lacks '%s' or '%s'", message, word, other);
    assert_int_equal(config->sink_count, count);
}

static enum err load(struct config *config, const char *yaml, char message[CONFIG_MESSAGE])
{
    char path[] = "/tmp/mxtap-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
    close(fd);
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

static void load_refused(const char *yaml, const char *word, const char *other)
{
    struct config *config = fresh();
    char message[CONFIG_MESSAGE] = "";
    assert_int_equal(load(config, yaml, message), ERR_CONFIG);
    if (strstr(message, word) == NULL || strstr(message, other) == NULL ||
        strchr(message, '\n') != NULL)
        fail_msg("'%s' lacks '%s' or '%s'", message, word, other);
    config_free(config);
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

static const struct config_sink *sink_named(const struct config *config, const char *name)
{
    const struct config_sink *sink = config_sinks_find(config, span_text(name));
    assert_non_null(sink);
    return sink;
}

static void test_set(void **state)
{
    (void)state;
    struct config *config = fresh();
    assert_int_equal(config->sink_count, 0);
    sets(config, "sinks.siem.type", "file");
    sets(config, "sinks.other_1-A.type", "stdout");
    assert_int_equal(config->sink_count, 2);
    const struct config_sink *siem = sink_named(config, "siem");
    assert_ptr_equal(siem->type, sink_find("file"));
    assert_string_equal(siem->log, "alert");
    assert_null(siem->format);
    assert_null(siem->detectors);
    assert_int_equal(siem->severity, 0);
    assert_int_equal(siem->queue, 16 << 20);
    sets(config, "sinks.siem.log", "smtp, stats");
    sets(config, "sinks.siem.severity", "2");
    sets(config, "sinks.siem.file", "/tmp/x");
    sets(config, "sinks.siem.queue", "1M");
    assert_string_equal(siem->log, "smtp, stats");
    assert_int_equal(siem->severity, 2);
    /* The type anew: its place stays, its settings have the defaults again. */
    sets(config, "sinks.siem.type", "file");
    assert_ptr_equal(sink_named(config, "siem"), siem);
    assert_string_equal(siem->log, "alert");
    assert_int_equal(siem->queue, 16 << 20);
    sets(config, "sinks.siem.type", "stdout");
    assert_ptr_equal(siem->type, sink_find("stdout"));
    set_refused(config, "sinks.siem.file", "/tmp/x", "sinks.siem.file", "stdout has no such");
    config_free(config);
}

static void test_set_refused(void **state)
{
    (void)state;
    struct config *config = fresh();
    set_refused(config, "sinks.siem.file", "/tmp/x", "sinks.siem.file", "type comes first");
    set_refused(config, "sinks.siem.type", "nowhere", "sinks.siem.type: 'nowhere'", "file");
    set_refused(config, "sinks.siem.type", "", "sinks.siem.type", "stdout");
    set_refused(config, "sinks.siem", "file", "sinks.siem", "no setting");
    set_refused(config, "sinks.siem.", "file", "sinks.siem.", "no setting");
    set_refused(config, "sinks..type", "file", "sinks..type", "no setting");
    set_refused(config, "sinks", "file", "sinks", "no setting");
    set_refused(config, "sinks.output.type", "file", "sinks.output", "name of the plain output");
    static const char *const names[] = {"-v", "_a", "a b", "a\xc3\xbc", "a\n", "a/b", "a\"b"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[100];
        char message[CONFIG_MESSAGE] = "";
        snprintf(path, sizeof path, "sinks.%s.type", names[i]);
        assert_int_equal(config_set(config, path, SPAN_LITERAL("file"), message), ERR_CONFIG);
        assert_non_null(strstr(message, "letters, digits"));
    }
    sets(config, "sinks.siem.type", "file");
    set_refused(config, "sinks.siem.fil", "/x", "sinks.siem.fil: file has no such setting", "file");
    set_refused(config, "sinks.siem.name", "x", "sinks.siem.name: file has no such setting", "log");
    set_refused(config, "sinks.siem.type", "nowhere", "none of", "file");
    set_refused(config, "sinks.siem.severity", "4", "sinks.siem.severity", "between 0 and 3");
    set_refused(config, "sinks.siem.queue", "much", "sinks.siem.queue", "'much'");
    assert_ptr_equal(sink_named(config, "siem")->type, sink_find("file"));
    config_free(config);
}

static void test_names_and_number(void **state)
{
    (void)state;
    struct config *config = fresh();
    char name[65];
    char path[100];
    memset(name, 'x', sizeof name);
    name[63] = '\0';
    snprintf(path, sizeof path, "sinks.%s.type", name);
    sets(config, path, "file");
    name[63] = 'x';
    name[64] = '\0';
    snprintf(path, sizeof path, "sinks.%s.type", name);
    set_refused(config, path, "file", "letters, digits", "63 at most");
    for (unsigned i = 1; i < CONFIG_SINKS; i++) {
        snprintf(path, sizeof path, "sinks.%u.type", i);
        sets(config, path, "stdout");
    }
    set_refused(config, "sinks.more.type", "file", "sinks.more", "32 at most");
    sets(config, "sinks.31.type", "file");
    config_free(config);
}

static void test_yaml(void **state)
{
    (void)state;
    struct config *config = fresh();
    loads(config, "site: {sensor: mx-tap-1}\n"
                  "sinks:\n"
                  "  - {name: a, type: file, file: /tmp/a, log: \"alert, smtp\"}\n"
                  "  - queue: 1M   # in any order\n"
                  "    severity: 1\n"
                  "    type: stdout\n"
                  "    name: 7\n"
                  "outbox: {file: /tmp/outbox.db, age: 2d, size: 0}\n");
    assert_int_equal(config->sink_count, 2);
    assert_string_equal(config->sinks[0].name, "a");
    assert_string_equal(config->sinks[0].log, "alert, smtp");
    assert_string_equal(config->sinks[1].name, "7");
    assert_ptr_equal(config->sinks[1].type, sink_find("stdout"));
    assert_int_equal(config->sinks[1].severity, 1);
    assert_int_equal(config->sinks[1].queue, 1 << 20);
    assert_string_equal(config->site.sensor, "mx-tap-1");
    assert_string_equal(config->outbox.file, "/tmp/outbox.db");
    assert_int_equal(config->outbox.size, 0);
    /* The command line comes after the file. */
    sets(config, "sinks.a.severity", "3");
    assert_int_equal(config->sinks[0].severity, 3);
    /* Another file that names it makes it anew, and leaves the others. */
    loads(config, "sinks: [{name: a, type: stdout}]\n");
    assert_int_equal(config->sink_count, 2);
    assert_int_equal(config->sinks[0].severity, 0);
    config_free(config);
    config = fresh();
    loads(config, "sinks:\nsite:\n  sensor: x\n");
    loads(config, "sinks: []\n");
    assert_int_equal(config->sink_count, 0);
    config_free(config);
}

static void test_yaml_refused(void **state)
{
    (void)state;
    load_refused("sinks:\n  - type: file\n", "name", "line: 2");
    load_refused("sinks:\n  - name: a\n", "type", "line: 2");
    load_refused("sinks:\n  - name: a\n    type: nowhere\n", "sinks.a.type", "'nowhere'");
    load_refused("sinks:\n  - name: a\n    type: file\n    colour: red\n", "colour", "line: 3");
    load_refused("sinks:\n  - {name: a, type: stdout, file: x}\n", "sinks.a.file", "stdout has no");
    load_refused("sinks:\n  - {name: a, type: file, severity: 9}\n", "sinks.a.severity", "between");
    load_refused("sinks:\n  - {name: a, type: file}\n  - {name: a, type: stdout}\n", "'a'",
                 "twice");
    load_refused("sinks:\n  - {name: a.b, type: file}\n", "a.b", "letters, digits");
    load_refused("sinks:\n  - {name: \"\", type: file}\n", "sinks", "letters, digits");
    load_refused("sinks:\n  a: {type: file}\n", "sinks", "");
    load_refused("sinks:\n  - file\n", "sinks", "");
    load_refused("sinks:\n  - {name: a, type: [file]}\n", "type", "");
}

static bool make_strange(void *arg, const struct config_entry *entry)
{
    struct config *config = arg;
    if (strncmp(entry->path, "sinks.", 6) != 0 || strcmp(entry->setting->name, "type") == 0)
        return true;
    switch (entry->setting->type) {
    case SETTING_TEXT: sets(config, entry->path, "a \"b\" \\ c: #d\n\t\x7f'e' \xc3\xbc"); break;
    case SETTING_SECRET: sets(config, entry->path, "file:/etc/x: \"y\" # z"); break;
    case SETTING_BOOL:
        sets(config, entry->path, *entry->setting->fallback == 't' ? "no" : "yes");
        break;
    case SETTING_COUNT: sets(config, entry->path, "3"); break;
    case SETTING_CHOICE: {
        size_t len = strcspn(entry->setting->choices, "|");
        char choice[50];
        snprintf(choice, sizeof choice, "%.*s", (int)len, entry->setting->choices);
        sets(config, entry->path, choice);
        break;
    }
    default: break;
    }
    return true;
}

/* What check prints gives the same again: an item of each type, as it comes and with values that
 * need care. */
static void test_print_loads_again(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 4; round++) {
        struct config *config = fresh();
        for (size_t i = 0; sink_at(i) != NULL; i++) {
            char path[100];
            snprintf(path, sizeof path, "sinks.my-%s.type", sink_at(i)->name);
            sets(config, path, sink_at(i)->name);
        }
        if (round >= 2)
            config_each(config, make_strange, config);
        char *text = printed(config, round % 2 == 1);
        assert_non_null(strstr(text, "\nsinks:\n  - name: \"my-"));
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

static bool try_secret(void *arg, const struct config_entry *entry)
{
    struct config *config = arg;
    if (entry->setting->type != SETTING_SECRET)
        return true;
    set_refused(config, entry->path, "hunter2", entry->path, "file:PATH");
    char message[CONFIG_MESSAGE] = "";
    assert_int_equal(config_set(config, entry->path, SPAN_LITERAL("hunter2"), message), ERR_CONFIG);
    assert_null(strstr(message, "hunter2"));
    sets(config, entry->path, "credential:siem.token");
    return true;
}

/* Each setting of each type has its line, and none that is secret takes the secret itself. */
static void test_types(void **state)
{
    (void)state;
    for (size_t i = 0; sink_at(i) != NULL; i++) {
        struct config *config = fresh();
        sets(config, "sinks.x.type", sink_at(i)->name);
        config_each(config, try_secret, config);
        const struct setting *settings;
        void *options;
        for (size_t table = 0; config_sinks_table(config->sinks, table, &settings, &options);
             table++)
            for (const struct setting *setting = settings; setting->name != NULL; setting++) {
                assert_true(strlen(setting->help) > 0);
                assert_non_null(options);
            }
        char *text = printed(config, true);
        assert_null(strstr(text, "hunter2"));
        free(text);
        config_free(config);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_set_refused),
        cmocka_unit_test(test_names_and_number),
        cmocka_unit_test(test_yaml),
        cmocka_unit_test(test_yaml_refused),
        cmocka_unit_test(test_print_loads_again),
        cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
