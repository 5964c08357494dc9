#!/bin/bash
# Somebody sends spam in lindsay's name to four Postfix and two Exim servers that accept first: fourteen failure reports come to her MX. The
# quoted headers hold the zombies' addresses and the Received lines that they had forged.
# Options: --home-net 192.0.2.0/24 --local-domain example.org,example.com
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/backscatter.sh
. "$(dirname "$0")/../backscatter.sh"
lab_open 97-backscatter-received
lab_site_mx
for ((i = 1; i <= 6; i++)); do bouncer "far$i" "mail.far$i.example" "198.18.8$i.25" "far$i.example"; done
lab_networks avangard southtel sinonet
lab_dns
lab_postfix_mx mx
for ((i = 1; i <= 4; i++)); do bouncer_postfix "far$i" "far$i.example"; done
# One of them returns whole messages; the others only headers.
lab_in far2 postconf -e "bounce_size_limit = 50000"
bouncer_exim far5 far5.example
bouncer_exim far6 far6.example
lab_capture mx
for ((i = 1; i <= 6; i++)); do
    client=$(lab_net avangard $((40 + i)))
    spam_run avangard "$client" "198.18.8$i.25" lindsay@example.org "from [$client] by mx.example.org" "one@far$i.example"
    client=$(lab_net southtel $((50 + i)))
    spam_run southtel "$client" "198.18.8$i.25" lindsay@example.org "from unknown (HELO lindsay) (500.202.999.352) by mail.example.org with SMTP" "two@far$i.example"
done
spam_run sinonet "$(lab_net sinonet 30)" 198.18.81.25 lindsay@example.org "from mx.example.org ([192.0.2.25]) by mx.example.org" three@far1.example four@far1.example
for ((i = 1; i <= 4; i++)); do lab_drain "far$i"; done
sleep 2
lab_save pcap.gz
