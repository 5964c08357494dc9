#!/bin/bash
# Clients that call themselves what they are not, to Postfix: the server's name, its address (bare, in brackets), the recipients' domain,
# another host's address in brackets, over IPv4 and IPv6. They ask for a recipient and go; one is a spam engine with all that goes with it.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 51-helo-spoof
lab_networks ovalhost bizline southtel fern6
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_capture mx
liar() { # SITE SOURCE HELO RECIPIENT
    local server=192.0.2.25
    [[ $2 != *:* ]] || server=2001:db8:2::25
    printf '%s\n' "S: EHLO $3" "S: MAIL FROM:<office@printing.example>" "S: RCPT TO:<$4>" Q |
        lab_in "$1" "$PY" "$LAB_CLIENTS/dialogue.py" $server "$2"
}
liar ovalhost 198.18.70.31 mx.example.org anna@example.org
liar ovalhost 198.18.70.32 192.0.2.25 bob@example.org
liar ovalhost 198.18.70.33 "[192.0.2.25]" carla@example.org
liar bizline 198.18.60.34 example.org dave@example.org
liar bizline 198.18.60.35 "[203.0.113.77]" erik@example.org
liar bizline 198.18.60.36 EXAMPLE.ORG fiona@example.org
lab_in southtel "$PY" "$LAB_CLIENTS/zombie.py" 192.0.2.25 100.64.16.37 polite example.com greta@example.com
liar fern6 2001:db8:d006:16::8 "[IPv6:2001:db8:2::25]" hugo@example.org
lab_save pcap
