/* eve: alert and smtp records in the shape of Suricata's EVE; eve_stats.c has the third kind. */
#include "eve.h"
#include "eve_stats.h"
#include "output_private.h"

static void alert_object(struct json_object *record, const struct alert *alert)
{
    const struct detector *detector = alert->detector;
    struct json_object *object = json_object_new_object();
    eve_add_string(object, "action", "allowed");
    eve_add_count(object, "gid", 25);
    eve_add_count(object, "signature_id", detector->id);
    eve_add_count(object, "rev", detector->rev);
    eve_add_string(object, "signature", detector->signature);
    eve_add_string(object, "category", detector->category);
    eve_add_count(object, "severity", alert->severity);
    eve_add(record, "alert", object);
}

static void eve_alert(const struct format_options *options, const struct alert *alert,
                      const char *id, struct buf *out)
{
    struct json_object *record = eve_new(options, alert->time, "alert");
    eve_flow(options, record, alert->flow);
    if (alert->event != NULL)
        eve_tx_id(record, alert->event);
    alert_object(record, alert);
    if (alert->event != NULL) {
        eve_smtp(options, record, alert->event);
        eve_email(options, record, alert->event);
    }
    eve_add(record, "mxtap", eve_own_alert(alert, id));
    eve_write(record, out);
}

static void eve_event(const struct format_options *options, const struct event *event,
                      const char *id, struct buf *out)
{
    struct json_object *record = eve_new(options, event->time, "smtp");
    eve_flow(options, record, &event->flow);
    eve_tx_id(record, event);
    eve_smtp(options, record, event);
    eve_email(options, record, event);
    eve_add(record, "mxtap", eve_own_smtp(options, event, id));
    eve_write(record, out);
}

static void eve_counters(const struct format_options *options, const struct stats *stats,
                         const char *id, struct buf *out)
{
    struct json_object *record = eve_new(options, stats->time, "stats");
    eve_add(record, "stats", eve_suricata_stats(stats));
    eve_add(record, "mxtap", eve_own_stats(stats, id));
    eve_write(record, out);
}

const struct format format_eve = {
    .name = "eve",
    .summary = "JSON lines in the shape of Suricata's EVE",
    .alert = eve_alert,
    .smtp = eve_event,
    .stats = eve_counters,
};
