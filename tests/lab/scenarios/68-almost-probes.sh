#!/bin/bash
# What is not yet a probe: four unknown names in one session; five of 17; two accepted recipients that are left without a message; two
# names by VRFY; and a queue of Postfix that takes a mistyped name out of each of six messages. And one empty message, which is just that.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 68-almost-probes
lab_networks bizline kabelbiz
lab_site_mx
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx
say() { # LINE...
    printf '%s\n' "S: EHLO gateway.garage.example" "$@" Q | lab_in bizline "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 198.18.60.13
}
from="S: MAIL FROM:<garage@garage.example>"
rcpts() { lab_subscribers "$1" "$2" | sed 's/.*/S: RCPT TO:<&@example.org>/'; }
mapfile -t four < <(rcpts 300 303)
mapfile -t five < <(rcpts 304 308)
mapfile -t twelve < <(rcpts 0 11)
mail=(M "Received: from desk (desk [10.0.0.9]) by gateway.garage.example; Thu, 5 Mar 2026 10:00:00 +0100" "From: <garage@garage.example>"
    "To: our customers:;" "Subject: Opening hours" "Date: Thu, 5 Mar 2026 10:00:00 +0100" "Message-ID: <hours.1@garage.example>" "" "We are open." END)
say "$from" "${four[@]}"
say "$from" "${twelve[@]}" "${five[@]}" "S: DATA" "${mail[@]}"
say "$from" "S: RCPT TO:<anna@example.org>" "S: RSET" "$from" "S: RCPT TO:<bob@example.org>"
say "S: VRFY carla@example.org" "S: VRFY dave@example.org"
say "$from" "S: RCPT TO:<erik@example.org>" "S: DATA" "S: ."
for i in 1 2 3 4 5 6; do
    lab_in partner "$PY" "$LAB_CLIENTS/compose.py" --from dora@partner.example --to "anna@example.org, ana$i@example.org" --subject "Minutes $i" --lines 4 |
        lab_in partner sendmail -t -f dora@partner.example
done
lab_drain partner
lab_save pcap
