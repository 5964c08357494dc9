/* text: one line a record, for people. */
#include "output_private.h"
#include "paint.h"
#include "plain.h"

/* "2006-06-19 06:18:46" */
static void put_time(struct buf *out, int64_t time)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(time, text);
    text[10] = ' ';
    buf_add(out, span_make(text, 19));
    buf_add_octet(out, ' ');
}

static void text_alert(const struct format_options *options, const struct alert *alert,
                       const char *id, struct buf *out)
{
    (void)id; /* for machines */
    put_time(out, alert->time);
    paint(out, options->color, paint_of_severity(alert->severity));
    buf_printf(out, "%-6s %s", paint_severity_name(alert->severity), alert->detector->name);
    paint(out, options->color, PAINT_OFF);
    buf_printf(out, " (%s) ", plain_state(alert->state));
    plain_flow(alert->flow, out);
    buf_add_text(out, ": ");
    buf_add_text(out, alert->reason);
}

static void text_smtp(const struct format_options *options, const struct event *event,
                      const char *id, struct buf *out)
{
    (void)id;
    put_time(out, event->time);
    paint(out, options->color, PAINT_DIM);
    buf_add_text(out, "smtp   ");
    paint(out, options->color, PAINT_OFF);
    plain_smtp(options, event, out);
}

static void text_stats(const struct format_options *options, const struct stats *stats,
                       const char *id, struct buf *out)
{
    (void)id;
    put_time(out, stats->time);
    paint(out, options->color, PAINT_DIM);
    buf_add_text(out, "stats  ");
    paint(out, options->color, PAINT_OFF);
    plain_stats(stats, out);
    if (stats->interface_count > 0 && stats->drop_warning) {
        paint(out, options->color, PAINT_HIGH);
        buf_printf(out, " WARNING: %.3g %% of the packets are lost", stats->drop_rate * 100);
        paint(out, options->color, PAINT_OFF);
    }
}

const struct format format_text = {
    .name = "text",
    .summary = "one line a record, for people",
    .alert = text_alert,
    .smtp = text_smtp,
    .stats = text_stats,
};
