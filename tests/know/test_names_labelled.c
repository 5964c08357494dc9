/* The classifier against names of real hosts: rdns.tsv in MXTAP_DATA, which is not part of the
 * project. Prints a table; skipped where the file is absent. */
#include <mxtap/names.h>

#include "labelled.h"

#include <mxtap/span.h>

#define WANTED_DYNAMIC 85.0 /* per cent of the dynamic names at least */
#define ALLOWED_MAIL   1.0  /* per cent of the mail servers' names at most */

static double share(const struct labelled_counts *counts, enum name_class label)
{
    unsigned rows = 0;
    for (unsigned i = 0; i < NAME_CLASSES; i++)
        rows += counts->counts[label][i];
    return rows == 0 ? 0.0 : 100.0 * counts->counts[label][NAME_DYNAMIC] / rows;
}

int main(void)
{
    struct labelled labelled;
    struct labelled_counts counts = {.classes = NAME_CLASSES};

    if (!labelled_open(&labelled, "MXTAP_DATA", "rdns.tsv")) {
        printf("skipped: MXTAP_DATA has no rdns.tsv\n");
        return 77;
    }
    for (unsigned i = 0; i < NAME_CLASSES; i++)
        counts.names[i] = names_class_name((enum name_class)i);
    while (labelled_next(&labelled)) {
        enum name_class class = names_class(span_text(labelled.fields[0]));
        if (!labelled_count(&counts, labelled.fields[1], class))
            printf("no such class: %s\n", labelled.fields[1]);
    }
    labelled_close(&labelled);
    /* Most names of mail servers say nothing, so unknown is no mistake for them. */
    (void)labelled_table(&counts);
    for (unsigned i = NAME_DYNAMIC; i < NAME_CLASSES; i++)
        printf("called dynamic, of those labelled %-8s %5.1f %%\n", counts.names[i],
               share(&counts, (enum name_class)i));
    return share(&counts, NAME_DYNAMIC) >= WANTED_DYNAMIC &&
                   share(&counts, NAME_MAIL) <= ALLOWED_MAIL
               ? 0
               : 1;
}
