#!/bin/bash
# Names that look odd and are no lie: hosting with four customers' names, a mail server with six names of its own organisation, the client's
# own address in brackets (IPv4 and IPv6) and bare, a name that DNS does not know, a single label.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 53-helo-honest
lab_networks ovalhost hostgarden bigmail-a fern6
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_capture mx
mail() { # SITE SOURCE HELO SENDER RECIPIENT
    local server=192.0.2.25
    [[ $2 != *:* ]] || server=2001:db8:2::25
    lab_in "$1" "$PY" "$LAB_CLIENTS/dialogue.py" $server "$2" <<SCRIPT
S: EHLO $3
S: MAIL FROM:<$4>
S: RCPT TO:<$5>
S: DATA
M
Received: from localhost (localhost [127.0.0.1]) by gate.${4#*@}; Thu, 5 Mar 2026 10:00:00 +0100
From: <$4>
To: $5
Subject: minutes of the meeting
Date: Thu, 5 Mar 2026 10:00:00 +0100
Message-ID: <${5%@*}.$RANDOM@${4#*@}>

Please find the minutes of our last meeting below.
END
Q
SCRIPT
}
for customer in bakery florist museum garage; do
    mail hostgarden 198.18.74.11 mail.$customer.example info@$customer.example anna@example.org
done
for i in 1 2 3 4 5 6; do mail bigmail-a 198.18.100.20 "mail-a-2$i.bigmail.example" someone@bigmail.example bob@example.org; done
mail ovalhost 198.18.70.51 "[198.18.70.51]" cron@startup.example carla@example.org
mail fern6 2001:db8:d006:16::9 "[IPv6:2001:DB8:d006:16:0::9]" cron@fernnetz6.example dave@example.org
mail ovalhost 198.18.70.52 198.18.70.52 cron@startup.example erik@example.org
mail ovalhost 198.18.70.53 app-server-3 cron@startup.example fiona@example.org
mail ovalhost 198.18.70.54 web.no-such-name.example cron@startup.example greta@example.com
lab_save pcap
