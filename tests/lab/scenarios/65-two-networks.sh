#!/bin/bash
# Three networks harvest with 30, 28 and 32 unknown names, four a session: each of them is a directory harvest, all together are not a
# distributed one. hydra from a rented host, a network without names, and an IPv6 network that asks from a new address each time.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 65-two-networks
lab_networks skyrent silent3
lab_site six host.six.test 198.18.66.97 2001:db8:bad::b1
lab_dns
lab_site_mx
lab_postfix_mx mx
lab_capture mx
# ask SITE SOURCE HELO FIRST LAST
ask() {
    local server=192.0.2.25
    [[ $2 != *:* ]] || server=2001:db8:2::25
    {
        printf '%s\n' "S: EHLO $3" "S: MAIL FROM:<list@$3>"
        lab_subscribers "$4" "$5" | sed 's/.*/S: RCPT TO:<&@example.org>/'
        echo Q
    } | lab_in "$1" "$PY" "$LAB_CLIENTS/dialogue.py" $server "$2"
}
for ((i = 0; i < 30; i++)); do
    lab_subscribers $((220 + i)) $((220 + i))
    [ $((i % 4)) != 3 ] || lab_subscribers $i $i
done >"$LAB_WORK/users"
lab_in skyrent hydra -t 1 -L "$LAB_WORK/users" -p example.org smtp-enum://192.0.2.25/rcpt >"$LAB_WORK/hydra.log" 2>&1 || true
for ((i = 0; i < 28; i += 4)); do ask silent3 198.18.140.$((20 + i)) "mail$i.cheaplist.test" $((250 + i)) $((253 + i)); done
for ((i = 0; i < 32; i += 4)); do
    [ $i = 0 ] || lab_addr six 2001:db8:bad::b$((i / 4 + 1))
    ask six 2001:db8:bad::b$((i / 4 + 1)) host.six.test $((280 + i)) $((283 + i))
done
lab_save pcap.gz
