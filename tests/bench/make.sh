#!/bin/bash
# Makes the captures of the bench with smtp-source and smtp-sink (package postfix) over a veth pair
# of MTU 1500 between two network namespaces, offloads off, so that packets look as on a real wire.
#
#   make.sh [--quick] [DIR]
#
# DIR gets small.pcap (40,000 sessions of 800-byte messages), medium.pcap (20,000 of 20 kB) and
# large.pcap (1,500 of 500 kB), about 1.3 GB together; --quick makes them twenty times shorter.
# A capture that is there already is kept. Each new one is checked: nothing dropped, every session
# there from greeting to farewell, no packet longer than the wire allows. Needs root.
set -euo pipefail

quick=0
if [ "${1-}" = --quick ]; then
    quick=1
    shift
fi
dir=${1:-${MXTAP_BENCH_DIR:-${TMPDIR:-/tmp}/mxtap-bench}}

die() {
    echo "make.sh: $*" >&2
    exit 1
}

for tool in smtp-source smtp-sink tcpdump ethtool ip; do
    command -v "$tool" >/dev/null || die "$tool is missing (see tests/packages-test.txt)"
done
[ "$(id -u)" = 0 ] || die "needs root, for network namespaces"

# Unique names, so that two runs at once do not meet.
ns_client=mxb-c-$$
ns_server=mxb-s-$$
work=
sink_pid=
dump_pid=

tidy() {
    trap - EXIT
    for pid in $dump_pid $sink_pid; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    ip netns del "$ns_client" 2>/dev/null || true
    ip netns del "$ns_server" 2>/dev/null || true
    if [ -n "$work" ]; then
        rm -rf "$work"
    fi
}
trap tidy EXIT
trap 'exit 130' INT TERM

# Two namespaces, one wire.
lay_wire() {
    ip netns add "$ns_client"
    ip netns add "$ns_server"
    ip -n "$ns_client" link add wire mtu 1500 type veth peer name wire mtu 1500 netns "$ns_server"
    ip -n "$ns_client" addr add 198.51.100.10/24 dev wire
    ip -n "$ns_server" addr add 198.51.100.25/24 dev wire
    for ns in "$ns_client" "$ns_server"; do
        ip netns exec "$ns" ethtool -K wire tso off gso off gro off tx off rx off sg off \
            >/dev/null 2>&1 || true
        ip -n "$ns" link set lo up
        ip -n "$ns" link set wire up
        # One port for each session, also while the closed ones wait.
        ip netns exec "$ns" sysctl -qw net.ipv4.ip_local_port_range="1024 65000"
        ip netns exec "$ns" sysctl -qw net.ipv4.tcp_tw_reuse=1
    done
}

# wait_for SECONDS COMMAND...
wait_for() {
    local tries=$(($1 * 10))
    shift
    while ! "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

dump_listens() {
    grep -q 'listening on' "$work/dump.log"
}

sink_listens() {
    ip netns exec "$ns_server" bash -c 'exec 3<>/dev/tcp/198.51.100.25/25' 2>/dev/null
}

count() {
    tcpdump -r "$1" --count ${2:+"$2"} 2>/dev/null | sed -n 's/^\([0-9]*\) packet.*/\1/p'
}

# reply FILE CODE: how many segments of the server begin with this reply code.
reply() {
    count "$1" "src port 25 and tcp[((tcp[12] & 0xf0) >> 2):4] = 0x$(printf '%s ' "$2" | od -An -tx1 | tr -d ' \n')"
}

# check FILE SESSIONS: the capture holds every session from its SYN over greeting, message and 221
# to its end. smtp-source lets go of a finished session with a reset, smtp-sink with a FIN: so the
# end is either.
check() {
    local file=$1 sessions=$2 syn end long code seen
    grep -q '^0 packets dropped by kernel' "$work/dump.log" || die "$file: tcpdump dropped packets"
    syn=$(count "$file" 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn')
    end=$(count "$file" 'dst port 25 and tcp[tcpflags] & (tcp-rst|tcp-fin) != 0')
    long=$(count "$file" 'greater 1515')
    if [ "$syn" != "$sessions" ] || [ "$end" -lt "$sessions" ] || [ "$long" != 0 ]; then
        die "$file: $sessions sessions made, but $syn SYN, $end ends, $long overlong packets seen"
    fi
    for code in 220 354 221; do
        seen=$(reply "$file" "$code")
        [ "$seen" = "$sessions" ] || die "$file: $sessions sessions made, but $seen times $code seen"
    done
}

# capture NAME SESSIONS OCTETS
capture() {
    local name=$1 sessions=$2 octets=$3
    local file=$dir/$name.pcap
    if [ -s "$file" ]; then
        echo "$name: is there"
        return
    fi
    ip netns exec "$ns_server" tcpdump -i wire -n -s 0 -B 262144 -Z root -w "$file.part" \
        'tcp port 25' 2>"$work/dump.log" &
    dump_pid=$!
    wait_for 10 dump_listens || die "tcpdump does not start: $(cat "$work/dump.log")"
    ip netns exec "$ns_client" smtp-source -4 -M out.example.org -s 8 -m "$sessions" -l "$octets" \
        -f sender@example.org -t recipient@example.com 198.51.100.25:25
    sleep 1 # the last FINs
    kill -INT "$dump_pid"
    wait "$dump_pid" || true
    dump_pid=
    check "$file.part" "$sessions"
    mv "$file.part" "$file"
    echo "$name: $sessions sessions, $(count "$file") packets, $(stat -c %s "$file") bytes"
}

share=1
need_kib=2000000
if [ "$quick" = 1 ]; then
    share=20
    need_kib=200000
fi
mkdir -p "$dir"
if [ -s "$dir/small.pcap" ] && [ -s "$dir/medium.pcap" ] && [ -s "$dir/large.pcap" ]; then
    echo "captures are there: $dir"
    exit 0
fi
[ "$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')" -gt "$need_kib" ] ||
    die "less than $need_kib KiB free in $dir"

work=$(mktemp -d)
lay_wire
ip netns exec "$ns_server" smtp-sink -4 -u nobody -h mx.example.com \
    198.51.100.25:25 1000 >"$work/sink.log" 2>&1 &
sink_pid=$!
wait_for 10 sink_listens || die "smtp-sink does not start: $(cat "$work/sink.log")"

capture small $((40000 / share)) 800
capture medium $((20000 / share)) 20000
capture large $((1500 / share)) 500000
