#!/bin/bash
# Empty messages, each in a session of its own: a lone dot after DATA (twice), BDAT 0 LAST, and a lone dot that the server refuses.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 32-empty-messages
lab_site_mx
lab_site_office
lab_dns
echo "probe@office.example 550 5.6.0 Message without content refused" >"$LAB_WORK/empty-senders"
chmod 644 "$LAB_WORK/empty-senders"
lab_postfix_mx mx "smtpd_end_of_data_restrictions = check_sender_access texthash:$LAB_WORK/empty-senders"
lab_capture mx
talk() { lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25; }
for to in anna bob; do
    printf '%s\n' "S: EHLO gw.office.example" "S: MAIL FROM:<boss@office.example>" "S: RCPT TO:<$to@example.org>" "S: DATA" "S: ." Q | talk
done
printf '%s\n' "S: EHLO gw.office.example" "S: MAIL FROM:<boss@office.example>" "S: RCPT TO:<carla@example.org>" "S: BDAT 0 LAST" Q | talk
printf '%s\n' "S: EHLO gw.office.example" "S: MAIL FROM:<probe@office.example>" "S: RCPT TO:<dave@example.org>" "S: DATA" "S: ." Q | talk
lab_save pcap
