#!/bin/bash
# Clients that do not wait for the greeting, over which the MX takes a second: a shell script that sends everything at once, and programs
# that send only EHLO or HELO too early and then wait for each reply. swaks waits from the beginning.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 84-early-talkers
lab_site_mx
lab_site_office
lab_site_tools
lab_dns
lab_postfix_mx mx "smtpd_delay_reject = no" "smtpd_client_restrictions = sleep 1, permit"
lab_capture mx
{
    printf '%s\r\n' "EHLO gw.office.example" "MAIL FROM:<door@office.example>" "RCPT TO:<anna@example.org>" DATA
    printf '%s\r\n' "From: door@office.example" "To: anna@example.org" "Subject: alarm" "Date: Thu, 5 Mar 2026 10:00:00 +0100" \
        "Message-ID: <alarm.1@office.example>" "" "The door is open." . QUIT
} >"$LAB_WORK/script"
# shellcheck disable=SC2016 # for the other shell
lab_in office bash -c 'exec 3<>/dev/tcp/192.0.2.25/25 && cat "$1" >&3 && cat <&3' - "$LAB_WORK/script" >>"$LAB_WORK/bash.log"
lab_in office "$PY" "$LAB_CLIENTS/early.py" 192.0.2.25 "EHLO gw.office.example" door@office.example bob@example.org
lab_in tools "$PY" "$LAB_CLIENTS/early.py" 192.0.2.25 "HELO scan.tools.example" door@tools.example carla@example.org
lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from door@office.example --to dave@example.org >"$LAB_WORK/swaks.log"
lab_save pcap
