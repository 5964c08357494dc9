/* frag.c: IP fragmentation (RFC 791 3.2, RFC 8200 4.5). Every packet with more than one fragment's
 * worth of payload is cut. */
#include <string.h>

#include "ip.h"
#include "step.h"
#include "wire.h"

enum { FRAG_FORWARD, FRAG_BACKWARD, FRAG_TWICE };

/* The fragment that carries n octets from offset from of what follows the unfragmentable part. */
static struct packet frag_make(const struct packet *whole, const struct ip *ip, uint32_t id,
                               uint32_t from, uint32_t n, bool more)
{
    uint32_t header = ip->per_hop_end + (ip->version == 6 ? 8 : 0);
    struct packet made = *whole;
    made.len = made.wire_len = header + n;
    made.bytes = capture_alloc(made.len);
    memcpy(made.bytes, whole->bytes, ip->per_hop_end);
    memcpy(made.bytes + header, whole->bytes + ip->per_hop_end + from, n);
    if (ip->version == 4) {
        wire_put16(made.bytes + 4, id);
        wire_put16(made.bytes + 6, from / 8 | (more ? 0x2000u : 0));
    } else {
        uint8_t *at = made.bytes + ip->per_hop_end;
        at[0] = made.bytes[ip->next_at];
        made.bytes[ip->next_at] = IP_PROTO_FRAGMENT;
        wire_put16(at + 2, from | (more ? 1u : 0));
        wire_put32(at + 4, id);
    }
    ip_fix_header(&made);
    return made;
}

static void frag_packet(struct capture *out, const struct packet *whole, uint32_t size, int order,
                        uint32_t id)
{
    struct ip ip;
    if (!ip_parse(whole, &ip) || ip.fragment || whole->len != whole->wire_len ||
        whole->len - ip.per_hop_end <= size) {
        capture_add_copy(out, whole);
        return;
    }
    uint32_t total = whole->len - ip.per_hop_end;
    uint32_t count = (total + size - 1) / size;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (order == FRAG_BACKWARD ? count - 1 - i : i) * size;
        uint32_t n = total - from < size ? total - from : size;
        struct packet made = frag_make(whole, &ip, id, from, n, from + n < total);
        capture_add(out, made);
        if (order == FRAG_TWICE && i + 1 < count)
            capture_add_copy(out, &made);
    }
}

/* flavour: order and duplicates; the number is the payload of a fragment in octets. */
void frag_all(struct capture *cap, const struct step *step)
{
    uint64_t size = step->arg[0];
    if (size < 8 || size > 1480 || size % 8 != 0)
        capture_die("a fragment has 8 to 1480 octets, a multiple of 8");
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++)
        frag_packet(&out, &cap->packets[i], (uint32_t)size, step->flavour, (uint32_t)(i + 1));
    capture_replace(cap, &out);
}
