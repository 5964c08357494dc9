#!/bin/bash
# Reports in the words of qmail, sendmail, Exchange, Domino and an old Exim (own client): 18 from six hosts to lindsay, and on the same
# wire an Exchange server's reports, which this site's gateway sends to 15 outside domains.
# Options: --home-net 192.0.2.0/24 --local-domain example.org,example.com
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 96-backscatter-forms
lab_site_mx
lab_site hoster mx.hoster.example 198.18.43.25
lab_host mx.hoster.example 198.18.43.25
for ((i = 1; i <= 15; i++)); do lab_domain victim$i.example mx.hoster.example; done
lab_networks hostgarden rackfarm nordbank college ministry
lab_dns
lab_postfix_mx mx
lab_postfix_queue hoster hoster.example "inet_interfaces = all" "mydestination = $(printf 'victim%s.example ' {1..15})"
lab_capture mx
bounce() { lab_in "$1" "$PY" "$LAB_CLIENTS/bounce.py" 192.0.2.25 "$2" "$3" "$4" lindsay@example.org lindsay@example.org lindsay@example.org; }
bounce hostgarden 198.18.74.11 shared1.hostgarden.example qmail
bounce rackfarm 198.18.72.11 mail.linuxclub.example sendmail
bounce nordbank "$(lab_net nordbank 7)" mx7.nordbank.example exchange
bounce college "$(lab_net college 8)" smtp8.its.college.example domino
bounce ministry "$(lab_net ministry 9)" relay9.ministry.example exim
bounce ministry "$(lab_net ministry 10)" relay10.ministry.example sendmail
mapfile -t victims < <(printf 'lisa@victim%s.example\n' {1..15})
lab_in mx "$PY" "$LAB_CLIENTS/bounce.py" 198.18.43.25 192.0.2.25 mx.example.org exchange "${victims[@]}"
lab_save pcap.gz
