/* wear.c: what capturing does to packets: a snap length, checksums that the network card would have
 * filled in. */
#include "ip.h"
#include "step.h"

/* Frames longer than the given number of octets are cut when they are saved. */
void wear_snap(struct capture *cap, const struct step *step)
{
    if (step->arg[0] < 14 || step->arg[0] > 65535)
        capture_die("a snap length is 14 to 65535");
    cap->shape.snap = (uint32_t)step->arg[0];
}

/* Wrong TCP and UDP checksums and no IPv4 header checksum, as on a sending host with offloads. */
void wear_checksums(struct capture *cap, const struct step *step)
{
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        struct ip ip;
        if (!ip_parse(packet, &ip) || ip.fragment)
            continue;
        if (ip.version == 4)
            packet->bytes[10] = packet->bytes[11] = 0;
        uint32_t at = ip.l4 + (ip.proto == IP_PROTO_TCP ? 16 : 6);
        if ((ip.proto == IP_PROTO_TCP || ip.proto == IP_PROTO_UDP) && packet->len >= at + 2)
            packet->bytes[at] ^= 0x5a;
    }
}
