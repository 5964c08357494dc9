#!/bin/bash
# Five open relays of five organisations, real Postfix queues: a spammer hands each of them the same message, and the MX refuses it each
# time after the final dot (550 5.7.1, by its content). The sizes differ by the octets of the Received lines.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 56-rotating-queues
lab_networks bizline clecnet rackfarm kabelbiz officenet
lab_site_mx
lab_dns
lab_postfix_mx mx "header_checks = regexp:{{/^Subject:.*account statement/ REJECT We do not want this}}"
queue() { lab_postfix_queue "$1" "$3" "myhostname = $4" "smtp_bind_address = $2"; }
queue bizline 198.18.60.13 garage.example gateway.garage.example
queue clecnet 198.18.62.10 museum.example mail.museum.example
queue rackfarm 198.18.72.11 linuxclub.example mail.linuxclub.example
queue kabelbiz 198.18.61.12 winery.example mail.winery.example
queue officenet 198.18.63.11 school.example zimbra.school.example
lab_capture mx
for site in bizline clecnet rackfarm kabelbiz officenet; do
    lab_in $site "$PY" "$LAB_CLIENTS/compose.py" --from "Customer service <service@bank.test>" --to anna@example.org \
        --subject "Your account statement" --message-id-host bank.test --lines 40 | lab_in $site sendmail -f service@bank.test anna@example.org
done
for site in bizline clecnet rackfarm kabelbiz officenet; do lab_drain $site; done
lab_save pcap
