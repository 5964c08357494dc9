#!/bin/bash
# Twelve refused passwords of one host, but never more than four within ten minutes. Times stretched afterwards: 160 seconds between
# sessions.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 43-auth-slow
lab_site_mx
lab_site_tools
lab_dns
lab_sasl mx
lab_postfix_mx mx "${LAB_AUTH[@]}"
lab_capture mx
for ((i = 0; i < 12; i++)); do
    lab_in tools swaks --server 192.0.2.25 --quit-after AUTH --auth LOGIN --auth-user jane --auth-password "word$i" >>"$LAB_WORK/swaks.log" 2>&1 || true
done
stretch() { "$PY" "$LAB_DIR/stretch.py" "$1" 160; }
LAB_AFTER=stretch
lab_save pcap
