#!/bin/bash
# The wire of an office, where an uninterruptible power supply reports to seven servers, but never to more than two within ten minutes:
# twice to the same one. Times stretched afterwards: 320 seconds between sessions.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 50-inside-slow
lab_networks acme
lab_dns
lab_sinks
lab_capture acme
for server in 198.18.60.10 198.18.60.12 198.18.61.11 198.18.61.11 198.18.62.10 198.18.63.10 198.18.70.10 198.18.72.10; do
    lab_in acme swaks --server $server --local-interface 198.18.110.22 --helo ups-keller.intern.acme.example --from ups@acme.example \
        --to service@sink.example --header "Subject: battery test passed" >>"$LAB_WORK/swaks.log" 2>&1
done
stretch() { "$PY" "$LAB_DIR/stretch.py" "$1" 320; }
LAB_AFTER=stretch
lab_save pcap
