#!/bin/bash
# Mailing lists with dead addresses: one with 19 dead of 60, sent by swaks with all recipients in one transaction; one with 30 dead of 130,
# from a Postfix queue. The first stays below 20, the second below 30 %, and no session has half of its recipients unknown.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 66-stale-lists
lab_networks webpost postwave
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_postfix_queue postwave postwave.example "myhostname = o20.outbound.postwave.example" "smtp_bind_address = 198.18.105.20" \
    "smtp_destination_recipient_limit = 26" "smtp_destination_concurrency_limit = 1"
lab_capture mx
{
    for ((i = 0; i < 19; i++)); do
        lab_subscribers $((i * 2)) $((i * 2 + 1))
        lab_subscribers $((300 + i)) $((300 + i))
    done
    lab_subscribers 38 40
} | sed 's/$/@example.org/' >"$LAB_WORK/spring"
lab_in webpost swaks --server 192.0.2.25 --local-interface 198.18.104.14 --helo out14.mx.webpost.example --from spring@webpost.example \
    --to "$(paste -s -d , "$LAB_WORK/spring")" --header "Subject: Spring offers" --header "To: spring@webpost.example" >>"$LAB_WORK/swaks.log" 2>&1 || true
# Spread evenly, so that no transaction has more than its share of the dead.
{
    lab_subscribers 50 149 | awk '{ print (NR - 0.5) / 100, $1 }'
    lab_subscribers 320 349 | awk '{ print (NR - 0.5) / 30, $1 }'
} | sort -n | sed 's/.* //; s/$/@example.org/' >"$LAB_WORK/weekly"
mapfile -t to <"$LAB_WORK/weekly"
lab_in postwave "$PY" "$LAB_CLIENTS/compose.py" --from "The weekly news <news@postwave.example>" --to news@postwave.example \
    --subject "The weekly news" --list news.postwave.example --message-id-host postwave.example |
    lab_in postwave sendmail -f news@postwave.example "${to[@]}"
lab_drain postwave
lab_save pcap.gz
