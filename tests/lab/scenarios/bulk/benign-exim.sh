#!/bin/bash
# An Exim MX and those who write to it: Exim queues and Postfix queues of many organisations, among them servers whose SYNs are those of Windows and
# whose HELO is a name of the inside (EX01.brewery.local); Postfix call-outs; IPv6; an afternoon of greylisting.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open benign-exim
lab_site_exim
lab_networks college kabelbiz
lab_adopt college ministry nordbank clecnet oceania rackfarm nodeworks hostgarden silent3 townhall
lab_adopt kabelbiz officenet bizline
lab_profile kabelbiz windows
lab_serve_lan college
lab_serve_lan kabelbiz
lab_dns
lab_exim_mx exim "GREY = $LAB_WORK/grey" "smtp_accept_max = 100"
lab_label() { echo "$1 good $2 $(lab_hosts | awk -v a="$1" '$1 == a { print $2 }')" >>"$LAB_WORK/labelled"; }

# Exim: universities and a ministry, clubs and shops on rented machines, a town hall that has IPv6 only.
{
    for n in 5 6 8; do
        echo "c$n college.example 198.18.112.$n smtp$n.its.college.example"
        echo "m$n ministry.example 198.18.113.$n relay$n.ministry.example"
    done
    echo "museum museum.example 198.18.62.10 mail.museum.example"
    echo "cinema cinema.example 198.18.62.12 mail.cinema.example"
    echo "surf surfclub.example 198.18.64.10 mail.surfclub.example"
    echo "agency agency.example 198.18.72.10 mail.agency.example"
    echo "linux linuxclub.example 198.18.72.11 mail.linuxclub.example"
    echo "develop developer.example 198.18.73.10 debian"
    echo "podcast podcast.example 198.18.73.11 mail.podcast.example"
    echo "bad badlyrun.example 198.18.140.10 mail.badlyrun.example"
    # A shared host of a hosting company: one name for hundreds of customers.
    for customer in tailor gardener plumber roofer painter singer; do echo "h$customer $customer.example 198.18.74.11 shared1.hostgarden.example"; done
    for n in 5 6; do echo "t$n townhall.example 2001:db8:700:1::$n mail$n.townhall.example"; done
} >"$LAB_WORK/exims"
lab_exim_many college "$LAB_WORK/exims" >"$LAB_WORK/college.servers"
while read -r _ _ address _; do lab_label "$address" exim; done <"$LAB_WORK/exims"
# Postfix here stands for whatever speaks from a Windows server.
while read -r port domain address host; do
    echo "$port $domain $address $host"
    lab_label "$address" windows-server
done >"$LAB_WORK/kabelbiz.servers" <<'END'
2501 brewery.example 198.18.61.11 EX01.brewery.local
2502 architects.example 198.18.61.10 mail.architects.example
2503 hotel.example 198.18.63.10 SRV-MAIL.hotel.local
2504 school.example 198.18.63.11 zimbra.school.example
2505 lawyers.example 198.18.60.12 server.lawyers.example
2506 winery.example 198.18.61.12 mail.winery.example
2507 printshop.example 198.18.63.12 printshop-sbs
END
lab_postfix_many kabelbiz "$LAB_WORK/kabelbiz.servers"
export LAB_EXIM
lab_capture exim
write() { # HOUR SITE COUNT
    "$PY" "$LAB_CLIENTS/plan.py" "$LAB_WORK/$2.servers" "$1" "$3" example.net | lab_in "$2" "$PY" "$LAB_CLIENTS/orgmail.py"
}
for hour in 8 9 10 11; do
    write $hour college 2 &
    working=$!
    write $hour kabelbiz 3
    lab_drain kabelbiz
    wait $working
    lab_pause 3100
done
# Address verification by Postfix (sendmail -bv): MAIL, RCPT, QUIT.
for user in anna bob carla nosuch dave erik; do
    lab_in kabelbiz sendmail -bv "$user@example.net" >/dev/null
    lab_drain kabelbiz
done
lab_label 198.18.61.5 postfix-callout
lab_pause 600
touch "$LAB_WORK/grey"
write 13 college 1
write 13 kabelbiz 2
sleep 1
rm "$LAB_WORK/grey"
lab_pause 900
lab_exim_again college
lab_in kabelbiz postqueue -f
lab_drain kabelbiz
lab_labels <"$LAB_WORK/labelled"
lab_save pcap.gz
