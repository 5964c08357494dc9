#!/bin/bash
# A harvest by 16 PCs in 16 dynamic networks: each asks for four names that do not exist and one that does, and says good-bye. No session
# and no network is worth a word by itself.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 61-distributed-harvest
nets="southtel fernnetz franconet avangard kabelwest bigcable northcable kabelnett sinonet uutel peninsula brasnet azteca nippon bbtec spectral"
# shellcheck disable=SC2086 # one word a network
lab_networks $nets
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_capture mx
i=0
for net in $nets; do
    source=$(lab_net "$net" $((20 + i * 2)))
    {
        echo "S: EHLO mail$i.best-offers.test"
        echo "S: MAIL FROM:<info@$net.example>"
        { lab_subscribers $((220 + i * 4)) $((223 + i * 4)); lab_subscribers $i $i; } | sed 's/.*/S: RCPT TO:<&@example.org>/'
        echo "S: RSET"
        echo Q
    } | lab_in "$net" "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 "$source"
    i=$((i + 1))
done
lab_save pcap
