#!/bin/bash
# Somebody forges nosuch@example.org, and the servers of five organisations ask whether that address exists: MAIL FROM:<> and one RCPT,
# refused for good each time. One is Exim. Two of them hand in the bounces that they could have spared us, of different sizes.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 60-callouts-many
lab_networks bizline kabelbiz clecnet rackfarm
lab_site_mx
lab_site_exim
lab_site_office
lab_dns
lab_postfix_mx mx
lab_exim_mx exim "CALLOUT = yes"
lab_capture mx
lab_in office swaks --server mail.example.net --from nosuch@example.org --to jane@example.net --header "Subject: hello" >>"$LAB_WORK/swaks.log" 2>&1 || true
ask() {
    printf '%s\n' "S: EHLO $3" "S: MAIL FROM:<>" "S: RCPT TO:<nosuch@example.org>" "S: RSET" Q |
        lab_in "$1" "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 "$2"
}
ask bizline 198.18.60.13 gateway.garage.example
ask kabelbiz 198.18.61.12 mail.winery.example
ask clecnet 198.18.62.10 mail.museum.example
ask rackfarm 198.18.72.11 mail.linuxclub.example
for size in 2310 4950; do
    printf '%s\n' "S: EHLO mail.museum.example" "S: MAIL FROM:<> SIZE=$size" "S: RCPT TO:<nosuch@example.org>" Q |
        lab_in clecnet "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 198.18.62.10
done
lab_save pcap
