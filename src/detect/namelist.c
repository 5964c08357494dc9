/* namelist: length-prefixed names in one buffer. */
#include "namelist.h"

#include <mxtap/rd.h>

#define NAME_MAX_OCTETS 200

void namelist_init(struct namelist *list)
{
    *list = (struct namelist){0};
    buf_init(&list->texts, EVIDENCE_LIST_MAX * (NAME_MAX_OCTETS + 1));
}

void namelist_done(struct namelist *list)
{
    buf_done(&list->texts);
}

void namelist_add(struct namelist *list, struct span name)
{
    list->total++;
    if (list->kept == EVIDENCE_LIST_MAX)
        return;
    list->kept++;
    name = span_head(name, NAME_MAX_OCTETS);
    buf_add_octet(&list->texts, (uint8_t)name.len);
    buf_add(&list->texts, name);
}

void namelist_evidence(struct detect *detect, const struct namelist *list,
                       struct json_object *evidence, const char *name, const char *count_name)
{
    struct rd rd = rd_make(buf_span(&list->texts));
    while (rd_left(&rd) > 0) {
        size_t len = rd_u8(&rd);
        evidence_list_span(detect, evidence, name, rd_take(&rd, len));
    }
    evidence_count(evidence, count_name, list->total);
}
