/* The classifier against names of real hosts: rdns.tsv in MXTAP_DATA, which is not part of the
 * project. Prints a table and holds the shares that were reached; skipped where the file is absent.
 */
#include <mxtap/names.h>

#include "labelled.h"

#include <mxtap/span.h>

/* Per cent of the names with a label that are called so: at least, or at most. */
struct bound {
    enum name_class label, called;
    bool most;
    double share;
};

static const struct bound bounds[] = {
    {NAME_DYNAMIC, NAME_DYNAMIC, false, 91.0}, {NAME_MAIL, NAME_DYNAMIC, true, 0.5},
    {NAME_STATIC, NAME_DYNAMIC, true, 13.5},   {NAME_HOSTING, NAME_DYNAMIC, true, 0.0},
    {NAME_STATIC, NAME_STATIC, false, 80.0},   {NAME_HOSTING, NAME_HOSTING, false, 75.0},
    {NAME_MAIL, NAME_MAIL, false, 50.0},
};

static double share(const struct labelled_counts *counts, enum name_class label,
                    enum name_class called)
{
    unsigned rows = 0;
    for (unsigned i = 0; i < NAME_CLASSES; i++)
        rows += counts->counts[label][i];
    return rows == 0 ? 0.0 : 100.0 * counts->counts[label][called] / rows;
}

static bool holds(const struct labelled_counts *counts, const struct bound *bound)
{
    double found = share(counts, bound->label, bound->called);
    bool good = bound->most ? found <= bound->share : found >= bound->share;
    printf("%-8s called %-8s %5.1f %%, at %-5s %5.1f %%%s\n", names_class_name(bound->label),
           names_class_name(bound->called), found, bound->most ? "most" : "least", bound->share,
           good ? "" : ": MISSED");
    return good;
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
    bool good = true;
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
        good = holds(&counts, &bounds[i]) && good;
    return good ? 0 : 1;
}
