#!/bin/bash
# Six relays of five organisations are on a blocklist: each is refused when it names the recipient (554 5.7.1). The size is known because
# they declare it. IPv4; two of them belong to one organisation.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 57-rotating-listed
lab_networks kabelbiz officenet skyrent clecnet rackfarm
lab_site_mx
for a in 198.18.61.11 198.18.62.10 198.18.63.11 198.18.71.11 198.18.71.12 198.18.72.11; do lab_listed $a; done
lab_dns
lab_postfix_mx mx "smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client bl.example"
lab_capture mx
relay() {
    lab_in "$1" "$PY" "$LAB_CLIENTS/envelope.py" 192.0.2.25 "$2" "$3" promo@bargains.test bob@example.org 3080 declare
}
relay kabelbiz 198.18.61.11 exchange.brewery.example
relay skyrent 198.18.71.11 mta1.shopping.example
relay skyrent 198.18.71.12 monitor.uptime.example
relay clecnet 198.18.62.10 mail.museum.example
relay rackfarm 198.18.72.11 mail.linuxclub.example
relay officenet 198.18.63.11 zimbra.school.example
lab_save pcap
