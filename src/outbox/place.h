/*
 * place: how far an output has come, as memory and the table reader have it.
 *
 * In memory under the outbox's lock. What is counted: filed, the records in the file behind the
 * cursor that it wants, and fresh, those that are in memory only. Where that is not known (the
 * output wants others than before, or somebody beside us changed the cursor) uncounted is set, and
 * the writer counts anew. Letters are what became of records that were refused, or asked for again,
 * on their way into the table dead.
 */
#ifndef MXTAP_OUTBOX_PLACE_H
#define MXTAP_OUTBOX_PLACE_H

#include <mxtap/outbox.h>
#include <mxtap/sql.h>

struct letter {
    struct letter *next;
    uint64_t dead; /* the row of table dead that it was; 0: none */
    bool refused;  /* false: delivered after all */
    uint64_t seq;
    int64_t put;
    struct record record; /* of one that was not dead; its octets stand behind the letter */
    char answer[OUTBOX_ANSWER];
};

struct letters {
    struct letter *head, *tail;
    size_t octets;
};

struct place {
    char name[OUTBOX_NAME], format[OUTBOX_NAME];
    struct selection selection;
    uint64_t cursor;
    bool holds;     /* records are kept for it */
    bool changed;   /* not in the file yet */
    bool uncounted; /* filed and fresh are not known */
    int64_t filed;  /* below zero for a moment, while they are counted */
    int64_t octets; /* of those in the file */
    uint64_t fresh; /* in memory only */
    uint64_t gone;  /* records up to this one were removed, and are not in filed any more */
    uint64_t lost;  /* removed before it had them */
    uint64_t dead;  /* letters in the file */
    int64_t oldest; /* clock time at which the oldest that waits was put, or a little before */
    unsigned asked; /* rises when dead letters may have been asked for again */
    struct letters letters; /* not in the file yet, and not with the writer */
    size_t letters_octets;  /* of those with the writer too */
    char trouble[256];
    int64_t tried;
};

bool place_wants(const struct place *place, const char *format, enum record_kind kind,
                 unsigned severity, uint32_t detector);
bool selection_same(const struct selection *a, const struct selection *b);

/* A row of table reader: "SELECT " PLACE_COLUMNS " FROM reader"; holds is not taken. */
#define PLACE_COLUMNS                                                                              \
    "name, format, kinds, severity, detectors, cursor, holds, waiting, octets, lost, trouble, "    \
    "tried"
void place_read(sqlite3_stmt *row, struct place *ret_place);
/* The same columns as parameters 1 to 12. */
void place_bind(sqlite3_stmt *statement, const struct place *place);

/* record NULL: of a dead letter. NULL: malloc said no. */
struct letter *letter_new(uint64_t seq, const struct record *record, const char *answer);
void letters_add(struct letters *letters, struct letter *letter);
void letters_done(struct letters *letters);

#endif
