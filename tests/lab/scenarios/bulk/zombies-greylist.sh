#!/bin/bash
# 116 zombies of ten networks, IPv6 too, at an MX that greylists: most never come back, a few try again at once. Twelve
# speak to the MX's IPv6 address.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open zombies-greylist
lab_site_mx
lab_swarm_sites franconet peninsula bbtec spectral -- fernnetz nippon -- northcable silent2 -- mobilecell
lab_networks fern6
lab_profile fern6 windows
lab_dns
lab_in mx "$PY" "$LAB_DIR/servers/greylist.py" 10023 4 >"$LAB_WORK/greylist.log" 2>&1 &
lab_postfix_mx mx "$LAB_ASK_SENDER" "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service inet:127.0.0.1:10023"
lab_capture mx
lab_swarm 192.0.2.25 example.org,example.com 6 900 <<'END'
franconet franconet 15 -
franconet peninsula 14 own-name-correct,netbios,nat-literal,forged-received
franconet bbtec 12 library,own-name-loose,blind
franconet spectral 12 netbios,recipient-domain,early
fernnetz fernnetz 14 own-name-correct,random-host,provider-mimic
fernnetz nippon 12 own-name-loose,localhost,bare-address
northcable northcable 10 server-name,blind,netbios
northcable silent2 8 library,netbios,own-name-correct
mobilecell mobilecell 7 own-literal,random-host
END
lab_pause 900
LAB_SWARM=(fern6)
lab_swarm 2001:db8:2::25 example.org 2 900 <<<"fern6 fern6 12 own-name-correct,netbios,library,own-literal"
lab_save pcap.gz
