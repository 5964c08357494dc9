#!/bin/bash
# Good senders with something odd each, which must not add up to a zombie: a scanner that says a single label and writes no Message-ID, a
# NAS without Date and Message-ID, a cron job that says localhost.localdomain, a server without any PTR, a brewer's Postfix at home on a DSL
# line, a shop whose HELO is not its PTR.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 42-odd-senders
lab_networks acme factory silent3 southtel ovalhost
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_postfix_queue southtel homebrewer.example "myhostname = mail.homebrewer.example" "smtp_bind_address = 100.64.16.20"
lab_postfix_queue silent3 badlyrun.example "myhostname = mail.badlyrun.example" "smtp_bind_address = 198.18.140.10"
lab_capture mx
lab_in acme "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 198.18.110.20 <<'SCRIPT'
S: HELO SCANNER-2OG
S: MAIL FROM:<scanner@acme.example>
S: RCPT TO:<anna@example.org>
S: DATA
M
From: scanner@acme.example
To: anna@example.org
Subject: Scan from second floor
Date: Thu, 5 Mar 2026 10:00:00 +0100

The document that you scanned is in the folder.
END
Q
SCRIPT
lab_in acme "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 198.18.110.21 <<'SCRIPT'
S: EHLO nas1.intern.acme.example
S: MAIL FROM:<nas1@acme.example>
S: RCPT TO:<bob@example.org>
S: DATA
M
From: nas1@acme.example
To: bob@example.org
Subject: [nas1] volume 2 is 80 % full

Please make room.
END
Q
SCRIPT
lab_in factory swaks --server 192.0.2.25 --local-interface 198.18.115.21 --helo localhost.localdomain --from root@factory.example \
    --to carla@example.org --header "Subject: Cron <root@cron> /usr/local/bin/report" >>"$LAB_WORK/swaks.log" 2>&1
lab_in ovalhost swaks --server 192.0.2.25 --local-interface 198.18.70.10 --helo mail.startup.example --from hello@startup.example \
    --to dave@example.org --header "Subject: Welcome" >>"$LAB_WORK/swaks.log" 2>&1
lab_mail southtel brewer@homebrewer.example --from "The Brewer <brewer@homebrewer.example>" --to erik@example.org --subject "New beer" \
    --message-id-host mail.homebrewer.example
lab_mail silent3 shop@badlyrun.example --from "Shop <shop@badlyrun.example>" --to fiona@example.org --subject "Your parcel" \
    --message-id-host mail.badlyrun.example
lab_save pcap
