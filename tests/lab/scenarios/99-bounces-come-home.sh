#!/bin/bash
# Bounces of our own mail: lindsay writes to twelve people at six partners, none of whom works there any more. Her mail leaves through her MX,
# on the tap, and twelve failure reports come back to it.
# Options: --home-net 192.0.2.0/24 --local-domain example.org,example.com
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/backscatter.sh
. "$(dirname "$0")/../backscatter.sh"
lab_open 99-bounces-come-home
lab_site_mx
lab_site_office
for ((i = 1; i <= 6; i++)); do bouncer "far$i" "mail.far$i.example" "198.18.8$i.25" "far$i.example"; done
lab_dns
lab_postfix_mx mx
for ((i = 1; i <= 5; i++)); do bouncer_postfix "far$i" "far$i.example"; done
bouncer_exim far6 far6.example
lab_capture mx
# The MX is seen at work before it sends.
for to in lindsay anna bob carla; do
    lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from boss@office.example --to $to@example.org >>"$LAB_WORK/swaks.log"
done
for ((i = 1; i <= 6; i++)); do
    for who in one two; do
        lab_in mx "$PY" "$LAB_CLIENTS/compose.py" --from "Lindsay <lindsay@example.org>" --to "$who@far$i.example" --subject "Invitation $i $who" \
            --message-id-host mx.example.org | lab_in mx sendmail -t -f lindsay@example.org
    done
done
lab_drain mx
for ((i = 1; i <= 5; i++)); do lab_drain "far$i"; done
sleep 1
lab_save pcap.gz
