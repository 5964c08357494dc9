#!/bin/bash
# The wire of an office whose own mail server sends to seven others within a minute. That it is one can be seen in DNS: it looks the MX of
# the senders' domain up (its own) before it takes their mail.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 48-inside-known
lab_networks acme
lab_dns
lab_sinks
lab_postfix_queue acme acme.example "myhostname = mail.acme.example" "smtp_bind_address = 198.18.110.10" \
    "mydestination =" \
    "smtpd_sender_restrictions = reject_unknown_sender_domain, check_sender_mx_access inline:{{192.0.2.255=REJECT}}"
lab_capture acme
for domain in bakery lawyers brewery museum hotel startup agency; do
    lab_in acme "$PY" "$LAB_CLIENTS/compose.py" --from "Sales <sales@acme.example>" --to "info@$domain.example" --subject "Offer for $domain" \
        --message-id-host pc012.intern.acme.example --lines 8 |
        lab_in acme swaks --server 127.0.0.1 --from sales@acme.example --to "info@$domain.example" --data - >>"$LAB_WORK/swaks.log" 2>&1
done
lab_drain acme
lab_save pcap
