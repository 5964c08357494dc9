#!/bin/bash
# The wire of an office, where somebody runs a mass mailer on a PC: swaks looks the MX of each customer up and sends there, to seven
# servers. A second PC only asks whether addresses exist, at six servers, and sends nothing.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 46-inside-tool
lab_networks acme
lab_dns
lab_sinks
lab_capture acme
for domain in bakery lawyers brewery museum hotel startup agency; do
    lab_in acme swaks --local-interface 198.18.110.31 --helo pc031.intern.acme.example --from offers@acme.example --to "info@$domain.example" \
        --header "Subject: Our spring offers" --body "Dear customers, have a look at our spring offers." >>"$LAB_WORK/swaks.log" 2>&1
done
for server in 198.18.60.10 198.18.61.11 198.18.62.10 198.18.63.10 198.18.70.10 198.18.72.10; do
    printf '%s\n' "S: EHLO pc032.intern.acme.example" "S: MAIL FROM:<list@acme.example>" "S: RCPT TO:<info@sink.example>" Q |
        lab_in acme "$PY" "$LAB_CLIENTS/dialogue.py" $server 198.18.110.32
done
lab_save pcap
