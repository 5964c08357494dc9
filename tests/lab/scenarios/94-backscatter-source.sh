#!/bin/bash
# Accept, then bounce: a Postfix MX takes everything for its domain, the server behind it (port 2525, not on the tap) refuses the unknown
# users, and the failure reports go to the forged senders of a spam run, in 15 domains. Four zombies send it; the Received
# line that they forge has an impossible address.
# Options: --home-net 192.0.2.0/24 --local-domain example.org,example.com
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/backscatter.sh
. "$(dirname "$0")/../backscatter.sh"
lab_open 94-backscatter-source
lab_site_mx
lab_site inner inner.example.org 10.1.1.26
lab_host inner.example.org 10.1.1.26
lab_site hoster mx.hoster.example 198.18.43.25
lab_host mx.hoster.example 198.18.43.25
for ((i = 1; i <= 15; i++)); do lab_domain victim$i.example mx.hoster.example; done
lab_networks southtel bigcable
lab_dns
lab_postfix_mx inner "mynetworks = 127.0.0.0/8"
echo "2525 inet n - n - - smtpd" >>"$LAB_WORK/inner/postfix/master.cf"
lab_in inner postfix reload >/dev/null 2>&1
lab_postfix_mx mx "mydestination =" "local_recipient_maps =" "virtual_mailbox_domains =" "virtual_alias_maps =" "relay_domains = example.org example.com" \
    "relay_recipient_maps =" "relay_transport = relay:[10.1.1.26]:2525"
lab_postfix_queue hoster hoster.example "inet_interfaces = all" "mydestination = $(printf 'victim%s.example ' {1..15})"
lab_capture mx
for ((i = 1; i <= 15; i++)); do
    site=southtel
    [ $((i % 2)) = 0 ] || site=bigcable
    spam_run $site "$(lab_net $site $((20 + i % 4)))" 192.0.2.25 "lisa$i@victim$i.example" "from mail.victim$i.example ([500.202.999.352]) by mail.victim$i.example with SMTP id 7$i" \
        "gone$i@example.org"
done
# One of them reaches a user: no report.
spam_run southtel "$(lab_net southtel 22)" 192.0.2.25 lisa1@victim1.example "from mail.victim1.example ([500.202.999.352]) by mail.victim1.example with SMTP id 99" anna@example.org
lab_drain mx
lab_save pcap.gz
