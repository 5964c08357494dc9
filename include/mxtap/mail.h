/*
 * mail: a message (RFC 5322, MIME RFC 2045) as a push parser under ceilings.
 *
 * A worker feeds it with a message's content in pieces of any size, after dot-unstuffing, and asks
 * for the summary at the end. Header fields are unfolded; encoded words (RFC 2047) are decoded to
 * UTF-8; the body is looked at only as far as a verdict needs it (something visible? a delivery
 * report? its quoted header?) and costs nothing after that. Bodies never leave this room. A parser
 * is made once and reused (mail_reset). Spans of the summary live until the next mail_reset or
 * mail_free. One thread.
 */
#ifndef MXTAP_MAIL_H
#define MXTAP_MAIL_H

#include <mxtap/addr.h>
#include <mxtap/budget.h>
#include <mxtap/clock.h>

#define MAIL_HEADER_MAX   (256 * 1024) /* octets of header looked at */
#define MAIL_FIELD_MAX    8192         /* octets of one field kept */
#define MAIL_RECEIVED_MAX 50           /* Received fields taken apart; more are counted */
#define MAIL_LIST_MAX     50           /* addresses of To and of Cc kept; more are counted */
#define MAIL_DKIM_MAX     8

/* Bits of mail_summary.present and of .repeated: fields that stand in the header. */
enum mail_field {
    MAIL_FROM = 0,
    MAIL_TO,
    MAIL_CC,
    MAIL_SUBJECT,
    MAIL_DATE,
    MAIL_MESSAGE_ID,
    MAIL_RECEIVED,
    MAIL_SENDER,
    MAIL_REPLY_TO,
    MAIL_RETURN_PATH,
    MAIL_X_MAILER, /* or User-Agent */
    MAIL_MIME_VERSION,
    MAIL_CONTENT_TYPE,
    MAIL_CONTENT_ENCODING,
    MAIL_DKIM_SIGNATURE,
    MAIL_LIST_ID, /* or List-Unsubscribe, Precedence: bulk or list */
    MAIL_AUTO_SUBMITTED,
    MAIL_IN_REPLY_TO,
    MAIL_REFERENCES,
    MAIL_FIELDS,
};

#define MAIL_BIT(field) (UINT32_C(1) << (field))

/* One Received field (RFC 5321 4.4) in the styles of the common servers. Empty: not there. */
struct mail_received {
    struct span raw;       /* unfolded, cut at MAIL_FIELD_MAX */
    struct span helo;      /* what the client called itself: after "from", or in "helo=" */
    struct span name;      /* what the server found: the name in parentheses */
    struct span addr_text; /* the address in parentheses or brackets, as written */
    struct span by;
    struct span with;
    struct span id;
    struct span for_path;
    bool has_addr;
    struct addr addr; /* addr_text, where it is an address that can be */
    bool impossible;  /* carries an address that cannot be (DETECTIONS 1031) */
    bool has_date;
    int64_t date; /* nanoseconds, clock.h */
};

enum mail_id_state { MAIL_ID_ABSENT, MAIL_ID_GOOD, MAIL_ID_MALFORMED };

struct mail_report {
    bool is_report;     /* multipart/report; report-type=delivery-status, or a known bounce form */
    struct span action; /* of the first recipient: failed, delayed, ... */
    struct span status; /* "5.1.1" */
    struct span final_recipient;
    struct span reporting_mta;
    struct span quoted_message_id;
    struct span quoted_from;
    struct span quoted_subject;
    const struct mail_received *quoted; /* Received fields of the returned header, topmost first */
    size_t quoted_count;
};

struct mail_summary {
    uint32_t present, repeated; /* bits of enum mail_field */
    /* Decoded to UTF-8 where encoded; other octets as they came. The date is parsed by whoever
     * needs it (mail_date_parse). */
    struct span from, subject, date_text, message_id, x_mailer, content_type;
    const struct span *to, *cc; /* addresses as written with display names */
    size_t to_count, cc_count;  /* kept */
    uint64_t to_total, cc_total;
    enum mail_id_state id_state;
    const struct mail_received *received; /* topmost first */
    size_t received_count;
    uint64_t received_total;
    struct span dkim_domains[MAIL_DKIM_MAX]; /* d= of the DKIM signatures */
    size_t dkim_count;
    struct mail_report report;
    uint64_t octets; /* fed */
    uint64_t header_octets;
    uint64_t body_octets; /* after the empty line */
    uint64_t field_count;
    uint64_t parts;        /* MIME parts found as far as they were looked at */
    bool header_complete;  /* the empty line, or the end, was seen */
    bool header_malformed; /* lines that are no fields */
    bool header_cut;       /* a ceiling was reached */
    bool visible;          /* something in the body is visible to a reader, or may be */
    bool holes;            /* octets were missing */
    bool header_holes;     /* some of them in the header */
    uint64_t shape;        /* stable hash of the field names in order: a sender's handwriting */
    uint64_t digest;       /* stable hash of From, Subject and the first 4096 octets of the body */
};

/* All that texts in other character sets than UTF-8 need, which would otherwise be loaded when the
 * first of each is met: for a process that may not load anything then. Once, while there is one
 * thread; held as long as there are parsers. */
struct mail_charsets;

enum err mail_charsets_new(struct mail_charsets **ret_charsets) MXTAP_MUST_CHECK;
void mail_charsets_free(struct mail_charsets *charsets);

struct mail;

enum err mail_new(struct budget *budget, struct mail **ret_mail) MXTAP_MUST_CHECK;
void mail_free(struct mail *mail);
void mail_reset(struct mail *mail);
void mail_feed(struct mail *mail, struct span data);
void mail_gap(struct mail *mail, uint64_t length);
/* The end of the message; the summary is complete after it. */
void mail_end(struct mail *mail);
const struct mail_summary *mail_summary(const struct mail *mail);

/* Takes one unfolded Received field's value apart; spans point into value. */
void mail_received_parse(struct span value, struct mail_received *ret_received);
/* Is it an addr-spec in angle brackets (RFC 5322 3.6.4, obsolete forms allowed)? */
bool mail_message_id_good(struct span value);
/* RFC 5322 3.3 with the obsolete zones; false where it is no date. */
bool mail_date_parse(struct span value, int64_t *ret_time);

#endif
