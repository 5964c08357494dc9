#!/bin/bash
# nmap's smtp-open-relay: 16 ways to ask for relaying, all refused.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 26-nmap-open-relay
lab_site_mx
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_capture mx
lab_in tools nmap -Pn -n -p 25 --script smtp-open-relay,smtp-commands --script-args 'smtp.domain=tools.example' 192.0.2.25 >"$LAB_WORK/nmap.log" 2>&1
lab_save pcap
