#!/bin/bash
# A slow harvest: two unknown names a session, 30 sessions from eight hosts of one /24, 45 minutes between sessions.
# The packets are real; the pauses are made afterwards by moving the times of each session and what follows it.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 28-harvest-slow
lab_site_mx
lab_site dial dial.example 100.64.7.120
lab_addr dial 100.64.7.121 100.64.7.122 100.64.7.123 100.64.7.124 100.64.7.125 100.64.7.126 100.64.7.127
lab_dns
lab_postfix_mx mx
lab_capture mx
for ((i = 0; i < 30; i++)); do
    {
        echo "S: EHLO mail.slow.test"
        echo "S: MAIL FROM:<list@slow.test>"
        lab_subscribers $((380 + i * 2)) $((381 + i * 2)) | sed 's/.*/S: RCPT TO:<&@example.org>/'
        echo Q
    } | lab_in dial "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 "100.64.7.$((120 + i % 8))"
done
stretch() { "$PY" "$LAB_DIR/stretch.py" "$1" 2700; }
LAB_AFTER=stretch
lab_save pcap
