#!/bin/bash
# Relay tests of five kinds at an Exim MX, a session each, all refused: three plain outside recipients (own client), four by swaks, a percent
# path, bang paths, a source route.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 92-relay-probe
lab_site_exim
lab_site_tools
lab_dns
lab_exim_mx exim
lab_capture exim
probe() {
    {
        printf 'S: EHLO scan.tools.example\nS: MAIL FROM:<test@tools.example>\n'
        printf 'S: RCPT TO:%s\n' "$@"
        echo Q
    } | lab_in tools "$PY" "$LAB_CLIENTS/dialogue.py" 198.51.100.26
}
probe "<sesame@partner.example>" "<sesame@news.example>" "<sesame@tools.example>"
lab_in tools swaks --server 198.51.100.26 --ehlo scan.tools.example --from test@tools.example \
    --to sesame@partner.example,sesame@news.example,sesame@office.example,sesame@example.com >"$LAB_WORK/swaks.log" || true
probe "<sesame%partner.example@example.net>"
probe "<partner.example!sesame@example.net>" "<partner.example!sesame>"
probe "<@mail.example.net,@example.net:sesame@partner.example>"
lab_save pcap
