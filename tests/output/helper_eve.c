/* helper_eve: see helper_eve.h. */
#include "helper_eve.h"

const struct format *eve;
struct stage *stage;
struct buf record;

int set_up(void **state)
{
    (void)state;
    eve = format_find("eve");
    stage = stage_new(PRIVACY_CLEAR);
    buf_init(&record, 2 << 20);
    return eve == NULL;
}

int tear_down(void **state)
{
    (void)state;
    stage_free(stage);
    buf_done(&record);
    return 0;
}

struct json_object *smtp_record(const struct event *event)
{
    buf_clear(&record);
    eve->smtp(&stage->options, event, STAGE_ID, &record);
    return stage_json(&record);
}

struct json_object *alert_record(const struct event *event, const struct event_flow *flow)
{
    const struct alert alert = stage_alert(stage, event, flow);
    buf_clear(&record);
    eve->alert(&stage->options, &alert, STAGE_ID, &record);
    return stage_json(&record);
}

struct json_object *stats_record_of(const struct stats *stats)
{
    buf_clear(&record);
    eve->stats(&stage->options, stats, STAGE_ID, &record);
    return stage_json(&record);
}

struct json_object *stats_record(void)
{
    const struct stats stats = stage_stats();
    return stats_record_of(&stats);
}
