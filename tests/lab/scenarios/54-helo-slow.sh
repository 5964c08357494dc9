#!/bin/bash
# A hosting server sends for seven customers under their names, but never for more than two within an hour. Times stretched
# afterwards: 31 minutes between sessions.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 54-helo-slow
lab_networks hostgarden
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_capture mx
for customer in bakery florist museum garage hotel school cinema; do
    lab_in hostgarden swaks --server 192.0.2.25 --local-interface 198.18.74.11 --helo mail.$customer.example --from info@$customer.example \
        --to anna@example.org --header "Subject: News from the $customer" >>"$LAB_WORK/swaks.log" 2>&1
done
stretch() { "$PY" "$LAB_DIR/stretch.py" "$1" 1860; }
LAB_AFTER=stretch
lab_save pcap
