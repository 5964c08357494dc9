/* syslog: the message of RFC 5424 6. Nothing in its header needs escaping: identities are digits,
 * names were checked when the output was opened. */
#include "syslog.h"

#include <inttypes.h>
#include <mxtap/clock.h>
#include <mxtap/detect.h>
#include <stdio.h>

#define MSGID_MAX 32

static bool is_printable(char octet)
{
    return octet >= '!' && octet <= '~';
}

bool syslog_is_name(const char *text, size_t max)
{
    size_t len = 0;
    while (is_printable(text[len]))
        len++;
    return text[len] == '\0' && len > 0 && len <= max;
}

bool syslog_is_sd_id(const char *text)
{
    const char *at = strchr(text, '@');
    return syslog_is_name(text, SYSLOG_SD_MAX) && strpbrk(text, "=]\"") == NULL && at != NULL &&
           at != text && at[1] != '\0' && strspn(at + 1, "0123456789.") == strlen(at + 1);
}

void syslog_host(const char *host, char ret_host[SYSLOG_HOST_MAX + 1])
{
    size_t len = 0;
    for (; host != NULL && host[len] != '\0' && len < SYSLOG_HOST_MAX; len++)
        ret_host[len] = is_printable(host[len]) ? host[len] : '_';
    if (len == 0)
        ret_host[len++] = '-';
    ret_host[len] = '\0';
}

static unsigned severity_of(const struct record *record)
{
    switch (record->kind == RECORD_ALERT ? record->severity : 0) {
    case 1: return 2;
    case 2: return 4;
    case 3: return 5;
    default: return 6;
    }
}

static const char *msgid_of(const struct record *record)
{
    for (size_t i = 0; record->kind == RECORD_ALERT && i < detect_count(); i++)
        if (detect_at(i)->id == record->detector)
            return detect_at(i)->name;
    return record_kind_name(record->kind);
}

static bool is_ascii(struct span octets)
{
    uint8_t all = 0;
    for (size_t i = 0; i < octets.len; i++)
        all |= octets.at[i];
    return all < 0x80;
}

static bool wants_bom(enum syslog_bom bom, struct span octets)
{
    if (bom != SYSLOG_BOM_AUTO)
        return bom == SYSLOG_BOM_ALWAYS;
    return octets.len > 0 && octets.at[0] != '{' && !is_ascii(octets);
}

/* id, and what the record belongs to, as the record itself writes it. */
static void add_data(const struct syslog_style *style, const struct record *record, struct buf *out)
{
    buf_printf(out, "[%s id=\"%s\"", style->sd_id, record->id);
    if (record->kind == RECORD_ALERT)
        buf_printf(out, " case=\"%016" PRIx64 "\"", record->key);
    buf_add_text(out, "] ");
}

void syslog_message(const struct syslog_style *style, const struct record *record, struct buf *out)
{
    char time[CLOCK_TEXT_SIZE];
    clock_text(record->time, time);
    time[strcspn(time, "+")] = '\0';
    buf_printf(out, "<%u>1 %sZ %s %s %ld %.*s ", style->facility * 8 + severity_of(record), time,
               style->host, style->app_name, style->process, MSGID_MAX, msgid_of(record));
    add_data(style, record, out);
    if (wants_bom(style->bom, record->octets))
        buf_add(out, SPAN_LITERAL("\xef\xbb\xbf"));
    buf_add(out, record->octets);
}
