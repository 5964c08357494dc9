/*
 * html: a page of tables (HTML5), self-contained, in dark and light as the reader has it.
 *
 * A table is html_table, then for each row html_row with its first cell and one call for each cell
 * more, then html_table_end. Text is escaped and made UTF-8; titles and names of columns are ours.
 */
#ifndef MXTAP_HEALTH_HTML_H
#define MXTAP_HEALTH_HTML_H

#include <mxtap/buf.h>

void html_begin(struct buf *out, const char *title);
void html_end(struct buf *out);
void html_text(struct buf *out, struct span text);
/* "3 d 4 h", "12 min 5 s" */
void html_duration(struct buf *out, double seconds);

/* columns: "Name|Count|..." */
void html_table(struct buf *out, const char *title, const char *columns);
void html_table_end(struct buf *out);
/* A line over all columns. */
void html_group(struct buf *out, const char *title);
void html_row(struct buf *out, struct span name, const char *class_name); /* NULL: none */
void html_cell(struct buf *out, const char *text);
void html_count(struct buf *out, uint64_t count);   /* 12 345 */
void html_octets(struct buf *out, uint64_t octets); /* 12.3 MiB */
void html_bar(struct buf *out, double share);       /* of 1 */

#endif
