#!/bin/bash
# Relays whose topmost line is their own although it looks like a forged one: a server with two names that takes mail from its own outside
# address; a forwarder; a shop whose MX name is another organisation's than the host's own name, both the same host; fetchmail.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 73-honest-relays
lab_site_mx
lab_site_partner
lab_site_news
lab_site_office
lab_site shop h80.rent.example 198.18.41.80
lab_host h80.rent.example 198.18.41.80
lab_domain rent.example h80.rent.example
echo "host-record=mail.shop.example,198.18.41.80" >>"$LAB_WORK/dnsmasq.conf"
lab_domain shop.example mail.shop.example
echo "host-record=mailhub.partner.example,203.0.113.10" >>"$LAB_WORK/dnsmasq.conf"
lab_dns
lab_postfix_mx mx "smtpd_sender_restrictions = reject_unknown_sender_domain, check_sender_mx_access inline:{{mx.spamhaven.example=REJECT}}, check_sender_ns_access inline:{{ns.spamhaven.example=REJECT}}"
lab_postfix_queue partner partner.example "myhostname = mailhub.partner.example" "smtp_helo_name = relay.partner.example" "inet_interfaces = all" \
    "mynetworks = 203.0.113.10/32 127.0.0.0/8"
echo "club@news.example anna@example.org" >"$LAB_WORK/club"
lab_postfix_queue news news.example "inet_interfaces = all" "virtual_alias_maps = texthash:$LAB_WORK/club"
lab_postfix_queue shop shop.example "myhostname = mail.shop.example" "smtp_helo_name = h80.rent.example"
lab_capture mx
# Two names: from its own address to itself, then out.
lab_in partner swaks --server 203.0.113.10 --ehlo relay.partner.example --from anna@partner.example --to bob@example.org >>"$LAB_WORK/swaks.log"
lab_drain partner
lab_in partner swaks --server 198.18.10.20 --ehlo relay.partner.example --from anna@partner.example --to club@news.example >>"$LAB_WORK/swaks.log"
lab_drain news
lab_in shop swaks --server 127.0.0.1 --ehlo mail.shop.example --from order@shop.example --to carla@example.org >>"$LAB_WORK/swaks.log"
lab_mail shop order@shop.example --from "Shop <order@shop.example>" --to dave@example.org --subject "Your order" --message-id-host mail.shop.example
# Mail of the office waits in a mailbox at its provider and is fetched from there.
lab_in news "$PY" "$LAB_CLIENTS/popbox.py" 198.18.10.20 <<'LETTER' >/dev/null &
Return-Path: <paul@news.example>
Received: from mobile.cable.example ([100.64.9.60]) by lists.news.example with ESMTPSA id 4711; Thu, 5 Mar 2026 09:59:00 +0100
From: Paul <paul@news.example>
To: erik@example.org
Subject: fetched
Date: Thu, 5 Mar 2026 09:58:00 +0100
Message-ID: <fetched.1@news.example>

This one took the long way.
LETTER
sleep 0.5
echo 'poll 198.18.10.20 proto pop3 user "office" password "secret" is "erik" here smtphost 192.0.2.25 smtpaddress example.org fetchall sslproto ""' >"$LAB_WORK/fetchmailrc"
chmod 600 "$LAB_WORK/fetchmailrc"
lab_in office fetchmail -f "$LAB_WORK/fetchmailrc" --pidfile "$LAB_WORK/fetchmail.pid" >"$LAB_WORK/fetchmail.log" 2>&1 || lab_die "$(cat "$LAB_WORK/fetchmail.log")"
lab_save pcap
