/* rotate_names: a time to a name and back, by letting each name that is read be written again. */
#include "rotate_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MICROSECONDS INT64_C(1000000)
#define OLD_MAX      65536
#define TIME_LENGTH  23 /* of 20261122T150405.123456Z */

static const char *const endings[ROTATE_KINDS] = {"", ".gz", ".tmp", ".gz.tmp"};

void rotate_name(const char *base, int64_t time, enum rotate_kind kind, char ret_name[ROTATE_NAME])
{
    struct tm parts = {0};
    const time_t seconds = (time_t)(time / MICROSECONDS);
    (void)gmtime_r(&seconds, &parts);
    snprintf(ret_name, ROTATE_NAME, "%s-%04d%02d%02dT%02d%02d%02d.%06dZ%s", base,
             parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
             parts.tm_sec, (int)(time % MICROSECONDS), endings[kind]);
}

/* The next count digits. */
static int digits(const char **text, size_t count)
{
    int value = 0;
    for (; count > 0; count--, (*text)++)
        value = value * 10 + (**text - '0');
    return value;
}

/* Each digit of the pattern stands for any digit. */
static bool is_like(const char *text, const char *pattern)
{
    for (; *pattern != '\0'; text++, pattern++) {
        bool digit = *text >= '0' && *text <= '9';
        if (*pattern == '0' ? !digit : *text != *pattern)
            return false;
    }
    return true;
}

bool rotate_name_read(const char *base, const char *name, int64_t *ret_time,
                      enum rotate_kind *ret_kind)
{
    size_t length = strlen(base);
    if (strncmp(name, base, length) != 0 || !is_like(name + length, "-00000000T000000.000000Z"))
        return false;
    const char *at = name + length + 1;
    const char *ending = at + TIME_LENGTH;
    struct tm parts = {.tm_year = digits(&at, 4) - 1900};
    parts.tm_mon = digits(&at, 2) - 1;
    parts.tm_mday = digits(&at, 2);
    at++;
    parts.tm_hour = digits(&at, 2);
    parts.tm_min = digits(&at, 2);
    parts.tm_sec = digits(&at, 2);
    at++;
    int64_t time = digits(&at, 6);
    time += (int64_t)timegm(&parts) * MICROSECONDS;
    for (enum rotate_kind kind = ROTATE_PLAIN; kind < ROTATE_KINDS; kind++) {
        char again[ROTATE_NAME];
        if (strcmp(ending, endings[kind]) != 0 || time < 0)
            continue;
        rotate_name(base, time, kind, again);
        if (strcmp(again, name) != 0) /* a 31st of February */
            continue;
        *ret_time = time;
        *ret_kind = kind;
        return true;
    }
    return false;
}

static int compare(const void *first, const void *second)
{
    const struct rotate_old *a = first;
    const struct rotate_old *b = second;
    return (a->time > b->time) - (a->time < b->time);
}

/* One entry for each time. */
static void merge(struct rotate_list *list)
{
    qsort(list->at, list->count, sizeof *list->at, compare);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && list->at[kept - 1].time == list->at[i].time)
            list->at[kept - 1].kinds |= list->at[i].kinds;
        else
            list->at[kept++] = list->at[i];
    }
    list->count = kept;
}

static enum err add(struct rotate_list *list, int64_t time, enum rotate_kind kind)
{
    if (list->count == OLD_MAX)
        return ERR_LIMIT;
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        struct rotate_old *at = reallocarray(list->at, room, sizeof *at);
        if (at == NULL)
            return ERR_MEMORY;
        list->at = at;
        list->room = room;
    }
    list->at[list->count++] = (struct rotate_old){.time = time, .kinds = 1u << kind};
    return ERR_NONE;
}

enum err rotate_list_read(int folder, const char *base, struct rotate_list *ret_list)
{
    *ret_list = (struct rotate_list){0};
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    if (entries == NULL) {
        if (again >= 0)
            close(again);
        return ERR_SYSTEM;
    }
    enum err err = ERR_NONE;
    const struct dirent *entry;
    while (err == ERR_NONE && (entry = readdir(entries)) != NULL) {
        int64_t time;
        enum rotate_kind kind;
        if (rotate_name_read(base, entry->d_name, &time, &kind))
            err = add(ret_list, time, kind);
    }
    closedir(entries);
    if (ret_list->count > 0)
        merge(ret_list);
    return err;
}

void rotate_list_done(struct rotate_list *list)
{
    free(list->at);
    *list = (struct rotate_list){0};
}
