#!/bin/bash
# Real programs talk to each other while mxtap run listens, with one worker and with two: queue mail from
# Postfix to Postfix, hydra and nmap that ask for names, swaks, a prober and a spam engine. The records must
# be those of the replay of what tcpdump took from the same wire.
#
#   lab.sh MXTAP
#
# Exit status 77 (skipped) where this is no root or no namespaces can be made.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
mxtap=$1
if [ "$(id -u)" != 0 ] || ! unshare -nm true 2>/dev/null; then
    echo 'skipped: needs root and network namespaces'
    exit 77
fi
"$here/../lab/install.sh"
# shellcheck source=tests/lab/lib.sh
. "$here/../lab/lib.sh"

lab_open live-lab
lab_site_mx
lab_site_partner
lab_site_tools
lab_site dial 90.adsl.dial.example 100.64.7.90
lab_site cable cable.example 100.64.9.31
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx
settings=(--home-net 192.0.2.0/24 --local-domain 'example.org,example.com')

mkdir "$LAB_WORK/live"
chown nobody "$LAB_WORK/live"
declare -A SENSOR=()

# watch WORKERS: only the router's network is entered, so that the process we start is mxtap itself.
watch() {
    nsenter -t "${LAB_PID[tap]}" -n -- "$mxtap" run -i mx "${settings[@]}" --set service.user=nobody --workers "$1" \
        --log alert,smtp -o "$LAB_WORK/live/$1.json" 2>"$LAB_WORK/live/$1.log" &
    SENSOR[$1]=$!
    # Before it says so its rings may stand, but share nothing yet.
    lab_wait_for 15 grep -q 'listening on' "$LAB_WORK/live/$1.log"
}

# end WORKERS: says how long it took.
end() {
    local start status=0
    start=$(date +%s%N)
    kill -TERM "${SENSOR[$1]}"
    wait "${SENSOR[$1]}" || status=$?
    [ "$status" = 0 ] || lab_die "mxtap run ends with $status: $(tail -n 5 "$LAB_WORK/live/$1.log")"
    echo "$1 worker(s): ended after $((($(date +%s%N) - start) / 1000000)) ms"
}

good() {
    local anna="Anna Lang <anna@partner.example>"
    lab_mail partner anna@partner.example --from "$anna" --to bob@example.org --subject "First of the day" --attach 8
    lab_mail partner anna@partner.example --from "$anna" --to "carla@example.org, karla@example.org" --subject "With a mistyped name" --html
    lab_in partner swaks --server 192.0.2.25 --helo relay.partner.example --from anna@partner.example --to jane@example.com >/dev/null
}
guesses() {
    printf '%s\n' admin test guest backup webmaster oracle www anna mysql ftp user support sysadmin >"$LAB_WORK/users"
    lab_in tools hydra -t 4 -L "$LAB_WORK/users" -p example.org smtp-enum://192.0.2.25/rcpt >"$LAB_WORK/hydra.log" 2>&1 || true
    lab_in tools nmap -Pn -n -p 25 --script smtp-enum-users \
        --script-args 'smtp-enum-users.methods={RCPT},smtp-enum-users.domain=example.org,smtp.domain=tools.example' 192.0.2.25 >"$LAB_WORK/nmap.log" 2>&1
}
strangers() {
    lab_in dial "$PY" "$LAB_CLIENTS/prober.py" 192.0.2.25 100.64.7.90 liturgical.com info@liturgical.com zora@example.org anna@example.org \
        zacharias@example.org zeno@example.org bob@example.org full@example.org zita@example.org zenzi@example.org >/dev/null
    lab_in cable "$PY" "$LAB_CLIENTS/zombie.py" 192.0.2.25 100.64.9.31 polite localhost dave@example.org
}

for workers in 1 2; do watch "$workers"; done
good &
waiting=$!
guesses &
waiting+=" $!"
strangers
# shellcheck disable=SC2086 # two process ids
wait $waiting
lab_wait_for 30 lab_quiet
sleep 0.5
kill -TERM "$LAB_CAP_PID"
wait "$LAB_CAP_PID" || true
grep -q '^0 packets dropped by kernel' "$LAB_WORK/tcpdump.log" || lab_die "tcpdump lost packets: $(cat "$LAB_WORK/tcpdump.log")"
for workers in 1 2; do end "$workers"; done

"$mxtap" replay -q "${settings[@]}" --log alert,smtp -o "$LAB_WORK/replay.json" "$LAB_WORK/raw.pcap"
status=0
for workers in 1 2; do
    order=()
    [ "$workers" = 1 ] || order=(unordered)
    echo "$workers worker(s), against the replay:"
    "$PY" -B "$here/alike.py" "$LAB_WORK/live/$workers.json" "$LAB_WORK/replay.json" "${order[@]}" || status=1
done
for found in mx-probe empty-message zombie-sender; do
    grep -q "\"detector\":\"$found\"" "$LAB_WORK/live/1.json" || {
        echo "no alert of $found"
        status=1
    }
done
[ "$status" = 0 ] || tail -n 20 "$LAB_WORK"/live/*.log
exit "$status"
