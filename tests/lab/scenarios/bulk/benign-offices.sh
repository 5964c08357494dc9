#!/bin/bash
# A working day of small and big organisations whose own Postfix writes to the MX of example.org: business lines with the provider's
# generic name for the address and the organisation's own in HELO, hosting with customers of all kinds, universities, banks, four hobbyists on
# dynamic lines, and two that are badly run (no name for the address). Greylisting in the afternoon.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open benign-offices
lab_site_mx
lab_networks nordbank
lab_adopt nordbank bizline kabelbiz clecnet officenet oceania ovalhost skyrent rackfarm nodeworks hostgarden silent3 college ministry \
    acme hospital factory southtel kabelwest bigcable spectral webpost
lab_serve_lan nordbank
lab_dns
cert=$LAB_WORK/mx
lab_cert "$cert" mx.example.org
lab_in mx "$PY" "$LAB_DIR/servers/greylist.py" 10023 300 "$LAB_WORK/grey" >"$LAB_WORK/greylist.log" 2>&1 &
lab_postfix_mx mx "$LAB_ASK_SENDER" "smtpd_tls_security_level = may" "smtpd_tls_cert_file = $cert/cert.pem" "smtpd_tls_key_file = $cert/key.pem" \
    "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10023"

# Each server with its peculiarity, if any.
servers=$LAB_WORK/servers
port=2500
server() { # DOMAIN ADDRESS HOST BEHAVIOUR [SETTING...]
    port=$((port + 1))
    echo "$port $1 $2 $3 ${*:5}" >>"$servers"
    echo "$2 good $4 $(lab_hosts | awk -v a="$2" '$1 == a { print $2 }')" >>"$LAB_WORK/labelled"
}
while read -r address host domain _; do
    case $host in
    *.acme.example | *.factory.example | *.hospital.example | shared1.* | monitor.* | raspberry.* | mail.homebrewer.* | *.cottage.* | *.telescope.*) continue ;;
    mail.museum.example | smtp.parish.example | mail.cheapshop.example) server "$domain" "$address" "$host" postfix-helo smtp_never_send_ehlo=yes smtp_always_send_ehlo=no ;;
    mail.architects.example | mx1.gamers.example) server "$domain" "$address" "$host" postfix-tls smtp_tls_security_level=may ;;
    zimbra.* | exchange.* | server.lawyers.*) server "$domain" "$address" "${host%%.*}.${domain%.example}.local" postfix-local-name ;;
    *.linuxclub.example | *.shopping.example | mail.cinema.example) server "$domain" "$address" "$host" postfix-dkim dkim ;;
    nas.photographer.*) server "$domain" "$address" photonas postfix-single-label ;;
    mail.hotel.* | mail.printshop.*) server "$domain" "$address" localhost.localdomain postfix-localdomain ;;
    *) server "$domain" "$address" "$host" postfix ;;
    esac
done < <(grep -v '^#' "$LAB_DIR/hosts.tsv")
server homebrewer.example 100.64.16.20 mail.homebrewer.example postfix-on-dynamic-line
server tinkerer.example 100.64.20.20 raspberry.tinkerer.example postfix-on-dynamic-line
server cottage.example 100.64.21.20 mail.cottage.example postfix-on-dynamic-line smtp_tls_security_level=may
server telescope.example 100.64.34.20 home.telescope.example postfix-on-dynamic-line
server acme.example 198.18.110.10 mail.acme.example postfix-tls dkim smtp_tls_security_level=may
server hospital.example 198.18.114.10 mail.hospital.example postfix-dkim dkim
server factory.example 198.18.115.10 mail.factory.example postfix
for n in 5 6 7; do
    server nordbank.example 198.18.111.$n mx$n.nordbank.example postfix
    server college.example 198.18.112.$n smtp$n.its.college.example postfix
    server ministry.example 198.18.113.$n relay$n.ministry.example postfix-cached smtp_connection_cache_on_demand=yes
    server webpost.example 198.18.104.2$n out2$n.mx.webpost.example postfix-dkim dkim
done
lab_postfix_many nordbank "$servers"
lab_capture mx
write() { # HOUR COUNT
    "$PY" "$LAB_CLIENTS/plan.py" "$servers" "$1" "$2" | lab_in nordbank "$PY" "$LAB_CLIENTS/orgmail.py"
    lab_drain nordbank
}
for hour in 8 9 10 11 12; do
    write $hour 3
    lab_pause 2900
done
touch "$LAB_WORK/grey" # from now on
"$PY" "$LAB_CLIENTS/plan.py" "$servers" 13 1 | lab_in nordbank "$PY" "$LAB_CLIENTS/orgmail.py"
sleep 2
lab_pause 1000
rm "$LAB_WORK/grey"
lab_in nordbank postqueue -f
lab_drain nordbank
lab_labels <"$LAB_WORK/labelled"
lab_save pcap.gz
