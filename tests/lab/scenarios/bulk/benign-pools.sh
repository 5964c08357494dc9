#!/bin/bash
# Big senders and an MX that greylists: a provider whose 64 hosts in four networks (IPv6 too) take turns, so that the return after 4xx comes
# from another address; two newsletter services with stale addresses; webmail. Between the attempts 16 minutes pass (times moved).
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open benign-pools
lab_site_mx
lab_networks bigmail-a
lab_adopt bigmail-a bigmail-b bigmail-c bigmail-6 webpost postwave sendhaus
lab_serve_lan bigmail-a
lab_dns
lab_in mx "$PY" "$LAB_DIR/servers/greylist.py" 10023 2 >"$LAB_WORK/greylist.log" 2>&1 &
lab_postfix_mx mx "$LAB_ASK_SENDER" "smtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient, check_policy_service inet:127.0.0.1:10023"

servers=$LAB_WORK/servers
label() { echo "$1 good $2 $3" >>"$LAB_WORK/labelled"; }
# The ways out of the pool of bigmail, one of which is drawn for each attempt.
ways=()
for net in a b c; do
    for n in $(seq 11 30); do
        address=$(lab_net "bigmail-$net" "$n")
        echo "pool-$net-$n bigmail.example $address mail-$net-$n.bigmail.example" >>"$servers"
        label "$address" postfix-pool "bigmail-$net"
        ways+=("out-pool-$net-$n:")
    done
done
for n in 11 12 13 14; do
    echo "pool-6-$n bigmail.example 2001:db8:b16:a::$n mail-v6-$n.bigmail.example" >>"$servers"
    label 2001:db8:b16:a::$n postfix-pool bigmail-6
    ways+=("out-pool-6-$n:")
done
echo "2599 bigmail.example - web.bigmail.example dkim" >>"$servers"
port=2500
for n in $(seq 11 18); do
    for sender in postwave:198.18.105.$n:o$n.outbound.postwave.example sendhaus:198.18.106.$n:mta-106-$n.sparkle.sendhaus.example \
        webpost:198.18.104.$n:out$n.mx.webpost.example; do
        IFS=: read -r domain address host <<<"$sender"
        port=$((port + 1))
        echo "$port $domain.example $address $host dkim" >>"$servers"
        label "$address" "postfix-$([ "$domain" = webpost ] && echo webmail || echo newsletter)" "$domain"
    done
done
lab_postfix_many bigmail-a "$servers" "sender_dependent_default_transport_maps = randmap:{${ways[*]}}"
lab_capture mx
readers=$(lab_subscribers 0 179 | sed 's/$/@example.org/')
stale=$(lab_subscribers 216 233 | sed 's/$/@example.org/')
# Each of 200 users of bigmail writes to one; postwave and sendhaus send to all readers, each message to one of them.
users() {
    for n in $(seq 1 150); do
        echo "2599 $(shuf -n1 -e webmail phone outlook --random-source=<(yes "$n")) user$n@bigmail.example $(sed -n "$((n % 100 + 1))p" <<<"$readers") $n"
    done
}
letters() { # FIRST-PORT DOMAIN READERS...
    local first=$1 domain=$2 n=0 reader
    shift 2
    for reader in "$@"; do
        n=$((n + 1))
        echo "$((first + n % 8 * 3)) newsletter bounce-$n@$domain $reader $n"
    done
}
users >"$LAB_WORK/plan"
# shellcheck disable=SC2046 # one word a reader
letters 2501 postwave.example $(sed -n '1,90p' <<<"$readers") $(sed -n '1,9p' <<<"$stale") >>"$LAB_WORK/plan"
# shellcheck disable=SC2046
letters 2502 sendhaus.example $(sed -n '91,180p' <<<"$readers") $(sed -n '10,18p' <<<"$stale") >>"$LAB_WORK/plan"
grep -E '^25[0-9]+ webpost' "$servers" >"$LAB_WORK/webpost"
"$PY" "$LAB_CLIENTS/plan.py" "$LAB_WORK/webpost" 9 6 >>"$LAB_WORK/plan"
lab_in bigmail-a "$PY" "$LAB_CLIENTS/orgmail.py" <"$LAB_WORK/plan"
# A return from another network of the pool is greylisted anew: some need a few rounds.
for round in 1 2 3 4 5; do
    sleep 3
    lab_pause $((round * 960))
    lab_in bigmail-a postqueue -f
done
sleep 2
lab_labels <"$LAB_WORK/labelled"
lab_save pcap.gz
