/*
 * labelled: reads tables of labelled lines, fields apart by tabs, the first line a heading.
 *
 * Used by the tests of know. The folder is taken from an environment variable that CMake sets.
 * labelled_table prints precision and recall of each class and returns the share that is right.
 */
#ifndef MXTAP_TESTS_LABELLED_H
#define MXTAP_TESTS_LABELLED_H

#include <stdbool.h>
#include <stdio.h>

#define LABELLED_FIELDS  4
#define LABELLED_CLASSES 16

struct labelled {
    FILE *file;
    char *line;
    size_t size;
    const char *fields[LABELLED_FIELDS]; /* of the current row; "" where missing */
};

/* counts[label][verdict] */
struct labelled_counts {
    const char *names[LABELLED_CLASSES];
    unsigned classes;
    unsigned counts[LABELLED_CLASSES][LABELLED_CLASSES];
};

bool labelled_open(struct labelled *labelled, const char *variable, const char *path);
bool labelled_next(struct labelled *labelled);
void labelled_close(struct labelled *labelled);

/* False where the label is none of the classes. */
bool labelled_count(struct labelled_counts *counts, const char *label, unsigned verdict);
double labelled_table(const struct labelled_counts *counts);

#endif
