#!/bin/bash
# nmap's smtp-brute guesses passwords of two users at Postfix, twelve words each, and finds jane's.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 38-nmap-brute
lab_site_mx
lab_site_tools
lab_dns
lab_sasl mx
lab_postfix_mx mx "${LAB_AUTH[@]}"
lab_capture mx
printf '%s\n' karl jane >"$LAB_WORK/users"
printf '%s\n' 123456 password qwerty letmein sunshine welcome "correct horse" dragon shadow monkey master qazwsx >"$LAB_WORK/passwords"
lab_in tools nmap -Pn -n -p 25 --script smtp-brute --script-args \
    "userdb=$LAB_WORK/users,passdb=$LAB_WORK/passwords,brute.threads=1,brute.start=1,smtp-brute.domain=scan.tools.example,smtp.domain=scan.tools.example" \
    192.0.2.25 >"$LAB_WORK/nmap.log" 2>&1
lab_save pcap
