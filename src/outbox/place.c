/* place: detectors are kept as a text of their numbers, "1001 1002". */
#ifdef MXTAP_OUTBOX

#include "place.h"

#include <stdio.h>
#include <stdlib.h>

#define DETECTORS_TEXT (SELECTION_DETECTORS * 11 + 1)

bool place_wants(const struct place *place, const char *format, enum record_kind kind,
                 unsigned severity, uint32_t detector)
{
    return strcmp(place->format, format) == 0 &&
           selection_takes(&place->selection, kind, severity, detector);
}

bool selection_same(const struct selection *a, const struct selection *b)
{
    return a->kinds == b->kinds && a->severity == b->severity &&
           a->detector_count == b->detector_count &&
           memcmp(a->detectors, b->detectors, a->detector_count * sizeof *a->detectors) == 0;
}

static void read_detectors(const char *text, struct selection *selection)
{
    char *end;
    for (; selection->detector_count < SELECTION_DETECTORS; text = end) {
        unsigned long number = strtoul(text, &end, 10);
        if (end == text)
            return;
        selection->detectors[selection->detector_count++] = (uint32_t)number;
    }
}

void place_read(sqlite3_stmt *row, struct place *ret_place)
{
    char detectors[DETECTORS_TEXT];
    *ret_place = (struct place){0};
    sql_text(row, 0, ret_place->name, sizeof ret_place->name);
    sql_text(row, 1, ret_place->format, sizeof ret_place->format);
    ret_place->selection.kinds = (unsigned)sqlite3_column_int64(row, 2);
    ret_place->selection.severity = (unsigned)sqlite3_column_int64(row, 3);
    sql_text(row, 4, detectors, sizeof detectors);
    read_detectors(detectors, &ret_place->selection);
    ret_place->cursor = (uint64_t)sqlite3_column_int64(row, 5);
    ret_place->filed = sqlite3_column_int64(row, 7);
    ret_place->octets = sqlite3_column_int64(row, 8);
    ret_place->lost = (uint64_t)sqlite3_column_int64(row, 9);
    sql_text(row, 10, ret_place->trouble, sizeof ret_place->trouble);
    ret_place->tried = sqlite3_column_int64(row, 11);
}

void place_bind(sqlite3_stmt *statement, const struct place *place)
{
    char detectors[DETECTORS_TEXT] = "";
    size_t len = 0;
    for (size_t i = 0; i < place->selection.detector_count; i++)
        len += (size_t)snprintf(detectors + len, sizeof detectors - len, "%s%u", i == 0 ? "" : " ",
                                place->selection.detectors[i]);
    sqlite3_bind_text(statement, 1, place->name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 2, place->format, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 3, place->selection.kinds);
    sqlite3_bind_int64(statement, 4, place->selection.severity);
    sqlite3_bind_text(statement, 5, detectors, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 6, (int64_t)place->cursor);
    sqlite3_bind_int64(statement, 7, place->holds);
    sqlite3_bind_int64(statement, 8, place->filed < 0 ? 0 : place->filed);
    sqlite3_bind_int64(statement, 9, place->octets < 0 ? 0 : place->octets);
    sqlite3_bind_int64(statement, 10, (int64_t)place->lost);
    sqlite3_bind_text(statement, 11, place->trouble, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 12, place->tried);
}

struct letter *letter_new(uint64_t seq, const struct record *record, const char *answer)
{
    size_t len = record == NULL ? 0 : record->octets.len;
    struct letter *letter = calloc(1, sizeof *letter + len);
    if (letter == NULL)
        return NULL;
    letter->seq = seq;
    snprintf(letter->answer, sizeof letter->answer, "%s", answer);
    if (record == NULL)
        return letter;
    letter->record = *record;
    letter->record.octets = span_make(letter + 1, len);
    if (len > 0)
        memcpy(letter + 1, record->octets.at, len);
    return letter;
}

void letters_add(struct letters *letters, struct letter *letter)
{
    letter->next = NULL;
    if (letters->tail == NULL)
        letters->head = letter;
    else
        letters->tail->next = letter;
    letters->tail = letter;
    letters->octets += sizeof *letter + letter->record.octets.len;
}

void letters_done(struct letters *letters)
{
    for (struct letter *letter = letters->head, *next; letter != NULL; letter = next) {
        next = letter->next;
        free(letter);
    }
    *letters = (struct letters){0};
}

#endif
