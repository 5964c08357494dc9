# shellcheck shell=bash
# The lab: a small internet in namespaces of its own, with real mail software in it and a wire tap beside each server.
#
# A scenario sources this file, makes the sites it needs, starts servers, captures, and runs clients:
#
#     lab_open NN-name                       work directory, clean-up by trap, the router "tap"
#     lab_site mx mx.example.org 192.0.2.25 2001:db8:2::25
#     lab_dns                                the name server, and the records of every standard site
#     lab_postfix_mx mx                      a server (servers.sh)
#     lab_capture mx                         tcpdump on the server's side of its wire
#     lab_in partner swaks ...               a client
#     lab_pause 300                          five minutes later (in the capture)
#     lab_save pcap                          wait for the last FIN, stop, move the file to $OUT/NN-name.pcap
#
# Further clients come from a table of networks, networks.tsv (50 of 46 organisations: dynamic pools, business lines, hosting, mail
# servers, offices; with names of all kinds, half-true names and none), and hosts.tsv (small organisations with a mail server on such lines):
#
#     lab_networks avangard southtel         sites of the table, each with all of its addresses (about 0.2 s for a site)
#     lab_adopt partner bizline clecnet      one site has the addresses of further networks too
#     lab_profile avangard windows-xp        its SYNs look like those of a desktop system (networks.sh)
#     lab_net avangard 17                    -> 100.64.19.17
#     lab_ptr 100.64.19.17                   -> ppp100-64-19-17.pppoe.avangard-dsl.example, - where there is none
#     lab_hosts                              all of them: address, site, kind, PTR name, own name
#     lab_resolver mx use-vc                 the site asks DNS over TCP
#     lab_postfix_mx mx "$LAB_ASK_SENDER"    the MX asks MX, A and NS of the sender's domain
#
# lab_dns always knows the whole table: PTR, the addresses of the names, MX, NS (ns.DOMAIN) and SPF of every domain.
#
# A site is a network, UTS, mount and process namespace held by one sleeping process. Killing that process ends everything
# that was ever started in the site, daemons too, so an aborted run leaves nothing behind. The network of the machine itself is not
# touched: the links run between the sites only. Each site is a /24 and a /64 of its own with the router at .1 and ::1.
# MTU 1500 and every offload off: what is captured is what would be on a wire, with right checksums.

LAB_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
LAB_CLIENTS=$LAB_DIR/clients
LAB_ROOT=$(cd -- "$LAB_DIR/../.." && pwd)
OUT=${OUT:-$LAB_ROOT/pcaps}
PY=/usr/bin/python3
DNS_ADDR=198.18.53.53

declare -A LAB_PID=() # site -> process that holds its namespaces
LAB_CAP_PID=
LAB_NAME=
LAB_WORK=

lab_say() { printf '%s: %s\n' "${LAB_NAME:-lab}" "$*" >&2; }
lab_die() {
    lab_say "$*"
    exit 1
}

# lab_wait_for SECONDS COMMAND...: until the command succeeds.
lab_wait_for() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || lab_die "gave up waiting for: $*"
        sleep 0.1
    done
}

lab_close() {
    local status=$? site
    trap - EXIT INT TERM
    exec 2>/dev/null # the shell would tell of every process that it sees killed
    for site in "${!LAB_PID[@]}"; do
        kill -KILL "${LAB_PID[$site]}" 2>/dev/null || true
    done
    # The holders go with their children; whatever else we started ran inside.
    jobs -p | xargs -r kill -KILL 2>/dev/null || true
    wait 2>/dev/null || true
    [ "${LAB_KEEP:-0}" = 1 ] || rm -rf -- "$LAB_WORK"
    exit "$status"
}

lab_open() {
    LAB_NAME=$1
    [ "$(id -u)" = 0 ] || lab_die "the lab needs root"
    PATH=$PATH:/usr/sbin:/sbin
    command -v postfix >/dev/null || lab_die "run tests/lab/install.sh first"
    umask 022
    mkdir -p -- "$OUT"
    LAB_WORK=$(mktemp -d /tmp/mxt-XXXXXX)
    chmod 755 "$LAB_WORK"
    [ "${LAB_KEEP:-0}" != 1 ] || lab_say "keeps its work directory $LAB_WORK"
    trap lab_close EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    lab_hold tap tap.lab.example
    lab_in tap sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# lab_hold SITE HOSTNAME: the namespaces of a site, without any link yet.
lab_hold() {
    local site=$1 host=$2 holder pid
    setpriv --pdeathsig KILL unshare --net --uts --mount --pid --fork --kill-child --mount-proc sleep infinity </dev/null >/dev/null 2>&1 &
    holder=$!
    lab_wait_for 10 grep -q . "/proc/$holder/task/$holder/children"
    # The kernel writes no line end here.
    read -r pid <"/proc/$holder/task/$holder/children" || [ -n "$pid" ]
    LAB_PID[$site]=$pid
    # The child is ready once it is the sleeper, with its own /proc mounted.
    lab_wait_for 10 grep -qx sleep "/proc/$pid/comm"
    mkdir -p "$LAB_WORK/$site"
    echo "nameserver $DNS_ADDR" >"$LAB_WORK/$site/resolv.conf"
    printf '127.0.0.1 localhost\n::1 localhost\n' >"$LAB_WORK/$site/hosts"
    lab_in "$site" hostname "$host"
    lab_in "$site" mount --bind "$LAB_WORK/$site/resolv.conf" /etc/resolv.conf
    lab_in "$site" mount --bind "$LAB_WORK/$site/hosts" /etc/hosts
    lab_in "$site" ip link set lo up
}

# lab_in SITE COMMAND...: run there.
lab_in() {
    local pid=${LAB_PID[$1]}
    shift
    nsenter -t "$pid" -n -u -m -p -- "$@"
}

# lab_site SITE HOSTNAME IPV4 [IPV6]: a site and its wire to the router.
lab_site() {
    local site=$1 host=$2 four=$3 six=${4:-}
    lab_hold "$site" "$host"
    lab_wire "$site"
    lab_in tap ip addr add "${four%.*}.1/24" dev "$site"
    lab_in "$site" ip addr add "$four/24" dev eth0
    if [ -n "$six" ]; then
        lab_in tap ip addr add "${six%::*}::1/64" dev "$site" nodad
        lab_in "$site" ip addr add "$six/64" dev eth0 nodad
    fi
    lab_up "$site" "$four" "${four%.*}.1"
    [ -z "$six" ] || lab_in "$site" ip route add default via "${six%::*}::1" src "$six"
}

# The name of the router's end is the site's name. Process ids are ours, so only the router's network is entered here.
lab_wire() {
    nsenter -t "${LAB_PID[tap]}" -n ip link add "$1" mtu 1500 type veth peer name eth0 mtu 1500 netns "${LAB_PID[$1]}"
    lab_no_offload tap "$1"
    lab_no_offload "$1" eth0
}

# lab_up SITE ADDRESS ROUTER: both ends of the wire, and the way out.
lab_up() {
    lab_in tap ip link set "$1" up
    lab_in "$1" ip link set eth0 up
    lab_in "$1" ip route add default via "$3" src "$2"
}

lab_no_offload() {
    lab_in "$1" ethtool -K "$2" tso off gso off gro off tx off rx off sg off >/dev/null 2>&1 ||
        lab_in "$1" ethtool -K "$2" tso off gso off gro off tx off >/dev/null
}

# lab_addr SITE ADDRESS...: more addresses for a site that stands for a whole pool of hosts.
lab_addr() {
    local site=$1 a
    shift
    for a in "$@"; do
        case $a in
        *:*) lab_in "$site" ip addr add "$a/64" dev eth0 nodad ;;
        *) lab_in "$site" ip addr add "$a/24" dev eth0 ;;
        esac
    done
}

# lab_capture SITE [tcpdump options]: everything of SMTP and DNS that the site's wire carries, fragments included.
# Capturing starts before the first packet of the traffic: this returns once tcpdump listens.
lab_capture() {
    local site=$1
    shift
    # Only the router's network is entered, so that the process we start is tcpdump itself and takes our signal.
    nsenter -t "${LAB_PID[tap]}" -n -- tcpdump -Z root -n -U --immediate-mode -B 8192 -s 0 "$@" -i "$site" -w "$LAB_WORK/raw.pcap" \
        'port 25 or port 53 or (ip[6:2] & 0x1fff != 0) or (ip6 proto 44)' 2>"$LAB_WORK/tcpdump.log" &
    LAB_CAP_PID=$!
    lab_wait_for 10 grep -q 'listening on' "$LAB_WORK/tcpdump.log"
    LAB_CAP_SITE=$site
}

# lab_pause SECONDS: nothing happens for so long, in event time. The packets are real; lab_save moves the times of what follows.
lab_pause() {
    lab_wait_for 60 lab_quiet
    sleep 0.3
    echo "$(date +%s.%N) $1" >>"$LAB_WORK/pauses"
}

# True when no connection of the captured server is under way any more.
lab_quiet() {
    [ -z "$(lab_in "$LAB_CAP_SITE" ss -Htan '( sport = :25 or dport = :25 )' |
        awk '$1 != "LISTEN" && $1 != "TIME-WAIT"')" ]
}

# lab_save FORMAT: pcap, pcapng or pcap.gz. Ends the capture after the final FIN.
lab_save() {
    local format=$1 raw=$LAB_WORK/raw.pcap final=$LAB_WORK/final.$1
    lab_wait_for 30 lab_quiet
    sleep 0.4
    kill -TERM "$LAB_CAP_PID"
    wait "$LAB_CAP_PID" || true
    LAB_CAP_PID=
    grep -q '^0 packets dropped by kernel' "$LAB_WORK/tcpdump.log" || lab_die "the kernel dropped packets: $(cat "$LAB_WORK/tcpdump.log")"
    [ ! -s "$LAB_WORK/pauses" ] || "$PY" "$LAB_DIR/stretch.py" "$raw" <"$LAB_WORK/pauses"
    [ -z "${LAB_AFTER:-}" ] || "$LAB_AFTER" "$raw"
    case $format in
    pcap) mv -- "$raw" "$final" ;;
    pcapng) editcap -F pcapng "$raw" "$final" ;;
    pcap.gz) gzip -n -9 -c "$raw" >"$final" ;;
    *) lab_die "unknown format $format" ;;
    esac
    mv -- "$final" "$OUT/$LAB_NAME.$format"
    lab_say "wrote $OUT/$LAB_NAME.$format, $(stat -c %s "$OUT/$LAB_NAME.$format") bytes"
}

# shellcheck source=tests/lab/dns.sh
. "$LAB_DIR/dns.sh"
# shellcheck source=tests/lab/networks.sh
. "$LAB_DIR/networks.sh"
# shellcheck source=tests/lab/servers.sh
. "$LAB_DIR/servers.sh"
# shellcheck source=tests/lab/swarm.sh
. "$LAB_DIR/swarm.sh"
# shellcheck source=tests/lab/many.sh
. "$LAB_DIR/many.sh"
