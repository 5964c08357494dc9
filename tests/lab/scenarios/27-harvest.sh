#!/bin/bash
# A directory harvest: six hosts of one /24 try eleven names each in one session, ten of them unknown.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 27-harvest
lab_site_mx
lab_site dial dial.example 100.64.7.110
lab_addr dial 100.64.7.111 100.64.7.112 100.64.7.113 100.64.7.114 100.64.7.115
lab_dns
lab_postfix_mx mx
lab_capture mx
clients=
for i in 0 1 2 3 4 5; do
    {
        echo "S: EHLO mail$i.harvest.test"
        echo "S: MAIL FROM:<list@harvest.test>"
        { lab_subscribers $((300 + i * 10)) $((309 + i * 10)); lab_subscribers "$i" "$i"; } | sed 's/.*/S: RCPT TO:<&@example.org>/'
        echo Q
    } | lab_in dial "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 100.64.7.11$i &
    clients+=" $!"
    sleep 0.2
done
# shellcheck disable=SC2086 # one word a process
wait $clients
lab_save pcap
