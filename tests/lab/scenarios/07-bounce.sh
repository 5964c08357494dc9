#!/bin/bash
# Delivery reports with the null sender to two real users, whose mail to a partner could not be delivered.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 07-bounce
lab_site_mx
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example "local_transport = error:5.1.1 User unknown"
lab_capture mx
for from in bob lindsay; do
    lab_in partner "$PY" "$LAB_CLIENTS/compose.py" --from $from@example.org --to gone@partner.example --subject "Are you there?" --message-id-host mx.example.org |
        lab_in partner sendmail -t -f $from@example.org
done
lab_drain partner
lab_save pcap
