#!/bin/bash
# Greylisting: the first attempt is deferred with 450, the queue comes back a few seconds later and delivers.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 04-greylist
lab_site_mx
lab_site_partner
lab_dns
lab_in mx "$PY" "$LAB_DIR/servers/greylist.py" 10023 3 >"$LAB_WORK/greylist.log" 2>&1 &
lab_postfix_mx mx "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10023"
lab_postfix_queue partner partner.example
lab_capture mx
for to in bob erik fiona; do
    lab_in partner "$PY" "$LAB_CLIENTS/compose.py" --from dora@partner.example --to $to@example.org --subject "Invoice for $to" --attach 4 |
        lab_in partner sendmail -t -f dora@partner.example
done
sleep 4.5
lab_in partner postqueue -f
lab_drain partner
lab_save pcap
