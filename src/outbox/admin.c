/* admin: joins the file as a reader does, and looks at what its tables say. */
#ifdef MXTAP_OUTBOX

#include "admin.h"

#include "fetch.h"
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>

#define SOME        500 /* records read at a time */
#define SOME_OCTETS ((size_t)4 << 20)
#define BUSY_TIME   10000 /* milliseconds for which a sensor may write */

enum err outbox_admin_open(const char *path, struct outbox_admin **ret_admin, char *ret_message,
                           size_t size)
{
    struct outbox_admin *admin = calloc(1, sizeof *admin);
    ret_message[0] = '\0';
    if (admin == NULL)
        return ERR_MEMORY;
    enum err err = sqlfile_join(path, &shelf_shape, &admin->file, ret_message, size);
    if (err != ERR_NONE) {
        free(admin);
        return err;
    }
    sqlite3_busy_timeout(admin->file.db, BUSY_TIME);
    *ret_admin = admin;
    return ERR_NONE;
}

void outbox_admin_close(struct outbox_admin *admin)
{
    if (admin == NULL)
        return;
    sqlfile_close(&admin->file);
    free(admin);
}

const char *outbox_admin_reason(const struct outbox_admin *admin)
{
    return sqlfile_reason(&admin->file);
}

/* ---- places ---- */

static enum err add_place(struct admin_places *places, sqlite3_stmt *row)
{
    size_t size = (places->count + 1) * sizeof *places->places;
    struct place *larger = realloc(places->places, size);
    if (larger == NULL)
        return ERR_MEMORY;
    places->places = larger;
    bool *holds = realloc(places->holds, places->count + 1);
    if (holds == NULL)
        return ERR_MEMORY;
    places->holds = holds;
    place_read(row, &larger[places->count]);
    holds[places->count++] = sqlite3_column_int64(row, 6) != 0;
    return ERR_NONE;
}

void admin_places_done(struct admin_places *places)
{
    free(places->places);
    free(places->holds);
    *places = (struct admin_places){0};
}

enum err admin_places(struct outbox_admin *admin, const char *name, struct admin_places *ret_places)
{
    struct admin_places places = {0};
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err err = sql_prepare(admin->file.db,
                               "SELECT " PLACE_COLUMNS " FROM reader"
                               " WHERE ?1 IS NULL OR name = ?1 ORDER BY name",
                               &statement);
    if (err == ERR_NONE) {
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
        err = sql_step(statement, &row);
    }
    while (err == ERR_NONE && row) {
        err = add_place(&places, statement);
        if (err == ERR_NONE)
            err = sql_step(statement, &row);
    }
    sqlite3_finalize(statement);
    if (err == ERR_NONE && name != NULL && places.count == 0)
        err = ERR_USAGE;
    if (err != ERR_NONE)
        admin_places_done(&places);
    else
        *ret_places = places;
    return err;
}

/* ---- reading ---- */

/* The next records behind *position that the place wants, or all dead ones of it. */
static enum err fetch_some(sqlite3_stmt *statement, const struct place *place, bool dead,
                           uint64_t *position, struct fetch *fetch)
{
    bool row = false;
    fetch_clear(fetch);
    sqlite3_bind_int64(statement, 1, (int64_t)*position);
    if (dead)
        sqlite3_bind_text(statement, 2, place->name, -1, SQLITE_STATIC);
    enum err err = sql_step(statement, &row);
    while (err == ERR_NONE && row && fetch->count < SOME && fetch->octets.len < SOME_OCTETS) {
        if (dead || fetch_wanted(statement, place))
            err = fetch_add(fetch, statement, dead);
        if (err == ERR_NONE) {
            *position = (uint64_t)sqlite3_column_int64(statement, dead ? 10 : 0);
            err = sql_step(statement, &row);
        }
    }
    sqlite3_reset(statement);
    fetch_finish(fetch);
    return err;
}

static const char *text_of(enum outbox_what what)
{
    return what == OUTBOX_DEAD ? "SELECT " FETCH_DEAD
                                 " FROM dead WHERE number > ?1 AND reader = ?2 ORDER BY number"
                               : "SELECT " FETCH_RECORD " FROM record WHERE seq > ?1 ORDER BY seq";
}

static enum err
export_place(struct outbox_admin *admin, const struct place *place, enum outbox_what what,
             bool (*visit)(void *arg, const char *name, const struct parcel *parcel), void *arg,
             bool *more)
{
    struct fetch fetch;
    sqlite3_stmt *statement = NULL;
    uint64_t position = what == OUTBOX_DEAD ? 0 : place->cursor;
    fetch_init(&fetch);
    enum err err = sql_prepare(admin->file.db, text_of(what), &statement);
    do {
        if (err == ERR_NONE)
            err = fetch_some(statement, place, what == OUTBOX_DEAD, &position, &fetch);
        for (size_t i = 0; err == ERR_NONE && *more && i < fetch.count; i++) {
            if (what == OUTBOX_DEAD)
                fetch.parcels[i].state = PARCEL_REFUSED;
            *more = visit(arg, place->name, &fetch.parcels[i]);
        }
    } while (err == ERR_NONE && *more && fetch.count > 0);
    sqlite3_finalize(statement);
    fetch_done(&fetch);
    return err;
}

enum err outbox_admin_export(struct outbox_admin *admin, const char *name, enum outbox_what what,
                             bool (*visit)(void *arg, const char *name,
                                           const struct parcel *parcel),
                             void *arg)
{
    struct admin_places places;
    bool more = true;
    enum err err = admin_places(admin, name, &places);
    if (err != ERR_NONE)
        return err;
    for (size_t i = 0; err == ERR_NONE && more && i < places.count; i++)
        err = export_place(admin, &places.places[i], what, visit, arg, &more);
    admin_places_done(&places);
    return err;
}

/* ---- the list ---- */

static enum err count_dead(struct outbox_admin *admin, const char *name, uint64_t *ret_count)
{
    struct shelf shelf = {.file = admin->file};
    return shelf_dead_count(&shelf, name, ret_count);
}

static enum err find_oldest(struct outbox_admin *admin, const struct place *place,
                            int64_t *ret_oldest)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err err = sql_prepare(admin->file.db, text_of(OUTBOX_WAITING), &statement);
    if (err == ERR_NONE) {
        sqlite3_bind_int64(statement, 1, (int64_t)place->cursor);
        err = sql_step(statement, &row);
    }
    while (err == ERR_NONE && row && !fetch_wanted(statement, place))
        err = sql_step(statement, &row);
    if (err == ERR_NONE && row)
        *ret_oldest = sqlite3_column_int64(statement, 1);
    sqlite3_finalize(statement);
    return err;
}

static enum err describe(struct outbox_admin *admin, const struct place *place,
                         struct outbox_place *ret_place)
{
    struct outbox_place found = {
        .octets = (uint64_t)place->octets,
        .tried = place->tried,
        .stats = {.waiting = (uint64_t)place->filed, .lost = place->lost},
    };
    memcpy(found.name, place->name, sizeof found.name);
    memcpy(found.format, place->format, sizeof found.format);
    memcpy(found.trouble, place->trouble, sizeof found.trouble);
    enum err err = count_dead(admin, place->name, &found.stats.dead);
    if (err == ERR_NONE && found.stats.waiting > 0)
        err = find_oldest(admin, place, &found.stats.oldest);
    if (err == ERR_NONE)
        *ret_place = found;
    return err;
}

enum err outbox_admin_list(struct outbox_admin *admin,
                           void (*visit)(void *arg, const struct outbox_place *place), void *arg)
{
    struct admin_places places;
    enum err err = admin_places(admin, NULL, &places);
    if (err != ERR_NONE)
        return err;
    for (size_t i = 0; err == ERR_NONE && i < places.count; i++) {
        struct outbox_place place;
        err = describe(admin, &places.places[i], &place);
        if (err == ERR_NONE)
            visit(arg, &place);
    }
    admin_places_done(&places);
    return err;
}

#endif
