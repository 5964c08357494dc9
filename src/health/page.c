/* page: one page of HTML without a script, that says in tables what the metrics say. What comes
 * from outside (names of interfaces, reasons) is escaped. */
#include "html.h"
#include "metrics.h"

#include <stdio.h>

static void put_head(const struct view *view, struct buf *out)
{
    struct buf reason;
    buf_init(&reason, 4000);
    bool healthy = judge_view(view, &reason);
    html_begin(out, healthy ? "mxtap: healthy" : "mxtap: not healthy");
    buf_printf(out, "<h1>mxtap</h1>\n<p class=\"%s\" role=\"status\">", healthy ? "good" : "bad");
    buf_add_text(out, healthy ? "All is well." : "Not healthy: ");
    html_text(out, buf_span(&reason));
    buf_add_text(out, "</p>\n<p class=\"dim\">Version " MXTAP_VERSION);
    if (view->counted) {
        buf_add_text(out, ", running for ");
        html_duration(out, view->uptime);
        buf_printf(out, ", counters of %.0f s ago. ", view->age);
    } else {
        buf_add_text(out, ". ");
    }
    buf_add_text(out, "For machines: <a href=\"metrics\">metrics</a>, "
                      "<a href=\"health\">health</a>.</p>\n");
    buf_done(&reason);
}

static void put_interfaces(const struct stats *stats, struct buf *out)
{
    html_table(out, "Interfaces",
               "Interface|State|Packets|Octets|Lost by kernel|Lost by interface");
    for (size_t i = 0; i < stats->interface_count; i++) {
        const struct stats_interface *interface = &stats->interfaces[i];
        html_row(out, span_text(interface->name), interface->up ? NULL : "bad");
        html_cell(out, interface->up ? "up" : "down");
        html_count(out, interface->capture.packets);
        html_octets(out, interface->capture.octets);
        html_count(out, interface->capture.kernel_drops);
        html_count(out, interface->capture.interface_drops);
    }
    html_table_end(out);
}

static void put_pair(struct buf *out, const char *name, uint64_t count)
{
    html_row(out, span_text(name), NULL);
    html_count(out, count);
}

static void put_mail(const struct stats *stats, struct buf *out)
{
    html_table(out, "Mail", "What|Count");
    put_pair(out, "SMTP sessions", stats->sessions);
    put_pair(out, "of these under way", stats->sessions_now);
    put_pair(out, "encrypted from some point on", stats->tls);
    put_pair(out, "seen from one side only", stats->one_sided);
    put_pair(out, "messages", stats->messages);
    put_pair(out, "holes in dialogues", stats->stream.gaps);
    put_pair(out, "TCP connections followed now", stats->stream.flows_now);
    put_pair(out, "TCP connections evicted", stats->stream.evicted);
    put_pair(out, "DNS answers learned from", stats->dns.answers);
    html_table_end(out);
}

static void put_service(const struct view *view, struct buf *out)
{
    const struct stats *stats = view->stats;
    html_table(out, "Service", "What|Count");
    char lost[40];
    snprintf(lost, sizeof lost, "%.3g %%", stats->drop_rate * 100);
    html_row(out, SPAN_LITERAL("packets lost lately"), stats->drop_warning ? "bad" : NULL);
    html_cell(out, lost);
    put_pair(out, "workers", stats->workers);
    put_pair(out, "events waiting", stats->event_queue_depth);
    put_pair(out, "events dropped", stats->event_queue_drops);
    for (size_t i = 0; i < stats->output_count; i++) {
        char name[100];
        snprintf(name, sizeof name, "records to %s", stats->outputs[i].name);
        put_pair(out, name, stats->outputs[i].records);
        snprintf(name, sizeof name, "records not taken by %s", stats->outputs[i].name);
        put_pair(out, name, stats->outputs[i].dropped);
        if (!stats->outputs[i].sends)
            continue;
        snprintf(name, sizeof name, "records that wait for %s", stats->outputs[i].name);
        put_pair(out, name, stats->outputs[i].depth);
        snprintf(name, sizeof name, "records refused by %s", stats->outputs[i].name);
        put_pair(out, name, stats->outputs[i].refused);
    }
    if (stats->has_outbox) {
        put_pair(out, "records in the outbox", stats->outbox.waiting);
        put_pair(out, "records that the outbox lost",
                 stats->outbox.dropped + stats->outbox.removed);
    }
    put_pair(out, "configurations loaded again", stats->reloads);
    put_pair(out, "configurations refused", stats->reloads_refused);
    put_pair(out, "system calls refused", stats->refused_calls);
    put_pair(out, "times saved", stats->past.saved);
    put_pair(out, "times not saved", stats->past.failed);
    html_table_end(out);
}

static void put_alerts(const struct detect_stats *detect, struct buf *out)
{
    html_table(out, "Alerts", "Detector|Alerts|Evicted");
    for (size_t i = 0; i < detect_count(); i++) {
        html_row(out, span_text(detect_at(i)->name), detect->alerts[i] == 0 ? "dim" : NULL);
        html_count(out, detect->alerts[i]);
        html_count(out, detect->evicted[i]);
    }
    html_table_end(out);
}

static void put_lag(const struct stats_lag *lag, struct buf *out)
{
    static const int64_t limits[] = STATS_LAG_LIMITS;
    html_table(out, "From packet to alert", "Within|Alerts|");
    uint64_t most = 1;
    for (size_t i = 0; i < STATS_LAG_BUCKETS; i++)
        most = lag->buckets[i] > most ? lag->buckets[i] : most;
    for (size_t i = 0; i < STATS_LAG_BUCKETS; i++) {
        char name[40] = "longer";
        if (i < STATS_LAG_BUCKETS - 1)
            snprintf(name, sizeof name, limits[i] < 1000 ? "%jd ms" : "%jd s",
                     (intmax_t)(limits[i] < 1000 ? limits[i] : limits[i] / 1000));
        html_row(out, span_text(name), lag->buckets[i] == 0 ? "dim" : NULL);
        html_count(out, lag->buckets[i]);
        html_bar(out, (double)lag->buckets[i] / (double)most);
    }
    html_table_end(out);
}

static void put_room(struct buf *out, const char *name, size_t used, size_t peak, size_t ceiling)
{
    html_row(out, span_text(name), NULL);
    html_octets(out, used);
    if (peak != 0)
        html_octets(out, peak);
    else
        html_cell(out, "");
    if (ceiling != 0)
        html_octets(out, ceiling);
    else
        html_cell(out, "");
    html_bar(out, ceiling != 0 ? (double)used / (double)ceiling : 0);
}

static void put_memory(const struct stats *stats, struct buf *out)
{
    html_table(out, "Memory", "Room|Used|Peak|Ceiling|");
    put_room(out, "stream", stats->stream.memory, stats->stream.memory_peak,
             stats->ceilings.stream);
    put_room(out, "smtp", stats->smtp_memory, 0, stats->ceilings.smtp);
    put_room(out, "know", stats->know.memory, stats->know.memory_peak, stats->ceilings.know);
    put_room(out, "detect", stats->detect.memory, stats->detect.memory_peak,
             stats->ceilings.detect);
    put_room(out, "the process", stats->process_memory, 0, 0);
    html_table_end(out);
}

/* ---- all that /metrics says ---- */

static void on_family(void *arg, const char *name, enum metric_type type, const char *help)
{
    (void)name;
    (void)type;
    html_group(arg, help);
}

static void on_sample(void *arg, const char *name, const struct metric_sample *sample)
{
    struct buf *out = arg;
    struct buf title;
    buf_init(&title, 1000);
    buf_printf(&title, "%s%s", name, sample->suffix);
    for (size_t i = 0; i < METRIC_LABELS && sample->labels[i].name != NULL; i++)
        buf_printf(&title, " %s=%s", sample->labels[i].name, sample->labels[i].value);
    html_row(out, buf_span(&title), NULL);
    html_cell(out, sample->value);
    buf_done(&title);
}

static void put_all(const struct view *view, struct buf *out)
{
    const struct metric_sink sink = {.family = on_family, .sample = on_sample, .arg = out};
    html_table(out, "All metrics", "Metric|Value");
    metrics_walk(view, &sink);
    html_table_end(out);
}

void page_html(const struct view *view, struct buf *out)
{
    put_head(view, out);
    if (view->counted) {
        buf_add_text(out, "<div class=\"grid\">\n");
        put_interfaces(view->stats, out);
        put_mail(view->stats, out);
        put_service(view, out);
        put_memory(view->stats, out);
        put_alerts(&view->stats->detect, out);
        put_lag(&view->stats->lag, out);
        buf_add_text(out, "</div>\n");
    }
    put_all(view, out);
    html_end(out);
}
