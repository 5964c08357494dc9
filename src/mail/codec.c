/* base64, RFC 2045 6.8, and the Q encoding, RFC 2047 4.2. */
#include "codec.h"

int codec_base64_digit(uint8_t octet)
{
    if (octet >= 'A' && octet <= 'Z')
        return octet - 'A';
    if (octet >= 'a' && octet <= 'z')
        return octet - 'a' + 26;
    if (octet >= '0' && octet <= '9')
        return octet - '0' + 52;
    if (octet == '+')
        return 62;
    return octet == '/' ? 63 : -1;
}

int codec_hex_digit(uint8_t octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    uint8_t lower = span_lower_octet(octet);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void codec_base64(struct span text, struct buf *out)
{
    uint32_t bits = 0;
    unsigned count = 0; /* of bits not written yet */
    for (size_t i = 0; i < text.len; i++) {
        int digit = codec_base64_digit(text.at[i]);
        if (digit < 0)
            continue;
        bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            buf_add_octet(out, (uint8_t)(bits >> count));
        }
    }
}

void codec_q(struct span text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t octet = text.at[i];
        if (octet == '=' && i + 2 < text.len && codec_hex_digit(text.at[i + 1]) >= 0 &&
            codec_hex_digit(text.at[i + 2]) >= 0) {
            octet =
                (uint8_t)(codec_hex_digit(text.at[i + 1]) << 4 | codec_hex_digit(text.at[i + 2]));
            i += 2;
        } else if (octet == '_') {
            octet = ' ';
        }
        buf_add_octet(out, octet);
    }
}
