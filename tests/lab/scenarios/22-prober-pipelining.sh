#!/bin/bash
# A prober that pipelines its questions in one segment, as the server offers; replies come back in a bunch.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 22-prober-pipelining
lab_site_mx
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_capture mx
{
    echo "S: EHLO scan.tools.example"
    echo "C: MAIL FROM:<check@tools.example>"
    names="anna abel albert alois bob berta boris carla chris conrad dave dieter"
    for u in $names; do echo "C: RCPT TO:<$u@example.org>"; done
    echo R
    for u in $names; do echo R; done
    echo "S: RSET"
    echo Q
} | sed -n '1p;2,14{H;};14{x;s/\n//;s/C: //g;s/\n/\r\n/g;s/$/\r\n/;p;};15,$p' |
    lab_in tools "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
lab_save pcap
