#!/bin/bash
# A prober that pipelines its questions, ten to a segment, as the server offers; the replies come back in a bunch.
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
    for names in "anna abel albert alois bob berta boris carla chris paul" "dave dieter dirk erik edgar egon fiona felix ferdi karl" \
        "greta gerd gisela hugo hans harald ines ida igor olga"; do
        printf '%s\n' G "MAIL FROM:<check@tools.example>"
        # shellcheck disable=SC2086 # one word a name
        printf 'RCPT TO:<%s@example.org>\n' $names
        printf '%s\n' RSET END
    done
    echo Q
} | lab_in tools "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
lab_save pcap
