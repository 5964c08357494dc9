#!/bin/bash
# An MX that takes every recipient (smtp-sink) is tested all the same: an empty message to each of four; over IPv6 RSET after each of four; and
# a lone blank line as message to each of four, which is no empty message but a blank one.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 67-probe-accept-all
lab_site mx mx.example.org 192.0.2.25 2001:db8:2::25
lab_site tools scan.tools.example 198.18.30.66 2001:db8:30::66
lab_dns
lab_sink mx 192.0.2.25 mx.example.org
lab_sink mx 2001:db8:2::25 mx.example.org
lab_capture mx
test_with() { # SERVER LINE-AFTER-RCPT...
    local server=$1 to
    shift
    {
        echo "S: EHLO scan.tools.example"
        for to in anna bob carla dave; do
            printf '%s\n' "S: MAIL FROM:<verify@tools.example>" "S: RCPT TO:<$to@example.org>" "$@"
        done
        echo Q
    } | lab_in tools "$PY" "$LAB_CLIENTS/dialogue.py" "$server"
}
test_with 192.0.2.25 "S: DATA" "S: ."
test_with 2001:db8:2::25 "S: RSET"
test_with 192.0.2.25 "S: DATA" "C: " "S: ."
lab_save pcap
