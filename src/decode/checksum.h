/*
 * checksum: the Internet checksum (RFC 1071), for the setting that verifies.
 *
 * Called by the IP, TCP and UDP links. Sums are of 16-bit words in memory order, which gives the
 * same folded result on machines of either byte order.
 */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <mxtap/decode.h>

/* Over the octets, the field included: true where it comes out right. */
bool checksum_ok(struct span octets);

/* Over a TCP or UDP packet and the pseudo header (RFC 9293 3.1, RFC 8200 8.1). */
bool checksum_ok_transport(struct span octets, const struct ip_info *ip, uint8_t protocol);

/* The value for the field, as it is stored, with the field itself zero. */
void checksum_put(struct span octets, uint8_t ret_field[2]);

#endif
