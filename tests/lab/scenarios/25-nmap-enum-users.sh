#!/bin/bash
# nmap's smtp-enum-users with its own list of names: RCPT, and the port scan before it.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 25-nmap-enum-users
lab_site_mx
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_capture mx
lab_in tools nmap -Pn -n -p 25 --script smtp-enum-users \
    --script-args 'smtp-enum-users.methods={RCPT,VRFY,EXPN},smtp-enum-users.domain=example.org,smtp.domain=tools.example' 192.0.2.25 \
    >"$LAB_WORK/nmap.log" 2>&1
lab_save pcap
