#!/bin/bash
# A good mail server got onto a blocklist: every recipient of its queue is refused with 554 5.7.1 by DNSBL.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 05-blocklisted
lab_site_mx
lab_site_office
lab_listed 198.18.20.9
lab_dns
lab_postfix_mx mx "smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client bl.example"
lab_postfix_queue office office.example
lab_capture mx
for to in anna bob carla dave erik fiona greta; do
    lab_mail office boss@office.example --from "The Boss <boss@office.example>" --to $to@example.org --subject "Order" --message-id-host gw.office.example
done
lab_save pcap
