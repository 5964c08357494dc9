/* walk: numbers as text. */
#include "walk.h"

#include <stdio.h>

#define NUMBER_TEXT 40

void walk_family(struct walk *walk, const char *name, enum metric_type type, const char *help)
{
    walk->name = name;
    walk->sink->family(walk->sink->arg, name, type, help);
}

static void put_sample(const struct walk *walk, const char *label, const char *label_value,
                       const char *value)
{
    const struct metric_sample sample = {
        .suffix = "", .labels = {{label, label_value}}, .value = value};
    walk->sink->sample(walk->sink->arg, walk->name, &sample);
}

void walk_count(const struct walk *walk, const char *label, const char *label_value, uint64_t count)
{
    char text[NUMBER_TEXT];
    snprintf(text, sizeof text, "%ju", (uintmax_t)count);
    put_sample(walk, label, label_value, text);
}

/* 15 digits are what a double holds, so 0.1 does not become 0.10000000000000001. */
void walk_number_of(const struct walk *walk, const char *label, const char *label_value,
                    double number)
{
    char text[NUMBER_TEXT];
    snprintf(text, sizeof text, "%.15g", number);
    put_sample(walk, label, label_value, text);
}

void walk_number(const struct walk *walk, double number)
{
    walk_number_of(walk, NULL, NULL, number);
}
