/* namelist: length-prefixed names in one block that is never larger than they are. */
#include "namelist.h"

#include <mxtap/rd.h>
#include <stdlib.h>

#define NAME_MAX_OCTETS 200

void namelist_init(struct namelist *list, struct budget *budget)
{
    *list = (struct namelist){.budget = budget};
}

void namelist_done(struct namelist *list)
{
    if (list->budget != NULL)
        budget_give(list->budget, list->len);
    free(list->texts);
    *list = (struct namelist){.budget = list->budget};
}

/* Room for count more octets at the end of the texts, or NULL. */
static uint8_t *extend(struct namelist *list, uint32_t count)
{
    if (list->budget != NULL && !budget_take(list->budget, count))
        return NULL;
    uint8_t *texts = realloc(list->texts, list->len + count);
    if (texts == NULL) {
        if (list->budget != NULL)
            budget_give(list->budget, count);
        return NULL;
    }
    list->texts = texts;
    list->len += count;
    return texts + list->len - count;
}

void namelist_add(struct namelist *list, struct span name)
{
    list->total++;
    if (list->kept == EVIDENCE_LIST_MAX)
        return;
    name = privacy_cut(name, NAME_MAX_OCTETS);
    uint8_t *at = extend(list, (uint32_t)name.len + 1);
    if (at == NULL)
        return;
    list->kept++;
    *at = (uint8_t)name.len;
    if (name.len > 0)
        memcpy(at + 1, name.at, name.len);
}

void namelist_evidence(struct detect *detect, const struct namelist *list,
                       struct json_object *evidence, const char *name, const char *count_name)
{
    struct rd rd = rd_make(span_make(list->texts, list->len));
    while (rd_left(&rd) > 0) {
        size_t len = rd_u8(&rd);
        evidence_list_span(detect, evidence, name, rd_take(&rd, len));
    }
    evidence_count(evidence, count_name, list->total);
}
