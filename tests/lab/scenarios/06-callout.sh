#!/bin/bash
# Sender verification: an Exim MX asks the Postfix MX about the senders of what it is handed (MAIL FROM:<>, one RCPT, QUIT).
# Three of the eight senders are forged and unknown. Only the call-outs are on the captured wire.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 06-callout
lab_site_mx
lab_site_exim
lab_site_office
lab_dns
lab_postfix_mx mx
lab_exim_mx exim "CALLOUT = yes"
lab_capture mx
for from in anna bob carla nosuch1 dave nosuch2 erik nosuch3; do
    lab_in office swaks --server mail.example.net --from $from@example.org --to jane@example.net --header "Subject: hello from $from" \
        >>"$LAB_WORK/swaks.log" 2>&1 || true
done
lab_save pcap
