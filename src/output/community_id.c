/* community_id: SHA-1 of seed, addresses, protocol and ports, smaller endpoint first, in base 64.
 */
#include "eve.h"

#include <openssl/evp.h>
#include <stdio.h>

#define PROTO_TCP 6

/* The octets of an address as they are on the wire: 4 or 16. */
static size_t put_addr(uint8_t *to, const struct addr *addr)
{
    size_t skip = addr_is_v4(addr) ? 12 : 0;
    memcpy(to, addr->octets + skip, sizeof addr->octets - skip);
    return sizeof addr->octets - skip;
}

static bool client_first(const struct event_flow *flow)
{
    int order = memcmp(flow->client.octets, flow->server.octets, sizeof flow->client.octets);
    return order < 0 || (order == 0 && flow->client_port < flow->server_port);
}

void eve_community_id(const struct event_flow *flow, char ret_text[EVE_COMMUNITY_ID])
{
    bool client = client_first(flow);
    const struct addr *first = client ? &flow->client : &flow->server;
    const struct addr *second = client ? &flow->server : &flow->client;
    uint16_t first_port = client ? flow->client_port : flow->server_port;
    uint16_t second_port = client ? flow->server_port : flow->client_port;
    uint8_t data[2 + 16 + 16 + 2 + 2 + 2] = {0, 0};
    size_t len = 2;
    len += put_addr(data + len, first);
    len += put_addr(data + len, second);
    const uint8_t tail[6] = {PROTO_TCP,
                             0,
                             (uint8_t)(first_port >> 8),
                             (uint8_t)first_port,
                             (uint8_t)(second_port >> 8),
                             (uint8_t)second_port};
    memcpy(data + len, tail, sizeof tail);
    len += sizeof tail;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    if (EVP_Digest(data, len, digest, &digest_len, EVP_sha1(), NULL) != 1)
        digest_len = 0;
    uint8_t text[EVE_COMMUNITY_ID];
    EVP_EncodeBlock(text, digest, (int)digest_len);
    snprintf(ret_text, EVE_COMMUNITY_ID, "1:%.*s", EVE_COMMUNITY_ID - 3, (const char *)text);
}
