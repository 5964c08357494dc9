#!/bin/bash
# AUTH in the clear that is taken: PLAIN and LOGIN with swaks, PLAIN in two steps and LOGIN with the name in the first line by hand, IPv6.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 40-auth-clear
lab_site_mx
lab_site_office
lab_site_partner
lab_dns
lab_sasl mx
lab_postfix_mx mx "${LAB_AUTH[@]}"
lab_capture mx
for kind in PLAIN LOGIN; do
    lab_in office swaks --server 192.0.2.25 --from jane@example.org --to karl@example.org --auth $kind --auth-user jane \
        --auth-password "correct horse" --header "Subject: from the road, $kind" >>"$LAB_WORK/swaks.log" 2>&1
done
lab_in partner "$PY" "$LAB_CLIENTS/dialogue.py" 2001:db8:2::25 2001:db8:113::10 <<SCRIPT
S: EHLO relay.partner.example
S: AUTH PLAIN
S: $(printf '\0karl\0correct horse' | base64)
Q
SCRIPT
lab_in partner "$PY" "$LAB_CLIENTS/dialogue.py" 2001:db8:2::25 2001:db8:113::10 <<SCRIPT
S: EHLO relay.partner.example
S: AUTH LOGIN $(printf 'karl' | base64)
S: $(printf 'wrong' | base64)
S: AUTH LOGIN $(printf 'karl' | base64)
S: $(printf 'correct horse' | base64)
Q
SCRIPT
lab_save pcap
