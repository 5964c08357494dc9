/* helper_file: gzread takes packed and plain files alike. */
#include "helper_file.h"

#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define READ_MAX (16 << 20)

void helper_file_init(struct helper_file *file, const char *const *settings)
{
    char line[100], message[200];
    *file = (struct helper_file){.sink = sink_find("file"), .folder = "/tmp/mxtap-test-XXXXXX"};
    assert_non_null(mkdtemp(file->folder));
    snprintf(file->path, sizeof file->path, "%s/eve.json", file->folder);
    snprintf(line, sizeof line, "file=%s", file->path);
    assert_int_equal(sink_options_new(file->sink, &file->options), ERR_NONE);
    for (const char *setting = line; setting != NULL; setting = *settings++) {
        struct span text = span_text(setting);
        size_t equals = span_find(text, '=');
        const struct setting *found = sink_setting(file->sink, span_head(text, equals));
        assert_non_null(found);
        assert_int_equal(
            setting_set(found, file->options, span_skip(text, equals + 1), message, sizeof message),
            ERR_NONE);
    }
}

static int list(const struct helper_file *file, struct dirent ***ret_entries)
{
    int count = scandir(file->folder, ret_entries, NULL, alphasort);
    assert_true(count >= 2);
    return count;
}

static void free_list(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static void path_of(const struct helper_file *file, const char *name, char *ret_path, size_t size)
{
    snprintf(ret_path, size, "%s/%s", file->folder, name);
}

void helper_file_done(struct helper_file *file)
{
    struct dirent **entries;
    int count = list(file, &entries);
    for (int i = 0; i < count; i++) {
        char path[400];
        path_of(file, entries[i]->d_name, path, sizeof path);
        if (entries[i]->d_name[0] != '.')
            unlink(path);
    }
    free_list(entries, count);
    assert_int_equal(rmdir(file->folder), 0);
    sink_options_free(file->sink, file->options);
}

void *helper_file_open(const struct helper_file *file, bool live)
{
    char message[300] = "";
    void *state = NULL;
    const struct sink_how how = {
        .name = "test", .format = "eve", .options = file->options, .live = live};
    if (file->sink->open(&how, &state, message, sizeof message) != ERR_NONE)
        fail_msg("%s", message);
    return state;
}

void helper_file_write(const struct helper_file *file, void *state, const char *record)
{
    assert_int_equal(file->sink->write(state, span_text(record)), ERR_NONE);
}

void helper_file_finish(const struct helper_file *file, void *state)
{
    assert_int_equal(file->sink->flush(state), ERR_NONE);
    while (file->sink->tend(state))
        ;
}

size_t helper_file_count(const struct helper_file *file, const char *ending)
{
    struct dirent **entries;
    int count = list(file, &entries);
    size_t found = 0;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        size_t length = strlen(name), tail = strlen(ending);
        if (name[0] != '.' && length >= tail && strcmp(name + length - tail, ending) == 0)
            found++;
    }
    free_list(entries, count);
    return found;
}

bool helper_file_name(const struct helper_file *file, size_t n, char *ret_name, size_t size)
{
    struct dirent **entries;
    int count = list(file, &entries);
    int at = (int)n + 2; /* behind . and .. */
    if (at < count)
        snprintf(ret_name, size, "%s", entries[at]->d_name);
    free_list(entries, count);
    return at < count;
}

static void read_one(const struct helper_file *file, const char *name, struct buf *octets)
{
    char path[400], piece[8192];
    int got;
    path_of(file, name, path, sizeof path);
    gzFile in = gzopen(path, "rb");
    assert_non_null(in);
    while ((got = gzread(in, piece, sizeof piece)) > 0)
        buf_add(octets, span_make(piece, (size_t)got));
    assert_int_equal(got, 0);
    assert_int_equal(gzclose(in), Z_OK);
    assert_false(octets->truncated);
}

void helper_file_read(const struct helper_file *file, struct buf *ret_octets)
{
    struct dirent **entries;
    int count = list(file, &entries);
    buf_init(ret_octets, READ_MAX);
    for (int i = 0; i < count; i++)
        if (strncmp(entries[i]->d_name, "eve.json-", 9) == 0)
            read_one(file, entries[i]->d_name, ret_octets);
    free_list(entries, count);
    read_one(file, "eve.json", ret_octets);
}

void helper_file_put(const struct helper_file *file, const char *name, const char *text)
{
    char path[400];
    path_of(file, name, path, sizeof path);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}
