/* Names of fields, grouped by length: a name is compared with those of its own length only. */
#include "fields.h"

struct row {
    uint8_t len;
    uint8_t field;
    const char *name; /* lower case */
};

#define ROW(text, field)                                                                           \
    {                                                                                              \
        sizeof(text) - 1, field, text                                                              \
    }

/* In the order of length. */
static const struct row rows[] = {
    ROW("to", MAIL_TO),
    ROW("cc", MAIL_CC),
    ROW("from", MAIL_FROM),
    ROW("date", MAIL_DATE),
    ROW("sender", MAIL_SENDER),
    ROW("action", FIELDS_ACTION),
    ROW("status", FIELDS_STATUS),
    ROW("subject", MAIL_SUBJECT),
    ROW("list-id", MAIL_LIST_ID),
    ROW("received", MAIL_RECEIVED),
    ROW("reply-to", MAIL_REPLY_TO),
    ROW("x-mailer", MAIL_X_MAILER),
    ROW("message-id", MAIL_MESSAGE_ID),
    ROW("user-agent", MAIL_X_MAILER),
    ROW("references", MAIL_REFERENCES),
    ROW("precedence", FIELDS_PRECEDENCE),
    ROW("return-path", MAIL_RETURN_PATH),
    ROW("in-reply-to", MAIL_IN_REPLY_TO),
    ROW("mime-version", MAIL_MIME_VERSION),
    ROW("content-type", MAIL_CONTENT_TYPE),
    ROW("reporting-mta", FIELDS_REPORTING_MTA),
    ROW("dkim-signature", MAIL_DKIM_SIGNATURE),
    ROW("auto-submitted", MAIL_AUTO_SUBMITTED),
    ROW("final-recipient", FIELDS_FINAL_RECIPIENT),
    ROW("list-unsubscribe", MAIL_LIST_ID),
    ROW("original-recipient", FIELDS_ORIGINAL_RECIPIENT),
    ROW("content-disposition", FIELDS_DISPOSITION),
    ROW("content-transfer-encoding", MAIL_CONTENT_ENCODING),
};

#define ROWS   (sizeof rows / sizeof *rows)
#define LENGTH 26

/* The first row of each length; the next length's first row ends it. */
static const uint8_t first[LENGTH + 1] = {
    0,  0,  0,  2,  2,  4,  4, /* 0 to 6 */
    7,  9,  12, 12, 16, 18,    /* 7 to 12 */
    20, 21, 23, 24, 25, 25,    /* 13 to 18 */
    26, 27, 27, 27, 27, 27,    /* 19 to 24 */
    27, 28,                    /* 25 and the end */
};

/* Setting one bit folds the case of letters; of what a name may hold, it turns nothing else into a
 * letter or a hyphen. */
static bool is_row(const struct row *row, const uint8_t *name)
{
    const char *text = row->name;
    size_t at = 0, len = row->len;
    while (at < len && (char)(name[at] | 0x20) == text[at])
        at++;
    return at == len;
}

int fields_find(struct span name)
{
    if (name.len >= LENGTH)
        return FIELDS_NONE;
    for (size_t i = first[name.len]; i < first[name.len + 1]; i++)
        if (is_row(&rows[i], name.at))
            return rows[i].field;
    return FIELDS_NONE;
}
