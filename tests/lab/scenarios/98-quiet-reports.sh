#!/bin/bash
# Null senders that are no backscatter. To this MX: vacation answers, delay warnings and success reports (twelve each from six hosts, to
# lindsay), four failures, twelve from four hosts, twelve from six hosts to six users. From this MX: vacation answers to
# twelve domains, delay warnings to twelve, failures to nine.
# Options: --home-net 192.0.2.0/24 --local-domain example.org,example.com
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 98-quiet-reports
lab_site_mx
lab_site hoster mx.hoster.example 198.18.43.25
lab_host mx.hoster.example 198.18.43.25
for ((i = 1; i <= 12; i++)); do lab_domain victim$i.example mx.hoster.example; done
lab_networks nordbank ministry
lab_dns
lab_postfix_mx mx
lab_postfix_queue hoster hoster.example "inet_interfaces = all" "mydestination = $(printf 'victim%s.example ' {1..12})"
lab_capture mx
# report SITE NUMBER STYLE USER...
report() {
    local site=$1 number=$2 style=$3 host
    shift 3
    host=$(lab_net "$site" "$number")
    lab_in "$site" "$PY" "$LAB_CLIENTS/bounce.py" 192.0.2.25 "$host" "$(lab_ptr "$host")" "$style" "${@/%/@example.org}"
}
users=(anna bob carla dave erik fiona)
for number in 6 7 8; do
    for site in nordbank ministry; do
        report $site $number vacation lindsay lindsay
        report $site $number delayed lindsay lindsay
        report $site $number success lindsay lindsay
        report $site $number sendmail "${users[0]}" "${users[0]}"
        users=("${users[@]:1}")
    done
done
for number in 6 7; do
    report nordbank $number exchange karl karl karl
    report ministry $number sendmail karl karl karl
    report nordbank $number exchange maria
    report ministry $number sendmail maria
done
out() {
    local style=$1 i to=()
    for ((i = 1; i <= $2; i++)); do to+=("lisa@victim$i.example"); done
    lab_in mx "$PY" "$LAB_CLIENTS/bounce.py" 198.18.43.25 192.0.2.25 mx.example.org "$style" "${to[@]}"
}
out vacation 12
out delayed 12
out sendmail 9
lab_save pcap.gz
