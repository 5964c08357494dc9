/*
 * contacts: whom to write to about a case (mxtap.contacts).
 *
 * Role addresses of RFC 2142: abuse@ and postmaster@ of the organisation whose name the host has,
 * where one is known and not refuted, and postmaster@[address] (RFC 5321 4.1.3). They belong to
 * roles and not to people, so privacy.addresses leaves them as they are. One thread.
 */
#ifndef MXTAP_CONTACTS_H
#define MXTAP_CONTACTS_H

#include <json-c/json.h>
#include <mxtap/detect.h>

void contacts_add(struct detect *detect, enum contact contact, const struct event_flow *flow,
                  int64_t now, struct json_object *evidence);

#endif
