#!/bin/bash
# The wire of a factory whose mail server takes mail from outside, twice, and sends to six others. Nobody asks DNS who its MX is; that it
# takes mail is enough.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 49-inside-receives
lab_networks factory nordbank
lab_dns
lab_sinks
lab_postfix_queue factory factory.example "myhostname = mail.factory.example" "smtp_bind_address = 198.18.115.10" "inet_interfaces = all"
lab_capture factory
receive() {
    lab_in nordbank swaks --server 198.18.115.10 --local-interface 198.18.111.5 --helo mx5.nordbank.example --from desk@nordbank.example \
        --to office@factory.example --header "Subject: $1" --body "Please find our letter attached." >>"$LAB_WORK/swaks.log" 2>&1
}
order() {
    lab_mail factory orders@factory.example --from "Orders <orders@factory.example>" --to "info@$1.example" --subject "Order for $1" \
        --message-id-host mail.factory.example --lines 6
}
receive "Your account"
for domain in bakery lawyers brewery; do order $domain; done
receive "Your statement"
for domain in museum hotel startup; do order $domain; done
lab_save pcap
