/*
 * dns on hostile messages. Input: messages with two octets of length before each, whose high bit
 * says that it comes as a TCP segment.
 *
 * Whatever comes, what is handed out can be read to its end and is as dns.h says.
 */
#include <assert.h>
#include <mxtap/dns.h>
#include <mxtap/rd.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned fuzz_sum;

static void fuzz_name(struct span name)
{
    unsigned sum = 0;
    assert(name.len <= DNS_NAME_MAX);
    for (size_t i = 0; i < name.len; i++) {
        assert(name.at[i] >= 0x21 && name.at[i] < 0x7f);
        assert(name.at[i] < 'A' || name.at[i] > 'Z');
        sum += name.at[i];
    }
    fuzz_sum = fuzz_sum + sum;
}

static void fuzz_answer(const struct dns_answer *answer)
{
    assert(answer->count <= DNS_RECORDS_MAX && answer->count <= answer->total);
    fuzz_name(answer->qname);
    for (size_t i = 0; i < answer->count; i++) {
        assert(answer->records[i].type != DNS_SOA);
        fuzz_name(answer->records[i].owner);
        fuzz_name(answer->records[i].name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns *dns;
    if (dns_new(&dns) != ERR_NONE)
        return 0;
    struct rd rd = rd_make(span_make(data, size));
    struct segment segment = {.ip = {.src_port = DNS_PORT, .dst_port = DNS_PORT}};
    uint64_t got = 0;
    while (rd_left(&rd) > 2) {
        size_t len = rd_u16(&rd);
        bool tcp = (len & 0x8000) != 0;
        len &= 0x7fff;
        struct span message = rd_take(&rd, len < rd_left(&rd) ? len : rd_left(&rd));
        uint8_t *copy = malloc(message.len + 1);
        if (copy == NULL)
            break;
        if (message.len > 0)
            memcpy(copy, message.at, message.len);
        segment.ip.time += CLOCK_SECOND / 4;
        segment.payload = span_make(copy, message.len);
        segment.payload_len = (uint32_t)message.len;
        const struct datagram datagram = {segment.ip, segment.payload, segment.payload_len};
        struct dns_answer answer;
        if (tcp ? dns_segment(dns, &segment, &answer) : dns_datagram(dns, &datagram, &answer)) {
            fuzz_answer(&answer);
            got++;
        }
        free(copy);
    }
    assert(dns_stats(dns)->answers == got && dns_stats(dns)->unasked <= dns_stats(dns)->messages);
    dns_free(dns);
    return 0;
}
