#!/bin/bash
# A prober at an Exim MX (550 Unrouteable address): it resets after each live address instead of sending anything, and takes leave.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 21-prober-exim
lab_site_exim
lab_site dial 64-98.adsl.dial.example 100.64.7.98
lab_dns
lab_exim_mx exim
lab_capture exim
{
    echo "S: HELO checker.test"
    for u in anna abel bob berta carla dave emil fiona full georg gustav heinrich ilse jane; do
        printf '%s\n' "S: MAIL FROM:<a@checker.test>" "S: RCPT TO:<$u@example.net>" "S: RSET"
    done
    echo Q
} | lab_in dial "$PY" "$LAB_CLIENTS/dialogue.py" 198.51.100.26
lab_save pcap
