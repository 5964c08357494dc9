/* dialogue_print: draws a session: a head line, the lines of both sides, how it ended, what was
 * found. */
#include "dialogue.h"
#include "paint.h"

#include <stdio.h>

#define CLASS_COLUMN 72 /* where a verdict's class stands, if the reply is shorter */

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* How wide UTF-8 is on a terminal, near enough: one column a character. */
static size_t columns(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += (text.at[i] & 0xc0) != 0x80;
    return count;
}

static void put_endpoint(struct buf *out, const struct addr *addr, uint16_t port)
{
    char text[ADDR_TEXT_SIZE];
    addr_text(addr, text);
    buf_printf(out, addr_is_v4(addr) ? "%s:%u" : "[%s]:%u", text, port);
}

/* What DNS calls the client, or that it has no name there. */
static void put_name(const struct dialogue *dialogue, struct buf *out)
{
    struct know_host host;
    know_host_of(dialogue->options.know, &dialogue->flow.client, dialogue->flow.opened, &host);
    if (host.nameless)
        buf_add_text(out, " (no name)");
    if (host.name.len == 0)
        return;
    buf_add_text(out, " (");
    privacy_addresses(know_privacy(dialogue->options.know), out, host.name);
    buf_add_text(out, host.confirmed == KNOW_REFUTED ? ", not confirmed)" : ")");
}

static void put_head(const struct dialogue *dialogue, const struct smtp_summary *summary,
                     struct buf *out)
{
    bool color = dialogue->options.color;
    char time[CLOCK_TEXT_SIZE];
    clock_text(dialogue->flow.opened, time);
    time[10] = ' ';
    paint(out, color, PAINT_HEAD);
    buf_add_text(out, "=== ");
    buf_add(out, span_make(time, 19));
    buf_add_text(out, "  ");
    put_endpoint(out, &dialogue->flow.client, dialogue->flow.client_port);
    put_name(dialogue, out);
    buf_add_text(out, " -> ");
    put_endpoint(out, &dialogue->flow.server, dialogue->flow.server_port);
    if (summary->helo.len > 0) {
        buf_add_text(out, "  ");
        privacy_addresses(know_privacy(dialogue->options.know), out,
                          privacy_cut(summary->helo, 100));
    }
    paint(out, color, PAINT_OFF);
    if (dialogue->midstream)
        buf_add_text(out, "  [picked up in the middle]");
    buf_add_octet(out, '\n');
}

static void put_text(const struct dialogue *dialogue, const struct dialogue_item *item,
                     struct buf *out)
{
    privacy_addresses(know_privacy(dialogue->options.know), out, item->text);
    if (item->cut)
        buf_add_text(out, " [...]");
}

/* The class at its column, or two blanks after a long reply. */
static void put_class(const struct dialogue *dialogue, const struct dialogue_item *item,
                      size_t width, struct buf *out)
{
    if (item->class_name == NULL)
        return;
    size_t blanks = width + 2 > CLASS_COLUMN ? 2 : CLASS_COLUMN - width;
    buf_printf(out, "%*s", (int)blanks, "");
    paint(out, dialogue->options.color, PAINT_MEDIUM);
    buf_printf(out, "<- %s", item->class_name);
}

static void put_item(const struct dialogue *dialogue, const struct dialogue_item *item,
                     struct buf *out)
{
    bool color = dialogue->options.color;
    char time[CLOCK_TEXT_SIZE];
    clock_text_short(item->time, time);
    paint(out, color, PAINT_DIM);
    buf_printf(out, "  %s  ", time);
    paint(out, color, PAINT_OFF);
    bool client = item->kind == DIALOGUE_CLIENT || item->kind == DIALOGUE_CONTENT;
    paint(out, color,
          item->kind == DIALOGUE_NOTE ? PAINT_DIM
          : client                    ? PAINT_CLIENT
                                      : PAINT_SERVER);
    buf_add_text(out, item->kind == DIALOGUE_NOTE ? "   " : client ? "C  " : "S  ");
    size_t before = out->len;
    put_text(dialogue, item, out);
    put_class(dialogue, item, columns(span_skip(buf_span(out), before)), out);
    paint(out, color, PAINT_OFF);
    buf_add_octet(out, '\n');
}

static const char *reason_text(enum close_reason reason)
{
    switch (reason) {
    case CLOSE_FIN: return "closed";
    case CLOSE_RST: return "reset";
    case CLOSE_TIMEOUT: return "fell silent";
    case CLOSE_EVICTED: return "given up for want of memory";
    case CLOSE_REUSED: return "its ports were used again";
    case CLOSE_END: return "still open at the end of the capture";
    }
    return "ended";
}

static void put_note(const struct dialogue *dialogue, struct buf *out, const char *text)
{
    paint(out, dialogue->options.color, PAINT_DIM);
    buf_printf(out, "  %s", text);
    paint(out, dialogue->options.color, PAINT_OFF);
    buf_add_octet(out, '\n');
}

static void put_left_out(const struct dialogue *dialogue, struct buf *out)
{
    char text[60];
    snprintf(text, sizeof text, "[... %ju line%s left out ...]", (uintmax_t)dialogue->left_out,
             plural(dialogue->left_out));
    put_note(dialogue, out, text);
}

/* What people should know of what could not be seen. */
static void put_notes(const struct dialogue *dialogue, const struct smtp_summary *summary,
                      struct buf *out)
{
    bool client = (summary->facts & SMTP_BIT(SMTP_FACT_CLIENT_SEEN)) != 0;
    bool server = (summary->facts & SMTP_BIT(SMTP_FACT_SERVER_SEEN)) != 0;
    if (client != server)
        put_note(dialogue, out,
                 client ? "[one-sided: nothing of the server was captured]"
                        : "[one-sided: nothing of the client was captured]");
    char text[120];
    if ((summary->facts & SMTP_BIT(SMTP_FACT_TLS)) != 0) {
        snprintf(text, sizeof text,
                 "[encrypted from here; in all %ju octets of the client, %ju of the server]",
                 (uintmax_t)summary->octets[FROM_CLIENT], (uintmax_t)summary->octets[FROM_SERVER]);
        put_note(dialogue, out, text);
    }
    if ((summary->facts & SMTP_BIT(SMTP_FACT_NOT_SMTP)) != 0) {
        snprintf(text, sizeof text, "[this is not SMTP: %ju octets left alone]",
                 (uintmax_t)(summary->octets[FROM_CLIENT] + summary->octets[FROM_SERVER]));
        put_note(dialogue, out, text);
    }
}

/* How long they talked: to the last line, for when a connection is over is a matter of view. */
static void put_end(const struct dialogue *dialogue, enum close_reason reason, int64_t time,
                    const struct smtp_summary *summary, struct buf *out)
{
    char text[200];
    bool gap;
    if (dialogue->count > 0)
        time = dialogue_at(dialogue, dialogue->count - 1, &gap)->time;
    snprintf(text, sizeof text, "%s after %.3f s: %ju command%s, %u message%s", reason_text(reason),
             (double)(time - dialogue->flow.opened) / (double)CLOCK_SECOND,
             (uintmax_t)summary->commands, plural(summary->commands), summary->messages,
             plural(summary->messages));
    put_note(dialogue, out, text);
}

static void put_findings(const struct dialogue *dialogue, struct buf *out)
{
    for (size_t i = 0; i < dialogue->finding_count; i++) {
        const struct dialogue_finding *finding = &dialogue->findings[i];
        paint(out, dialogue->options.color, paint_of_severity(finding->severity));
        buf_printf(out, "  ! %s %s (%s)", paint_severity_name(finding->severity), finding->name,
                   finding->state);
        paint(out, dialogue->options.color, PAINT_OFF);
        buf_add_text(out, ": ");
        buf_add_text(out, finding->reason == NULL ? "" : finding->reason);
        buf_add_octet(out, '\n');
    }
    if (dialogue->findings_left_out > 0)
        buf_printf(out, "  ! and %ju more\n", (uintmax_t)dialogue->findings_left_out);
}

void dialogue_print(const struct dialogue *dialogue, const struct smtp_summary *summary,
                    enum close_reason reason, int64_t time, struct buf *out)
{
    put_head(dialogue, summary, out);
    for (size_t i = 0; i < dialogue->count; i++) {
        bool gap;
        const struct dialogue_item *item = dialogue_at(dialogue, i, &gap);
        if (gap)
            put_left_out(dialogue, out);
        put_item(dialogue, item, out);
    }
    put_notes(dialogue, summary, out);
    put_end(dialogue, reason, time, summary, out);
    put_findings(dialogue, out);
}
