/* dnsmap.h: a DNS message about IPv4 addresses becomes the same about IPv6 addresses.
 *
 * Called by address.c, so that names and addresses still belong together when a capture is
 * rewritten to IPv6: in-addr.arpa becomes ip6.arpa, A becomes AAAA. Names are written without
 * compression.
 */
#ifndef VARIANT_DNSMAP_H
#define VARIANT_DNSMAP_H

#include <stdbool.h>
#include <stdint.h>

#define DNSMAP_MOST 16384 /* octets that come out at most */

/* a.b.c.d becomes 2001:db8:aabb:cc00::d, so that a /24 becomes a /64. */
void dnsmap_address(uint8_t to[16], const uint8_t from[4]);

/* False where it is no message that can be rewritten. */
bool dnsmap(const uint8_t *from, uint32_t size, uint8_t to[DNSMAP_MOST], uint32_t *ret_size);

#endif
