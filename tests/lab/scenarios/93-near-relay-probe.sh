#!/bin/bash
# Close to a relay test, at an Exim MX: two refused recipients in a session, one in each of several sessions of a queue whose customer has
# moved away, addresses with a percent or a bang that name no other host, and a user who has logged in and may relay.
# Options: --home-net 198.51.100.0/24 --local-domain example.net
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 93-near-relay-probe
lab_site_exim
lab_site_office
lab_site_partner
lab_domain moved.example mail.example.net
lab_dns
lab_exim_mx exim
lab_postfix_queue partner partner.example "inet_interfaces = all"
lab_capture exim
office() { lab_in office swaks --server 198.51.100.26 --ehlo gw.office.example --from boss@office.example "$@" >>"$LAB_WORK/swaks.log" 2>&1 || true; }
office --to chief@moved.example,clerk@moved.example
office --to "fifty%@example.net"
office --to "50%off@example.net"
office --to "wow!@example.net"
office --to "anna+lists/weekly=2026@example.net"
office --to jane@example.net
for to in chief clerk porter; do
    lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to $to@moved.example --subject "To $to"
done
lab_in office swaks --server 198.51.100.26 --ehlo gw.office.example --from jane@example.net --to one@partner.example,two@partner.example,three@partner.example \
    --auth PLAIN --auth-user jane --auth-password "correct horse" >"$LAB_WORK/swaks.log" 2>&1
sleep 1
lab_save pcap
