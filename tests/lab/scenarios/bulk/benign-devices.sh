#!/bin/bash
# Everything that is no mail server and yet speaks to an MX for good reasons: scanners, UPS alarms, machines, NAS boxes (some without Date or
# Message-ID), cron jobs (smtplib, Net::SMTP, curl, msmtp), an administrator's swaks, a test with smtp-source, monitoring (check_smtp), load balancers,
# call-outs. The last part asks DNS over TCP.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open benign-devices
lab_site_mx
lab_networks acme
lab_adopt acme factory hospital skyrent hostgarden officenet ovalhost nodeworks
lab_site_partner
lab_site_office
lab_site_news
lab_dns
lab_postfix_mx mx "$LAB_ASK_SENDER"
label() { echo "$1 good $2 $3" >>"$LAB_WORK/labelled"; }
lab_postfix_queue news news.example "smtp_connection_cache_on_demand = no"
plan=$LAB_WORK/plan
# many KIND ADDRESS HELO SENDER COUNT NETWORK
many() {
    local n users
    read -ra users <<<"$LAB_USERS"
    for ((n = 1; n <= $5; n++)); do echo "$1 $2 $3 $4 ${users[$((n % ${#users[@]}))]}@example.org $n"; done >>"$plan"
    label "$2" "$1" "$6"
}
many scanner 198.18.110.20 scanner-2og.intern.acme.example scanner@acme.example 30 acme
many nas 198.18.110.21 nas1 nas1@acme.example 25 acme
many ups 198.18.110.22 ups-keller.intern.acme.example ups@acme.example 25 acme
many plc 198.18.115.20 plc-gateway.factory.example line4@factory.example 25 factory
many script 198.18.115.21 cron.factory.example cron@factory.example 25 factory
many script 198.18.71.10 mail.webapp.example noreply@webapp.example 25 skyrent
many scanner 198.18.63.11 zimbra.school.example copier@school.example 20 officenet
many probe 198.18.71.12 monitor.uptime.example - 30 skyrent
many noop 198.18.71.12 monitor.uptime.example - 20 skyrent
many knock 198.18.74.11 shared1.hostgarden.example - 40 hostgarden
many null 198.18.73.11 mail.podcast.example - 12 nodeworks
many noop 198.18.70.11 lists.chessclub.example - 15 ovalhost
shuf --random-source=<(yes 7) "$plan" >"$plan.mixed"
split -n l/4 "$plan.mixed" "$LAB_WORK/part."
# curl, Net::SMTP, msmtp, sendmail and check_smtp, with the name and address of one host each.
others() { # NUMBER
    local n=$1
    printf 'From: Alert <alert@startup.example>\r\nTo: bob@example.org\r\nSubject: Disk %s\r\nDate: %s\r\n\r\nDisk %s is 91 %% full\r\n' "$n" "$(date -R)" "$n" |
        lab_in acme curl -s --interface 198.18.70.10 smtp://192.0.2.25/mail.startup.example --mail-from alert@startup.example --mail-rcpt bob@example.org -T - >/dev/null
    lab_in acme "$LAB_CLIENTS/netsmtp.pl" 192.0.2.25 198.18.71.11 mta1.shopping.example "order@shopping.example" "greta@example.org" "$n"
    printf 'To: carla@example.org\nSubject: Backup %s\n\nBackup %s is complete.\n' "$n" "$n" |
        lab_in acme msmtp -C /dev/null --host=192.0.2.25 --source-ip=198.18.70.11 --domain=lists.chessclub.example --from=root@chessclub.example carla@example.org
    lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from admin@office.example --to "hugo@example.org" --h-Subject "test $n" --silent 3
    lab_in news sendmail -f "bounce-$n@lists.news.example" "ines@example.org" <<<"$(printf 'Subject: Garden News %s\nFrom: editor@lists.news.example\nTo: ines@example.org\n\nFrost in %s days' "$n" "$n")"
    lab_in office /usr/lib/nagios/plugins/check_smtp -H 192.0.2.25 -F gw.office.example >/dev/null
}
for host in 198.18.70.10:curl:ovalhost 198.18.71.11:net-smtp:skyrent 198.18.70.11:msmtp:ovalhost 198.18.20.9:swaks:office 198.18.10.20:postfix-newsletter:news 203.0.113.10:smtp-source:partner; do
    IFS=: read -r address kind network <<<"$host"
    label "$address" "$kind" "$network"
done
lab_capture mx
for part in a b c d; do
    [ "$part" != d ] || lab_resolver mx use-vc
    for quarter in 1 2 3 4; do
        lab_in acme "$PY" "$LAB_CLIENTS/device.py" 192.0.2.25 < <(split -n "l/$quarter/4" "$LAB_WORK/part.a$part")
        for n in 1 2; do others "$part$quarter$n"; done
        lab_pause 700
    done
done
lab_in partner smtp-source -s 4 -m 40 -l 400 -f tester@partner.example -t maria@example.org -M relay.partner.example 192.0.2.25:25
lab_drain news
lab_labels <"$LAB_WORK/labelled"
lab_save pcap.gz
