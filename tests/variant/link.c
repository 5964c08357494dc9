/* link.c: link layers around an IP packet or an Ethernet frame.
 * IEEE 802.1Q and 802.1ad tags, MPLS (RFC 3032), PPPoE (RFC 2516), and the LINKTYPE_ headers of
 * www.tcpdump.org/linktypes.html. */
#include <string.h>

#include "ip.h"
#include "step.h"
#include "wire.h"

enum { TAG_VLAN = 0x8100, TAG_SERVICE = 0x88a8, TYPE_MPLS = 0x8847, TYPE_PPPOE = 0x8864 };

/* flavour: number of tags; the innermost is 802.1Q, those around it 802.1ad and 802.1Q. */
void link_vlan(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        packet_to_ethernet(packet);
        for (int tag = 0; tag < step->flavour; tag++) {
            bool outermost = tag > 0 && tag + 1 == step->flavour;
            uint8_t *at = packet_insert(packet, 12, 4);
            wire_put16(at, outermost ? TAG_SERVICE : TAG_VLAN);
            wire_put16(at + 2, (uint32_t)(step->arg[0] + (unsigned)tag * 100));
        }
    }
}

/* flavour: number of labels; only the last has the bottom-of-stack bit. */
void link_mpls(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        packet_to_ethernet(packet);
        uint32_t labels = (uint32_t)step->flavour;
        uint8_t *at = packet_insert(packet, 14, 4 * labels);
        wire_put16(packet->bytes + 12, TYPE_MPLS);
        for (uint32_t label = 0; label < labels; label++) {
            uint32_t bottom = label + 1 == labels ? 0x100 : 0;
            wire_put32(at + 4 * label, (16000 + label) << 12 | bottom | 64);
        }
    }
}

void link_pppoe(struct capture *cap, const struct step *step)
{
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        packet_to_ethernet(packet);
        uint32_t inner = packet->wire_len - 14;
        uint32_t protocol = wire_get16(packet->bytes + 12) == 0x86dd ? 0x0057 : 0x0021;
        uint8_t *at = packet_insert(packet, 14, 8);
        wire_put16(packet->bytes + 12, TYPE_PPPOE);
        at[0] = 0x11;
        wire_put16(at + 2, 0x1234);
        wire_put16(at + 4, inner + 2);
        wire_put16(at + 6, protocol);
    }
}

static void link_need_ip(const struct packet *packet)
{
    if (packet->link != LINK_IP)
        capture_die("this link layer can only stand around IP");
}

/* flavour: 1 for the 16-octet header, 2 for SLL2. */
void link_sll(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        link_need_ip(packet);
        uint16_t type = packet_ethertype(packet);
        if (step->flavour == 1) {
            uint8_t *at = packet_prepend(packet, 16);
            wire_put16(at + 2, 1);
            wire_put16(at + 4, 6);
            memcpy(at + 6, packet->mac + 6, 6);
            wire_put16(at + 14, type);
            packet->link = LINK_SLL;
        } else {
            uint8_t *at = packet_prepend(packet, 20);
            wire_put16(at, type);
            wire_put32(at + 4, 3);
            wire_put16(at + 8, 1);
            at[11] = 6;
            memcpy(at + 12, packet->mac + 6, 6);
            packet->link = LINK_SLL2;
        }
    }
}

/* flavour 0: LINKTYPE_RAW; 1: LINKTYPE_IPV4 or LINKTYPE_IPV6, whichever it is. */
void link_raw(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        link_need_ip(packet);
        enum link family = packet_ethertype(packet) == 0x86dd ? LINK_IPV6 : LINK_IPV4;
        packet->link = step->flavour == 0 ? LINK_RAW : family;
    }
}

/* flavour 0: LINKTYPE_NULL of a little-endian host, 1: of a big-endian one, 2: LINKTYPE_LOOP.
 * AF_INET6 is another number on each BSD: 24, 28 and 30 in turn. */
void link_null(struct capture *cap, const struct step *step)
{
    static const uint8_t inet6[] = {24, 28, 30};
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        link_need_ip(packet);
        uint8_t family = packet_ethertype(packet) == 0x86dd ? inet6[i % 3] : 2;
        uint8_t *at = packet_prepend(packet, 4);
        at[step->flavour == 0 ? 0 : 3] = family;
        packet->link = step->flavour == 2 ? LINK_LOOP : LINK_NULL;
    }
}

/* Link types in turn: Ethernet, raw IP, Linux cooked. Only pcapng can hold that. */
void link_mixed(struct capture *cap, const struct step *step)
{
    static const struct step cooked = {.flavour = 1};
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        struct capture one = {.packets = packet, .count = 1};
        link_need_ip(packet);
        if (i % 3 == 0)
            packet_to_ethernet(packet);
        else if (i % 3 == 1)
            packet->link = LINK_RAW;
        else
            link_sll(&one, &cooked);
    }
    cap->shape.form = FORM_PCAPNG;
}

/* Ethernet padding of short frames to 60 octets and a frame check sequence of 4 behind each. */
void link_pad(struct capture *cap, const struct step *step)
{
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        packet_to_ethernet(packet);
        uint32_t pad = packet->len < 60 ? 60 - packet->len : 0;
        if (packet->len == packet->wire_len)
            memset(packet_insert(packet, packet->len, pad + 4), 0x5a, pad + 4);
    }
}
