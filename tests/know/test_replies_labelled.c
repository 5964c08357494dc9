/* The classifier against real replies of the world's mail servers: replies.tsv in MXTAP_DATA, which
 * is not part of the project. Prints a table; skipped where the file is absent. */
#include <mxtap/replies.h>

#include "labelled.h"

#include <stdlib.h>

#define WANTED 95.0 /* per cent */

int main(void)
{
    struct labelled labelled;
    struct labelled_counts counts = {.classes = REPLY_CLASSES};
    struct replies *replies = NULL;
    char problem[REPLIES_PROBLEM_SIZE] = "";

    if (!labelled_open(&labelled, "MXTAP_DATA", "replies.tsv")) {
        printf("skipped: MXTAP_DATA has no replies.tsv\n");
        return 77;
    }
    if (replies_new(NULL, &replies, problem) != ERR_NONE) {
        printf("%s\n", problem);
        return 1;
    }
    for (unsigned i = 0; i < REPLY_CLASSES; i++)
        counts.names[i] = replies_name((enum reply_class)i);
    while (labelled_next(&labelled)) {
        enum reply_class class = replies_line(replies, span_text(labelled.fields[1]));
        if (!labelled_count(&counts, labelled.fields[2], class))
            printf("no such class: %s\n", labelled.fields[2]);
        if (strcmp(replies_name(class), labelled.fields[2]) != 0)
            printf("%s, not %s: %s\n", replies_name(class), labelled.fields[2], labelled.fields[1]);
    }
    labelled_close(&labelled);
    replies_free(replies);
    return labelled_table(&counts) >= WANTED ? 0 : 1;
}
