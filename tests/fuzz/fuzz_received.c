/* Single fields: a Received line, a Message-ID and a date out of the same octets. */
#include <stdlib.h>

#include <mxtap/mail.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every part lies within the value. */
static void check_within(struct span value, struct span part)
{
    if (part.len > 0 && (part.at < value.at || part.at + part.len > value.at + value.len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span value = span_make(data, size);
    struct mail_received received;
    int64_t date;
    mail_received_parse(value, &received);
    check_within(value, received.helo);
    check_within(value, received.name);
    check_within(value, received.addr_text);
    check_within(value, received.by);
    check_within(value, received.with);
    check_within(value, received.id);
    check_within(value, received.for_path);
    if (received.has_addr && received.addr_text.len == 0)
        abort();
    (void)mail_message_id_good(value);
    (void)mail_date_parse(value, &date);
    return 0;
}
