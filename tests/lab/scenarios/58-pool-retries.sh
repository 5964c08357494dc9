#!/bin/bash
# Greylisting and mail that comes back from elsewhere: a provider's pool tries from three networks before the fourth attempt is taken, and a
# company with mail servers at three organisations does the same. 450 all the time, until it is accepted.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 58-pool-retries
lab_networks bigmail-a bigmail-b bigmail-c kabelbiz clecnet rackfarm
lab_site_mx
lab_dns
lab_in mx "$PY" "$LAB_DIR/servers/greylist.py" 10023 3 >"$LAB_WORK/greylist.log" 2>&1 &
lab_postfix_mx mx "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10023"
lab_capture mx
pool() { lab_in "$1" "$PY" "$LAB_CLIENTS/envelope.py" 192.0.2.25 "$2" "$3" peter@bigmail.example carla@example.org 2400 declare; }
company() { lab_in "$1" "$PY" "$LAB_CLIENTS/envelope.py" 192.0.2.25 "$2" "$3" orders@winery.example dave@example.org 1900 declare; }
pool bigmail-a 198.18.100.14 mail-a-14.bigmail.example
pool bigmail-b 198.18.101.19 mail-b-19.bigmail.example
pool bigmail-c 198.18.102.31 mail-c-31.bigmail.example
company kabelbiz 198.18.61.12 mail.winery.example
company clecnet 198.18.62.10 mail.museum.example
company rackfarm 198.18.72.11 mail.linuxclub.example
sleep 3.5
pool bigmail-a 198.18.100.14 mail-a-14.bigmail.example
company kabelbiz 198.18.61.12 mail.winery.example
lab_save pcap
