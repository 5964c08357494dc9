#!/bin/bash
# HAProxy before a Postfix MX: mail with a PROXY protocol header in front of the greeting (version 1 as text, version 2 in octets), and a
# health check: EHLO and QUIT.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 85-haproxy
lab_site_mx
lab_site_office
lab_site_partner
lab_site gate lb.edge.example 198.18.40.25
lab_host lb.edge.example 198.18.40.25
lab_dns
lab_postfix_mx mx "smtpd_upstream_proxy_protocol = haproxy"
cat >"$LAB_WORK/haproxy.cfg" <<CF
global
    log stderr format raw local0
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen one
    bind 198.18.40.25:25
    option smtpchk EHLO lb.edge.example
    server mx 192.0.2.25:25 send-proxy check check-send-proxy inter 4s
listen two
    bind 198.18.40.25:2525
    server mx 192.0.2.25:25 send-proxy-v2
CF
lab_capture mx
lab_in gate haproxy -f "$LAB_WORK/haproxy.cfg" >"$LAB_WORK/haproxy.log" 2>&1 &
lab_wait_for 10 lab_listens gate
sleep 1
for to in anna bob; do
    for port in 25 2525; do
        lab_in office swaks --server 198.18.40.25 --port $port --ehlo gw.office.example --from boss@office.example --to $to@example.org >>"$LAB_WORK/swaks.log"
    done
done
lab_in partner swaks --server 198.18.40.25 --ehlo relay.partner.example --from anna@partner.example --to carla@example.org --pipeline >>"$LAB_WORK/swaks.log"
# HAProxy ends by itself once its connections are over.
lab_in gate pkill -USR1 haproxy
lab_save pcap
