/*
 * The Internet checksum by 32-bit words in a 64-bit sum, folded at the end (RFC 1071 2).
 */
#include "checksum.h"

static uint64_t checksum_add(uint64_t sum, struct span octets)
{
    const uint8_t *at = octets.at;
    size_t left = octets.len;
    for (; left >= 4; at += 4, left -= 4) {
        uint32_t word;
        memcpy(&word, at, 4);
        sum += word;
    }
    if (left > 0) {
        uint32_t word = 0;
        memcpy(&word, at, left);
        sum += word;
    }
    return sum;
}

static uint16_t checksum_fold(uint64_t sum)
{
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

bool checksum_ok(struct span octets)
{
    return checksum_fold(checksum_add(0, octets)) == 0xffff;
}

/* One pseudo header serves both versions: an IPv4-mapped address adds 0xffff to the sum, which is
 * zero in ones' complement, and lengths and protocol stand in words of the same value. */
bool checksum_ok_transport(struct span octets, const struct ip_info *ip, uint8_t protocol)
{
    uint8_t tail[8] = {(uint8_t)(octets.len >> 24), (uint8_t)(octets.len >> 16),
                       (uint8_t)(octets.len >> 8), (uint8_t)octets.len};
    tail[7] = protocol;
    uint64_t sum = checksum_add(0, span_make(ip->src.octets, sizeof ip->src.octets));
    sum = checksum_add(sum, span_make(ip->dst.octets, sizeof ip->dst.octets));
    sum = checksum_add(sum, span_make(tail, sizeof tail));
    return checksum_fold(checksum_add(sum, octets)) == 0xffff;
}

void checksum_put(struct span octets, uint8_t ret_field[2])
{
    uint16_t value = (uint16_t)~checksum_fold(checksum_add(0, octets));
    memcpy(ret_field, &value, 2);
}
