/* judge: is all well? Each question adds its reason where the answer is no. */
#include "view.h"

#include <json-c/json.h>
#include <mxtap/health.h>
#include <mxtap/privacy.h>
#include <stdarg.h>
#include <stdio.h>

#define REASON_MAX   4000
#define SAVES_MISSED 3 /* intervals without a save before that is a reason */

static __attribute__((format(printf, 2, 3))) void because(struct buf *reason, const char *format,
                                                          ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (reason->len > 0)
        buf_add_text(reason, "; ");
    privacy_escape(reason, span_text(text));
}

static void ask_interfaces(const struct stats *stats, struct buf *reason)
{
    for (size_t i = 0; i < stats->interface_count; i++)
        if (!stats->interfaces[i].up)
            because(reason, "interface %s is down", stats->interfaces[i].name);
    if (stats->drop_warning)
        because(reason, "%.3g %% of the packets are lost before they are read",
                stats->drop_rate * 100);
}

static void ask_past(const struct stats *stats, struct buf *reason)
{
    const struct past_stats *past = &stats->past;
    if (past->trouble[0] != '\0')
        because(reason, "saving what is known: %s", past->trouble);
    if (stats->past_interval <= 0)
        return;
    int64_t since = stats->time - (past->saved_at != 0 ? past->saved_at : stats->started);
    if (since / SAVES_MISSED > stats->past_interval)
        because(reason, "what is known has not been saved for %.0f s",
                (double)since / (double)CLOCK_SECOND);
}

static void ask_outputs(const struct stats *stats, struct buf *reason)
{
    for (size_t i = 0; i < stats->output_count; i++) {
        const struct stats_output *output = &stats->outputs[i];
        if (output->failing && output->sends)
            because(reason, "output %s does not take records, %ju wait, %ju are lost%s%s",
                    output->name, (uintmax_t)output->depth, (uintmax_t)output->dropped,
                    output->trouble[0] != '\0' ? ": " : "", output->trouble);
        else if (output->failing)
            because(reason, "output %s does not take records, %ju are lost", output->name,
                    (uintmax_t)output->dropped);
    }
    if (stats->has_outbox && stats->outbox.failing)
        because(reason, "the outbox cannot be written, %ju records wait in memory: %s",
                (uintmax_t)stats->outbox.pending, stats->outbox.trouble);
}

bool judge_view(const struct view *view, struct buf *ret_reason)
{
    size_t before = ret_reason->len;
    if (!view->counted) {
        because(ret_reason, "there are no counters yet");
        return false;
    }
    if (view->stale)
        because(ret_reason, "the counters are %.0f s old: the detectors do not get on", view->age);
    ask_interfaces(view->stats, ret_reason);
    ask_past(view->stats, ret_reason);
    ask_outputs(view->stats, ret_reason);
    return ret_reason->len == before;
}

void judge_json(const struct view *view, struct buf *out)
{
    struct buf reason;
    buf_init(&reason, REASON_MAX);
    bool healthy = judge_view(view, &reason);
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "healthy", json_object_new_boolean(healthy));
    json_object_object_add(json, "reason",
                           json_object_new_string_len(
                               reason.len == 0 ? "" : (const char *)reason.at, (int)reason.len));
    json_object_object_add(json, "version", json_object_new_string(MXTAP_VERSION));
    json_object_object_add(json, "uptime_seconds", json_object_new_int64((int64_t)view->uptime));
    json_object_object_add(json, "update_age_seconds", json_object_new_int64((int64_t)view->age));
    size_t len;
    const char *text = json_object_to_json_string_length(
        json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    buf_add(out, span_make(text, len));
    buf_add_octet(out, '\n');
    json_object_put(json);
    buf_done(&reason);
}

/* ---- of counters that have just come ---- */

struct view view_of(const struct stats *stats)
{
    return (struct view){
        .stats = stats,
        .counted = true,
        .uptime = (double)(stats->time - stats->started) / (double)CLOCK_SECOND,
    };
}

bool health_judge(const struct stats *stats, struct buf *ret_reason)
{
    const struct view view = view_of(stats);
    return judge_view(&view, ret_reason);
}
