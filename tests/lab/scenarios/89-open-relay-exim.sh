#!/bin/bash
# An Exim MX that relays for everybody: nmap's smtp-open-relay gets its recipients accepted (and sends no message), then swaks sends one.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 89-open-relay-exim
lab_site_exim
lab_site_partner
lab_site_tools
lab_dns
lab_postfix_queue partner partner.example "inet_interfaces = all"
lab_exim_base exim
cat >>"$LAB_WORK/exim/exim.conf" <<'CF'
domainlist local_domains = example.net
acl_smtp_rcpt = accept
acl_smtp_data = accept
daemon_smtp_ports = 25
allow_domain_literals
smtp_max_synprot_errors = 50
smtp_accept_max_nonmail = 200
begin routers
users:
  driver = redirect
  domains = +local_domains
  data = :blackhole:
outside:
  driver = dnslookup
  transport = remote
begin transports
remote:
  driver = smtp
  hosts_try_fastopen =
begin retry
* * F,10m,5s
CF
lab_exim exim -bd -q1m >"$LAB_WORK/start.log" 2>&1
lab_wait_for 15 lab_listens exim
lab_capture exim
lab_in tools nmap -Pn -n -p 25 --script smtp-open-relay --script-args 'smtp.domain=tools.example' 198.51.100.26 >"$LAB_WORK/nmap.log" 2>&1
lab_in tools swaks --server 198.51.100.26 --ehlo scan.tools.example --from test@tools.example --to sesame@partner.example >"$LAB_WORK/swaks.log"
sleep 1
lab_save pcap
