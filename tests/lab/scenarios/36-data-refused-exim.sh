#!/bin/bash
# The same towards Exim, which takes the first lines of the message for commands and then gives up (554 SMTP synchronization error).
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 36-data-refused-exim
lab_site_exim
lab_site_office
lab_dns
lab_exim_mx exim
lab_capture exim
lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 198.51.100.26 <<'SCRIPT'
S: EHLO gw.office.example
S: MAIL FROM:<boss@office.example>
S: RCPT TO:<nobody1@example.net>
S: DATA
C: From: boss@office.example
C: To: nobody1@example.net
C: 
C: quit smoking today
C: .
P: 0.3
SCRIPT
lab_save pcap
