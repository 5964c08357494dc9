/* Tables of labelled lines for the tests of know. */
#include "labelled.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

bool labelled_open(struct labelled *labelled, const char *variable, const char *path)
{
    const char *folder = getenv(variable);
    char full[4096];
    *labelled = (struct labelled){.file = NULL};
    if (folder == NULL)
        return false;
    snprintf(full, sizeof(full), "%s/%s", folder, path);
    labelled->file = fopen(full, "re");
    if (labelled->file == NULL)
        return false;
    if (labelled_next(labelled)) /* the heading */
        return true;
    labelled_close(labelled);
    return false;
}

bool labelled_next(struct labelled *labelled)
{
    ssize_t len = getline(&labelled->line, &labelled->size, labelled->file);
    if (len <= 0)
        return false;
    char *rest = labelled->line;
    rest[strcspn(rest, "\r\n")] = '\0';
    for (size_t i = 0; i < LABELLED_FIELDS; i++) {
        char *field = strsep(&rest, "\t");
        labelled->fields[i] = field == NULL ? "" : field;
    }
    return true;
}

void labelled_close(struct labelled *labelled)
{
    if (labelled->file != NULL)
        fclose(labelled->file);
    free(labelled->line);
    *labelled = (struct labelled){.file = NULL};
}

bool labelled_count(struct labelled_counts *counts, const char *label, unsigned verdict)
{
    for (unsigned i = 0; i < counts->classes; i++) {
        if (strcmp(counts->names[i], label) == 0) {
            counts->counts[i][verdict]++;
            return true;
        }
    }
    return false;
}

double labelled_table(const struct labelled_counts *counts)
{
    unsigned rows = 0, right = 0;
    printf("%-14s %6s %6s %10s %8s\n", "class", "rows", "said", "precision", "recall");
    for (unsigned i = 0; i < counts->classes; i++) {
        unsigned labelled = 0, said = 0, both = counts->counts[i][i];
        for (unsigned j = 0; j < counts->classes; j++) {
            labelled += counts->counts[i][j];
            said += counts->counts[j][i];
        }
        rows += labelled;
        right += both;
        printf("%-14s %6u %6u %9.1f%% %7.1f%%\n", counts->names[i], labelled, said,
               said == 0 ? 0.0 : 100.0 * both / said,
               labelled == 0 ? 0.0 : 100.0 * both / labelled);
    }
    double share = rows == 0 ? 0.0 : 100.0 * right / rows;
    printf("%u of %u right: %.1f %%\n", right, rows, share);
    return share;
}
