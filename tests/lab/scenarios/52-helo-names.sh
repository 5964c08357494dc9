#!/bin/bash
# One host under many names, to Exim and from real software: swaks gives eight names of eight organisations, and a spam engine seven, each
# within a minute; a third says six names of one organisation.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 52-helo-names
lab_networks ovalhost skyrent
lab_site_exim
lab_dns
lab_exim_mx exim
lab_capture exim
for name in mail.alpha-print.example smtp.betacars.example mx1.gammatools.test relay.deltafoods.example out.epsilonlaw.test mail.zetatravel.example mx.etabooks.test \
    post.thetawine.example; do
    lab_in skyrent swaks --server 198.51.100.26 --local-interface 198.18.71.40 --helo "$name" --from "info@${name#*.}" --to jane@example.net \
        --header "Subject: News of ${name#*.}" >>"$LAB_WORK/swaks.log" 2>&1
done
for name in alpha.test beta.test gamma.test delta.test epsilon.test zeta.test eta.test; do
    printf '%s\n' "S: EHLO $name" "S: MAIL FROM:<x@$name>" "S: RCPT TO:<karl@example.net>" Q |
        lab_in ovalhost "$PY" "$LAB_CLIENTS/dialogue.py" 198.51.100.26 198.18.70.41
done
for i in 1 2 3 4 5 6; do
    lab_in ovalhost swaks --server 198.51.100.26 --local-interface 198.18.70.42 --helo "out$i.bigshop.example" --from order@bigshop.example \
        --to jane@example.net --header "Subject: Your order $i" >>"$LAB_WORK/swaks.log" 2>&1
done
lab_save pcap.gz
