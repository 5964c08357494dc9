/* html: the pieces that page.c puts together. */
#include "html.h"

#include <mxtap/privacy.h>
#include <stdio.h>

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c2430;--dim:#667085;--line:#d9dee6;--card:#fff;"
    "--page:#f4f6f9;--good:#17663b;--goodbg:#dff3e6;--bad:#9b1c1c;--badbg:#fde3e1;--bar:#3b6fb5}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--dim:#98a2b3;--line:#343c49;"
    "--card:#1d232d;--page:#14181f;--good:#8fdcae;--goodbg:#173524;--bad:#ffb4ab;"
    "--badbg:#4a1d1b;--bar:#6ea0e6}}"
    "body{margin:0 auto;max-width:76rem;padding:1rem 1.5rem 3rem;background:var(--page);"
    "color:var(--ink);font:15px/1.45 system-ui,sans-serif}"
    "h1{font-size:1.6rem;margin:.5rem 0}a{color:var(--bar)}"
    ".good,.bad{padding:.6rem .9rem;border-radius:.5rem;font-weight:600}"
    "p.good{color:var(--good);background:var(--goodbg)}p.bad{color:var(--bad);"
    "background:var(--badbg)}tr.bad>*{color:var(--bad);font-weight:600}"
    ".dim,tr.dim>*{color:var(--dim)}"
    ".grid{columns:25rem;column-gap:1rem;margin-bottom:1rem}"
    "section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;"
    "padding:.4rem 1rem .9rem;margin:0 0 1rem;overflow-x:auto;break-inside:avoid}"
    "h2{font-size:1.05rem;margin:.5rem 0}table{border-collapse:collapse;width:100%}"
    "th,td{padding:.22rem .8rem .22rem 0;text-align:right;font-weight:400;"
    "border-top:1px solid var(--line);font-variant-numeric:tabular-nums;white-space:nowrap}"
    "thead th{color:var(--dim);border:0;font-size:.85rem;white-space:normal;"
    "vertical-align:bottom}"
    "th:first-child{text-align:left;white-space:normal;overflow-wrap:break-word}"
    "tr.group th{color:var(--dim);font-size:.85rem;padding-top:.7rem}"
    "td.bar{width:25%;min-width:4rem;padding-right:0}"
    "td.bar i{display:block;height:.7rem;border-radius:.2rem;background:var(--bar)}";

void html_begin(struct buf *out, const char *title)
{
    buf_add_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<meta http-equiv=\"refresh\" content=\"10\">\n<title>");
    buf_add_text(out, title);
    buf_add_text(out, "</title>\n<style>");
    buf_add_text(out, style);
    buf_add_text(out, "</style>\n</head>\n<body>\n");
}

void html_end(struct buf *out)
{
    buf_add_text(out, "</body>\n</html>\n");
}

void html_text(struct buf *out, struct span text)
{
    struct buf clean;
    buf_init(&clean, 8000);
    privacy_escape(&clean, text);
    for (size_t i = 0; i < clean.len; i++) {
        switch (clean.at[i]) {
        case '&': buf_add_text(out, "&amp;"); break;
        case '<': buf_add_text(out, "&lt;"); break;
        case '>': buf_add_text(out, "&gt;"); break;
        case '"': buf_add_text(out, "&quot;"); break;
        case '\'': buf_add_text(out, "&#39;"); break;
        default: buf_add_octet(out, clean.at[i]);
        }
    }
    buf_done(&clean);
}

void html_duration(struct buf *out, double seconds)
{
    uint64_t whole = seconds > 0 ? (uint64_t)seconds : 0;
    if (whole < 60)
        buf_printf(out, "%ju s", (uintmax_t)whole);
    else if (whole < 3600)
        buf_printf(out, "%ju min %ju s", (uintmax_t)(whole / 60), (uintmax_t)(whole % 60));
    else if (whole < 86400)
        buf_printf(out, "%ju h %ju min", (uintmax_t)(whole / 3600), (uintmax_t)(whole % 3600 / 60));
    else
        buf_printf(out, "%ju d %ju h", (uintmax_t)(whole / 86400),
                   (uintmax_t)(whole % 86400 / 3600));
}

/* ---- tables ---- */

void html_table(struct buf *out, const char *title, const char *columns)
{
    buf_printf(out, "<section>\n<h2>%s</h2>\n<table>\n<thead><tr><th scope=\"col\">", title);
    for (const char *at = columns; *at != '\0'; at++) {
        if (*at == '|')
            buf_add_text(out, "</th><th scope=\"col\">");
        else
            buf_add_octet(out, (uint8_t)*at);
    }
    buf_add_text(out, "</th></tr></thead>\n<tbody>");
}

/* A row ends where the next thing begins: HTML does not ask for its end tag (13.1.2.4). */
void html_table_end(struct buf *out)
{
    buf_add_text(out, "\n</tbody>\n</table>\n</section>\n");
}

void html_group(struct buf *out, const char *title)
{
    buf_printf(out, "\n<tr class=\"group\"><th colspan=\"9\" scope=\"rowgroup\">%s</th>", title);
}

void html_row(struct buf *out, struct span name, const char *class_name)
{
    if (class_name != NULL)
        buf_printf(out, "\n<tr class=\"%s\"><th scope=\"row\">", class_name);
    else
        buf_add_text(out, "\n<tr><th scope=\"row\">");
    html_text(out, name);
    buf_add_text(out, "</th>");
}

void html_cell(struct buf *out, const char *text)
{
    buf_printf(out, "<td>%s</td>", text);
}

/* Groups of three digits, with a narrow space that does not break (U+202F) between them. */
void html_count(struct buf *out, uint64_t count)
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%ju", (uintmax_t)count);
    buf_add_text(out, "<td>");
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_add_text(out, "\xe2\x80\xaf");
        buf_add_octet(out, (uint8_t)digits[i]);
    }
    buf_add_text(out, "</td>");
}

void html_octets(struct buf *out, uint64_t octets)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    double size = (double)octets / 1024;
    while (size >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
        size /= 1024;
        unit++;
    }
    buf_printf(out, "<td>%.*f %s</td>", size < 100 ? 1 : 0, size, units[unit]);
}

void html_bar(struct buf *out, double share)
{
    buf_printf(out, "<td class=\"bar\">");
    if (share > 0)
        buf_printf(out, "<i style=\"width:%.1f%%\"></i>", (share < 1 ? share : 1) * 100);
    buf_add_text(out, "</td>");
}
