#!/bin/bash
# A client whose DATA was refused (no valid recipients) sends its message all the same; its lines are no commands.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 34-data-refused
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
for to in nobody1 nobody2; do
    lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 <<END
S: EHLO gw.office.example
S: MAIL FROM:<boss@office.example>
S: RCPT TO:<$to@example.org>
S: DATA
C: Received: from ws4.office.example by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100
C: From: boss@office.example
C: To: $to@example.org
C: Subject: anyway
C: 
C: quit smoking today
C: .
P: 0.3
END
done
lab_save pcap
