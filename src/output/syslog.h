/*
 * syslog: a record as a syslog message (RFC 5424).
 *
 * PRI, version 1, the event's time in UTC with microseconds, host, APP-NAME, process id, MSGID (the
 * detector, or the kind of record), one element of structured data with the record's identity, the
 * record. Severities: alerts of severity 1, 2, 3 are critical (2), warning (4), notice (5); other
 * records are informational (6). Any thread.
 */
#ifndef MXTAP_SYSLOG_H
#define MXTAP_SYSLOG_H

#include <mxtap/buf.h>
#include <mxtap/record.h>

#define SYSLOG_HOST_MAX 255
#define SYSLOG_APP_MAX  48
#define SYSLOG_SD_MAX   32

/* Does UTF-8 get a byte order mark (RFC 5424 6.4)? */
enum syslog_bom {
    SYSLOG_BOM_AUTO, /* text beyond ASCII does, JSON does not: RFC 8259 8.1 forbids it there */
    SYSLOG_BOM_NEVER,
    SYSLOG_BOM_ALWAYS,
};

struct syslog_style {
    unsigned facility;    /* 0 to 23 */
    const char *app_name; /* syslog_is_name(..., SYSLOG_APP_MAX) */
    const char *sd_id;    /* syslog_is_sd_id */
    enum syslog_bom bom;
    long process;
    char host[SYSLOG_HOST_MAX + 1]; /* syslog_host */
};

/* PRINTUSASCII (6): 1 to max octets from '!' to '~'. */
bool syslog_is_name(const char *text, size_t max);
/* SD-ID (6.3.2): a name without '=', ']' and '"', with a number after its '@'. */
bool syslog_is_sd_id(const char *text);
/* A host's name in the octets that HOSTNAME may have; "-" for none. */
void syslog_host(const char *host, char ret_host[SYSLOG_HOST_MAX + 1]);

void syslog_message(const struct syslog_style *style, const struct record *record, struct buf *out);

#endif
