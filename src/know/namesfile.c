/*
 * namesfile: two sorted lists, searched by halves: networks once for each length of prefix that
 * there is, names once for each label.
 */
#include "namesfile.h"

#include <errno.h>
#include <mxtap/buf.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME_OCTETS 255
#define PREFIXES    129

struct net_entry {
    struct addr_net net;
    enum name_class class;
    size_t line;
};

struct name_entry {
    struct span text; /* in lower case; a suffix begins with its dot */
    enum name_class class;
    size_t line;
};

struct namesfile {
    struct buf text;
    struct net_entry *nets;
    struct name_entry *names;
    size_t net_count, name_count;
    size_t first[PREFIXES + 1]; /* of the networks of each prefix, the next one's is the end */
};

void namesfile_free(struct namesfile *file)
{
    if (file == NULL)
        return;
    buf_done(&file->text);
    free(file->nets);
    free(file->names);
    free(file);
}

/* ---- the order of entries ---- */

static int compare_nets(const void *a, const void *b)
{
    const struct net_entry *left = a;
    const struct net_entry *right = b;
    if (left->net.prefix != right->net.prefix)
        return left->net.prefix < right->net.prefix ? -1 : 1;
    return memcmp(left->net.addr.octets, right->net.addr.octets, sizeof left->net.addr.octets);
}

static int compare_names(const void *a, const void *b)
{
    const struct name_entry *left = a;
    const struct name_entry *right = b;
    if (left->text.len != right->text.len)
        return left->text.len < right->text.len ? -1 : 1;
    return left->text.len == 0 ? 0 : memcmp(left->text.at, right->text.at, left->text.len);
}

/* ---- reading ---- */

struct reading {
    struct namesfile *file;
    const char *path;
    size_t line;
    char *message;
    size_t message_size;
};

static enum err fault(const struct reading *reading, const char *what, struct span shown)
{
    if (reading->message != NULL)
        snprintf(reading->message, reading->message_size, "%s: line %zu: '%.*s' %s", reading->path,
                 reading->line, (int)(shown.len < 80 ? shown.len : 80), (const char *)shown.at,
                 what);
    return ERR_CONFIG;
}

static bool class_of(struct span word, enum name_class *ret_class)
{
    static const enum name_class classes[] = {NAME_DYNAMIC, NAME_STATIC, NAME_MAIL, NAME_HOSTING};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (span_equal_nocase(word, span_text(names_class_name(classes[i])))) {
            *ret_class = classes[i];
            return true;
        }
    }
    return false;
}

static bool is_name(struct span what)
{
    bool suffix = what.len > 0 && what.at[0] == '.';
    bool after_dot = true;
    if (what.len <= suffix || what.len > NAME_OCTETS)
        return false;
    for (size_t i = suffix; i < what.len; i++) {
        uint8_t octet = span_lower_octet(what.at[i]);
        bool dot = octet == '.';
        if (dot && after_dot)
            return false;
        after_dot = dot;
        if (!dot && (octet < 'a' || octet > 'z') && (octet < '0' || octet > '9') && octet != '-' &&
            octet != '_' && octet < 0x80)
            return false;
    }
    return suffix || span_find(what, '.') < what.len;
}

/* The text is ours: names are put into lower case where they stand. */
static enum err add_entry(struct reading *reading, enum name_class class, struct span what)
{
    struct namesfile *file = reading->file;
    struct addr_net net;
    if (addr_net_parse(what, &net)) {
        file->nets[file->net_count++] = (struct net_entry){net, class, reading->line};
        return ERR_NONE;
    }
    if (what.len > 0 && what.at[what.len - 1] == '.')
        what.len--;
    if (!is_name(what))
        return fault(reading, "is no network, address, full host name or .suffix", what);
    uint8_t *at = (uint8_t *)(uintptr_t)what.at;
    for (size_t i = 0; i < what.len; i++)
        at[i] = span_lower_octet(at[i]);
    file->names[file->name_count++] = (struct name_entry){what, class, reading->line};
    return ERR_NONE;
}

static enum err read_line(struct reading *reading, struct span line)
{
    enum name_class class;
    line = span_head(line, span_find(line, '#'));
    struct span rest = span_trim(line);
    struct span word = span_word(&rest);
    if (word.len == 0)
        return ERR_NONE;
    if (!class_of(word, &class))
        return fault(reading, "is none of dynamic, static, mail, hosting", word);
    struct span what = span_word(&rest);
    if (what.len == 0)
        return fault(reading, "stands without a network or name", word);
    if (span_trim(rest).len > 0)
        return fault(reading, "is one word too many", span_trim(rest));
    return add_entry(reading, class, what);
}

static enum err read_lines(struct reading *reading)
{
    struct span rest = buf_span(&reading->file->text);
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        if (++reading->line > NAMESFILE_LINES)
            return fault(reading, "is one line too many", span_head(rest, end));
        enum err err = read_line(reading, span_head(rest, end));
        if (err != ERR_NONE)
            return err;
        rest = span_skip(rest, end + 1);
    }
    return ERR_NONE;
}

/* One thing may not be two. */
static enum err check_twice(struct reading *reading)
{
    const struct namesfile *file = reading->file;
    for (size_t i = 1; i < file->net_count; i++) {
        const struct net_entry *pair = &file->nets[i - 1];
        if (compare_nets(&pair[0], &pair[1]) == 0 && pair[0].class != pair[1].class) {
            char text[ADDR_TEXT_SIZE];
            addr_net_text(&pair[0].net, text);
            reading->line = pair[0].line > pair[1].line ? pair[0].line : pair[1].line;
            return fault(reading, "has another class in an earlier line", span_text(text));
        }
    }
    for (size_t i = 1; i < file->name_count; i++) {
        const struct name_entry *pair = &file->names[i - 1];
        if (compare_names(&pair[0], &pair[1]) == 0 && pair[0].class != pair[1].class) {
            reading->line = pair[0].line > pair[1].line ? pair[0].line : pair[1].line;
            return fault(reading, "has another class in an earlier line", pair[0].text);
        }
    }
    return ERR_NONE;
}

static void index_prefixes(struct namesfile *file)
{
    size_t at = 0;
    for (unsigned prefix = 0; prefix < PREFIXES; prefix++) {
        file->first[prefix] = at;
        while (at < file->net_count && file->nets[at].net.prefix == prefix)
            at++;
    }
    file->first[PREFIXES] = at;
}

static enum err read_text(const char *path, struct buf *text)
{
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return ERR_SYSTEM;
    uint8_t block[8192];
    size_t got;
    while (!text->truncated && (got = fread(block, 1, sizeof block, in)) > 0)
        buf_add(text, span_make(block, got));
    int saved = ferror(in) ? errno : text->truncated ? EFBIG : 0;
    fclose(in);
    errno = saved;
    return saved == 0 ? ERR_NONE : ERR_SYSTEM;
}

enum err namesfile_new(const char *path, struct namesfile **ret_file, char *ret_message,
                       size_t message_size)
{
    struct namesfile *file = calloc(1, sizeof *file);
    if (file == NULL)
        return ERR_MEMORY;
    struct reading reading = {
        .file = file, .path = path, .message = ret_message, .message_size = message_size};
    buf_init(&file->text, NAMESFILE_OCTETS);
    enum err err = read_text(path, &file->text);
    if (err == ERR_SYSTEM && ret_message != NULL)
        snprintf(ret_message, message_size, "%s: %s", path, strerror(errno));
    size_t lines = 1;
    for (size_t i = 0; i < file->text.len; i++)
        lines += file->text.at[i] == '\n';
    if (lines > NAMESFILE_LINES)
        lines = NAMESFILE_LINES;
    file->nets = calloc(lines, sizeof *file->nets);
    file->names = calloc(lines, sizeof *file->names);
    if (err == ERR_NONE && (file->nets == NULL || file->names == NULL))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = read_lines(&reading);
    if (err == ERR_NONE) {
        qsort(file->nets, file->net_count, sizeof *file->nets, compare_nets);
        qsort(file->names, file->name_count, sizeof *file->names, compare_names);
        index_prefixes(file);
        err = check_twice(&reading);
    }
    if (err != ERR_NONE) {
        namesfile_free(file);
        return err;
    }
    *ret_file = file;
    return ERR_NONE;
}

/* ---- asking ---- */

static struct addr masked(const struct addr *addr, unsigned prefix)
{
    struct addr out = *addr;
    for (unsigned i = 0; i < sizeof out.octets; i++) {
        unsigned bits = prefix > 8 * i ? prefix - 8 * i : 0;
        if (bits < 8)
            out.octets[i] &= (uint8_t)(0xff00 >> bits);
    }
    return out;
}

bool namesfile_addr(const struct namesfile *file, const struct addr *addr,
                    enum name_class *ret_class)
{
    for (unsigned prefix = PREFIXES; prefix-- > 0;) {
        size_t count = file->first[prefix + 1] - file->first[prefix];
        if (count == 0)
            continue;
        const struct net_entry wanted = {.net = {masked(addr, prefix), prefix}};
        const struct net_entry *found =
            bsearch(&wanted, &file->nets[file->first[prefix]], count, sizeof wanted, compare_nets);
        if (found != NULL) {
            *ret_class = found->class;
            return true;
        }
    }
    return false;
}

bool namesfile_name(const struct namesfile *file, struct span name, enum name_class *ret_class)
{
    uint8_t lower[NAME_OCTETS];
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len > sizeof lower || file->name_count == 0)
        return false;
    for (size_t i = 0; i < name.len; i++)
        lower[i] = span_lower_octet(name.at[i]);
    for (size_t at = 0; at < name.len;) {
        const struct name_entry wanted = {.text = span_make(lower + at, name.len - at)};
        const struct name_entry *found =
            bsearch(&wanted, file->names, file->name_count, sizeof wanted, compare_names);
        if (found != NULL) {
            *ret_class = found->class;
            return true;
        }
        at += 1 + span_find(span_make(lower + at + 1, name.len - at - 1), '.');
    }
    return false;
}
