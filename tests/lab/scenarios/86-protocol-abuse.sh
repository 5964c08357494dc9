#!/bin/bash
# Other protocols at port 25: curl with GET, POST (SMTP inside, as sent through open proxies) and CONNECT, curl's telnet with a script whose
# lines end in LF; header lines given as commands; a dialogue whose command lines end in LF, all of it in order otherwise. The MX takes a
# second over its greeting, so curl speaks first.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 86-protocol-abuse
lab_site_mx
lab_site_office
lab_site_tools
lab_dns
lab_postfix_mx mx "smtpd_delay_reject = no" "smtpd_client_restrictions = sleep 1, permit"
lab_capture mx
get() { lab_in tools curl -sS -m 5 "$@" >>"$LAB_WORK/curl.log" 2>&1 || true; }
get http://192.0.2.25:25/
printf '%s\r\n' "EHLO scan.tools.example" "MAIL FROM:<a@tools.example>" "RCPT TO:<anna@example.org>" >"$LAB_WORK/script"
get -H "Content-Type: text/plain" --data-binary @"$LAB_WORK/script" http://192.0.2.25:25/
get -x http://192.0.2.25:25 https://www.tools.example/
get -H "Expect:" -X PUT --data-binary hello http://192.0.2.25:25/x
lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 <<'SCRIPT'
S: EHLO gw.office.example
S: From: boss@office.example
S: To: anna@example.org
S: Subject: lost my way
Q
SCRIPT
# The whole dialogue with LF.
hex() { printf '%s\n' "$1" | od -An -v -tx1 | tr -d ' \n'; }
{
    for line in "EHLO gw.office.example" "MAIL FROM:<boss@office.example>" "RCPT TO:<bob@example.org>" DATA; do printf 'X: %s\nR\n' "$(hex "$line")"; done
    printf 'M\nReceived: from ws4.office.example ([10.1.2.4]) by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100\nFrom: boss@office.example\n'
    printf 'To: bob@example.org\nSubject: by hand\nDate: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: <hand.1@gw.office.example>\n\nHello.\nEND\n'
    printf 'X: %s\nR\n' "$(hex QUIT)"
} | lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
printf '%s\n' "HELO scan.tools.example" "MAIL FROM:<a@tools.example>" "RCPT TO:<carla@example.org>" QUIT >"$LAB_WORK/script"
lab_in tools curl -sS -m 5 telnet://192.0.2.25:25 <"$LAB_WORK/script" >>"$LAB_WORK/curl.log" 2>&1 || true
lab_save pcap
