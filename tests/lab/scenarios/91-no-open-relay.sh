#!/bin/bash
# Recipients that look foreign and are taken with good reason: a host of home_net sends out through the MX, the MX is the second one of a
# customer's domain, addresses without a domain, with the server's address in brackets, and in capitals. One honest refusal.
# Options: --home-net 192.0.2.0/24,198.18.110.0/24 --local-domain example.org,example.com,museum.example
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 91-no-open-relay
lab_site_mx
lab_site_partner
lab_site_office
lab_networks acme
lab_dns
lab_postfix_mx mx "mynetworks = 198.18.110.0/24" "relay_domains = museum.example" "relay_transport = discard:" "default_transport = discard:" \
    "relay_recipient_maps =" "smtpd_restriction_classes ="
lab_capture mx
mail=$(lab_net acme 10)
for to in buyer@partner.example press@news.example "one@partner.example,two@news.example"; do
    lab_in acme swaks --local-interface "$mail" --server 192.0.2.25 --ehlo mail.acme.example --from sales@acme.example --to "$to" >>"$LAB_WORK/swaks.log"
done
office() { lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from boss@office.example "$@" >>"$LAB_WORK/swaks.log" || true; }
office --to curator@museum.example
office --to director@museum.example,bob@example.org
office --to "postmaster@[192.0.2.25]"
office --to BOB@EXAMPLE.ORG,jane@Example.Com
office --to somebody@partner.example
printf '%s\n' "S: EHLO gw.office.example" "S: MAIL FROM:<boss@office.example>" "S: RCPT TO:<postmaster>" "S: DATA" M \
    "Received: from ws4.office.example ([10.1.2.4]) by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100" "From: boss@office.example" "To: postmaster" \
    "Subject: a question" "Date: Thu, 5 Mar 2026 10:00:00 +0100" "Message-ID: <question.1@gw.office.example>" "" "Is your server well?" END Q |
    lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
lab_save pcap
