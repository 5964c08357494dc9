#!/bin/bash
# swaks logs in at an Exim server in the clear: LOGIN refused, PLAIN refused, PLAIN accepted and a message sent.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 10-swaks-auth
lab_site_exim
lab_site_office
lab_dns
lab_exim_mx exim
lab_capture exim
lab_in office swaks --server mail.example.net --from jane@example.net --to karl@example.net --auth LOGIN --auth-user jane --auth-password wrong1 \
    >>"$LAB_WORK/swaks.log" 2>&1 || true
lab_in office swaks --server mail.example.net --from jane@example.net --to karl@example.net --auth PLAIN --auth-user jane --auth-password wrong2 \
    >>"$LAB_WORK/swaks.log" 2>&1 || true
lab_in office swaks --server mail.example.net --from jane@example.net --to karl@example.net --auth PLAIN --auth-user jane \
    --auth-password "correct horse" >>"$LAB_WORK/swaks.log" 2>&1
lab_save pcap
