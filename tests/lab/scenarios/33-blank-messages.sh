#!/bin/bash
# Blank messages: blanks and empty lines under a bare From line, a lone Subject, and what
# swaks makes of an empty message (an empty line); then a message that has only its body blank, with every header field there (somebody pressed send too early), which is none.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 33-blank-messages
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
talk() { lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25; }
open_to() { printf '%s\n' "S: EHLO gw.office.example" "S: MAIL FROM:<boss@office.example>" "S: RCPT TO:<$1@example.org>" "S: DATA" M; }
{ open_to anna; printf '%s\n' "From: boss@office.example" "" "   " "" "	" END Q; } | talk
{ open_to bob; printf '%s\n' "Subject: " END Q; } | talk
lab_in office swaks --server mx.example.org --from boss@office.example --to dave@example.org --data '\n' >"$LAB_WORK/swaks.log" 2>&1
{
    open_to carla
    printf '%s\n' "Received: from ws4.office.example (ws4.office.example [10.1.2.4])" "	by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100" \
        "From: boss@office.example" "To: carla@example.org" "Subject: the plan" "Date: Thu, 5 Mar 2026 10:00:00 +0100" \
        "Message-ID: <blank.1@gw.office.example>" "" "" END Q
} | talk
lab_save pcap
