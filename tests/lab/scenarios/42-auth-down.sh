#!/bin/bash
# The data base of users does not answer: an office program that sends through the server is told 454 twelve times within a minute. No
# password was judged, so none was refused.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 42-auth-down
lab_site_mx
lab_site_office
lab_dns
lab_sasl mx down
lab_postfix_mx mx "${LAB_AUTH[@]}"
lab_capture mx
for ((i = 0; i < 12; i++)); do
    lab_in office swaks --server 192.0.2.25 --quit-after AUTH --auth LOGIN --auth-user jane --auth-password "correct horse" >>"$LAB_WORK/swaks.log" 2>&1 || true
done
lab_save pcap
