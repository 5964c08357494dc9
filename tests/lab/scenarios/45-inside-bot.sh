#!/bin/bash
# The wire of an office, where a PC is a bot: it sends to six outside servers straight away. Another PC's program sends to four.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 45-inside-bot
lab_networks acme
lab_dns
lab_sinks
lab_capture acme
i=0
for server in 198.18.60.10 198.18.60.12 198.18.61.11 198.18.62.10 198.18.63.10 198.18.70.10; do
    i=$((i + 1))
    lab_in acme "$PY" "$LAB_CLIENTS/zombie.py" $server 198.18.110.7 polite ACME-PC7 "victim$i@sink.example"
done
for server in 198.18.60.10 198.18.61.11 198.18.62.10 198.18.72.10; do
    lab_in acme swaks --server $server --local-interface 198.18.110.30 --helo pc030.intern.acme.example --from alarm@acme.example \
        --to service@sink.example --header "Subject: door open" >>"$LAB_WORK/swaks.log" 2>&1
done
lab_save pcap
