#!/bin/bash
# A user of a big provider tries three times to write to somebody whose MX refuses the provider's mail for good; each time the pool sends
# from another network. The same from two organisations only, and from three of which the last is accepted (the recipient asked for it).
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 59-pool-refused
lab_networks bigmail-a bigmail-b bigmail-c kabelbiz clecnet rackfarm
lab_site_mx
lab_dns
refused=
for a in 198.18.100.14 198.18.101.19 198.18.102.31 198.18.61.12 198.18.62.10; do refused+=" {$a = 550 5.7.1 We take no mail from there}"; done
lab_postfix_mx mx "smtpd_sender_restrictions = check_client_access inline:{$refused }"
lab_capture mx
send() { lab_in "$1" "$PY" "$LAB_CLIENTS/envelope.py" 192.0.2.25 "$2" "$3" "$4" "$5" "$6" declare; }
send bigmail-a 198.18.100.14 mail-a-14.bigmail.example peter@bigmail.example carla@example.org 2400
send bigmail-b 198.18.101.19 mail-b-19.bigmail.example peter@bigmail.example carla@example.org 2400
send bigmail-c 198.18.102.31 mail-c-31.bigmail.example peter@bigmail.example carla@example.org 2400
send kabelbiz 198.18.61.12 mail.winery.example list@winelovers.example dave@example.org 5000
send clecnet 198.18.62.10 mail.museum.example list@winelovers.example dave@example.org 5000
send kabelbiz 198.18.61.12 mail.winery.example boss@office.example erik@example.org 3000
send clecnet 198.18.62.10 mail.museum.example boss@office.example erik@example.org 3000
send rackfarm 198.18.72.11 mail.linuxclub.example boss@office.example erik@example.org 3000
lab_save pcap
