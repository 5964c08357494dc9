#!/bin/bash
# Passwords guessed from four hosts of one /24, four each, none of them many; from one IPv6 /64 with a new address each time; and from
# two hosts of a third network, four in all, which are too few.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 39-auth-botnet
lab_site_mx
lab_site dial dial.example 100.64.7.101
lab_addr dial 100.64.7.102 100.64.7.103 100.64.7.104
lab_site cable cable.example 100.64.9.41
lab_addr cable 100.64.9.42
lab_site six host.six.test 198.18.66.97 2001:db8:bad::a1
lab_dns
lab_sasl mx
lab_postfix_mx mx "${LAB_AUTH[@]}"
lab_capture mx
# guess SITE SOURCE FIRST LAST: AUTH PLAIN with the words of that number, one session.
guess() {
    local site=$1 source=$2 server=192.0.2.25 i
    [[ $source != *:* ]] || server=2001:db8:2::25
    {
        echo "S: EHLO user-pc"
        for ((i = $3; i <= $4; i++)); do echo "S: AUTH PLAIN $(printf '\0jane\0guess%s' "$i" | base64)"; done
        echo Q
    } | lab_in "$site" "$PY" "$LAB_CLIENTS/dialogue.py" $server "$source"
}
for i in 1 2 3 4; do guess dial "100.64.7.10$i" $((i * 4)) $((i * 4 + 3)); done
guess cable 100.64.9.41 20 21
guess cable 100.64.9.42 24 25
for i in 1 2 3 4 5 6 7 8 9 a b c d e f; do
    [ $i = 1 ] || lab_addr six 2001:db8:bad::a$i
    guess six 2001:db8:bad::a$i $((0x$i)) $((0x$i))
done
lab_save pcap
