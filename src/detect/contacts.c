/* contacts: RFC 2142 roles at the organisation of a host's name, RFC 5321 4.1.3 address literal. */
#include "contacts.h"

#include <stdio.h>

static void add_role(struct json_object *list, const char *role, struct span domain)
{
    struct buf text;
    buf_init(&text, KNOW_NAME_MAX + 64);
    buf_printf(&text, "%s@", role);
    privacy_escape(&text, domain);
    json_object_array_add(list, json_object_new_string_len((const char *)text.at, (int)text.len));
    buf_done(&text);
}

static void add_literal(struct json_object *list, const struct addr *addr)
{
    char text[ADDR_TEXT_SIZE];
    char literal[ADDR_TEXT_SIZE + 32];
    addr_text(addr, text);
    snprintf(literal, sizeof literal, "postmaster@[%s%s]", addr_is_v4(addr) ? "" : "IPv6:", text);
    json_object_array_add(list, json_object_new_string(literal));
}

void contacts_add(struct detect *detect, enum contact contact, const struct event_flow *flow,
                  int64_t now, struct json_object *evidence)
{
    if (contact == CONTACT_NOBODY)
        return;
    struct know *know = detect_know(detect);
    const struct addr *addr = contact == CONTACT_CLIENT ? &flow->client : &flow->server;
    struct json_object *list = json_object_new_array();
    struct know_host host;
    char copy[KNOW_NAME_MAX + 1];
    know_host_of(know, addr, now, &host);
    struct span organisation = know_organisation(know, host.name, copy);
    if (organisation.len > 0 && host.confirmed != KNOW_REFUTED) {
        add_role(list, "abuse", organisation);
        add_role(list, "postmaster", organisation);
    }
    add_literal(list, addr);
    json_object_object_add(evidence, "contacts", list);
}
