/* main.c: variant NAME IN OUT. Reads a capture, runs the steps that the name stands for, writes it.
 * A name is a row of variants.def or several with commas between; numbers follow after colons. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "save.h"
#include "step.h"

struct row {
    const char *name;
    const char *family;
    const char *keeps;
    void (*run)(struct capture *cap, const struct step *step);
    int flavour;
    uint64_t argument;
    const char *chain; /* instead of run */
    const char *about;
};

#undef STEP
#undef CHAIN
static const struct row main_rows[] = {
#define STEP(name, family, keeps, function, flavour, argument, about)                              \
    {name, family, keeps, function, flavour, argument, NULL, about},
#define CHAIN(name, family, keeps, chain, about) {name, family, keeps, NULL, 0, 0, chain, about},
#include "variants.def"
};

enum { MAIN_ROWS = sizeof main_rows / sizeof main_rows[0], MAIN_NESTING = 3 };

uint64_t step_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static const struct row *main_find(const char *name, size_t n)
{
    for (size_t i = 0; i < MAIN_ROWS; i++)
        if (strlen(main_rows[i].name) == n && memcmp(main_rows[i].name, name, n) == 0)
            return &main_rows[i];
    capture_die("no variant %.*s; variant --list names them", (int)n, name);
}

/* The numbers after the colons of one link of a chain. */
static void main_arguments(const char *at, const char *end, struct step *step)
{
    for (int i = 0; at < end; i++) {
        char *stop;
        if (i == 2 || at[1] < '0' || at[1] > '9')
            capture_die("a variant takes up to two numbers: NAME:NUMBER:NUMBER");
        step->arg[i] = strtoull(at + 1, &stop, 10);
        if (stop > end || (*stop != ':' && stop != end))
            capture_die("%.*s is no number", (int)(end - at - 1), at + 1);
        at = stop;
    }
}

static void main_run(struct capture *cap, const char *chain, int depth)
{
    if (depth > MAIN_NESTING)
        capture_die("variants.def: a chain of chains of chains");
    while (*chain != '\0') {
        const char *end = chain + strcspn(chain, ",");
        size_t n = strcspn(chain, ",:");
        const struct row *row = main_find(chain, n);
        struct step step = {.flavour = row->flavour, .arg = {row->argument, 1}};
        main_arguments(chain + n, end, &step);
        if (row->chain != NULL)
            main_run(cap, row->chain, depth + 1);
        else
            row->run(cap, &step);
        chain = *end == ',' ? end + 1 : end;
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < MAIN_ROWS; i++)
            printf("%s\t%s\t%s\t%s\n", main_rows[i].name, main_rows[i].family, main_rows[i].keeps,
                   main_rows[i].about);
        return 0;
    }
    if (argc != 4) {
        fputs("usage: variant NAME[:NUMBER...][,NAME...] IN OUT\n       variant --list\n", stderr);
        return 1;
    }
    struct capture cap = load_file(argv[2]);
    main_run(&cap, argv[1], 0);
    save_file(&cap, argv[3]);
    capture_done(&cap);
    return 0;
}
