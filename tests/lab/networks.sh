# shellcheck shell=bash
# Client networks by name, and what their hosts look like on the wire. Sourced by lib.sh, whose head is the manual.

# lab_networks SITE...: sites of networks.tsv, each with all addresses that exist there. The first is the one that software uses which
# does not choose. lab_dns knows all of them, made or not.
lab_networks() {
    local site first router length from to domain nodad
    for site in "$@"; do
        read -r first router length from to domain < <("$PY" "$LAB_DIR/networks.py" site "$site")
        [ -n "${domain:-}" ] || lab_die "no network $site in networks.tsv"
        lab_hold "$site" "$domain"
        lab_wire "$site"
        nodad=nodad
        [ "$length" = 64 ] || nodad=
        # shellcheck disable=SC2086 # a word or none
        lab_in tap ip addr add "$router/$length" dev "$site" $nodad
        # One after the other: the first stays the one that is chosen.
        seq "$from" "$to" | sed "s#.*#addr add ${router%1}&/$length dev eth0 $nodad#" | lab_in "$site" ip -batch -
        lab_up "$site" "$first" "$router"
    done
}

# lab_adopt SITE NETWORK...: the site stands for these networks too: it has their addresses, the router sends them there. For software that
# chooses its address (smtp_bind_address): one site can be the mail servers of many organisations.
lab_adopt() {
    local host=$1 network router length from to domain
    shift
    for network in "$@"; do
        read -r _ router length from to domain < <("$PY" "$LAB_DIR/networks.py" site "$network")
        [ -n "${domain:-}" ] || lab_die "no network $network in networks.tsv"
        if [ "$length" = 64 ]; then
            # The site's wire becomes one of this network, with a router of its own.
            lab_in tap ip addr add "$router/64" dev "$host" nodad
            seq "$from" "$to" | sed "s#.*#addr add ${router%1}&/64 dev eth0 nodad#" | lab_in "$host" ip -batch -
            lab_in "$host" ip route replace default via "$router"
        else
            seq "$from" "$to" | sed "s#.*#addr add ${router%1}& dev lo#" | lab_in "$host" ip -batch -
            lab_in tap ip route add "${router%1}0/24" via "$(lab_in "$host" ip -4 -o addr show dev eth0 | awk 'NR == 1 { sub("/.*", "", $4); print $4 }')"
        fi
    done
}

# lab_net SITE NUMBER: the address of a host of a network.
lab_net() { lab_hosts | awk -v site="$1" -v n="$2" '$2 == site && $1 ~ "[.:]" n "$" { print $1 }'; }

# lab_ptr ADDRESS: the name that DNS gives to the address of a network, or -.
lab_ptr() { lab_hosts | awk -v a="$1" '$1 == a { print $4 }'; }

# lab_hosts: all hosts of all networks: address, site, kind, PTR name or -, own name or -.
lab_hosts() {
    [ -s "$LAB_WORK/hosts.tsv" ] || "$PY" "$LAB_DIR/networks.py" hosts >"$LAB_WORK/hosts.tsv"
    cat "$LAB_WORK/hosts.tsv"
}

# lab_profile SITE SYSTEM [MTU]: how the site's kernel opens connections: as these systems do as far as their SYN goes, and the TTL of
# all packets. linux is what a site is without it. An MTU under 1500 (1492 for PPPoE, 1400 for mobile) lowers the MSS.
#   windows      Windows 7 to 11: TTL 128, window 64240, scale 8, MSS NOP WS NOP NOP SACK, no timestamps
#   windows-xp   TTL 128, window 65535, no scale, MSS NOP NOP SACK, no timestamps
#   macos-like   TTL 64, window 65535, scale 6, timestamps; the order of the options is Linux's
# Settings of the kernel as far as they go; what they cannot do, a BPF program changes on the way out (desktop.bpf.c).
lab_profile() {
    local site=$1 system=$2 mtu=${3:-1500}
    case $system in
    windows)
        lab_without_timestamps "$site"
        lab_in "$site" sysctl -q -w "net.ipv4.tcp_rmem=4096 131072 8388608"
        lab_egress "$site" order
        ;;
    windows-xp)
        lab_without_timestamps "$site"
        lab_in "$site" sysctl -q -w net.ipv4.tcp_window_scaling=0
        lab_egress "$site" window
        ;;
    macos-like)
        lab_in "$site" sysctl -q -w "net.ipv4.tcp_rmem=4096 131072 1048576"
        lab_egress "$site" window
        ;;
    linux) ;;
    *) lab_die "no profile $system" ;;
    esac
    lab_in "$site" ip link set eth0 mtu "$mtu"
    lab_in tap ip link set "$site" mtu "$mtu"
}

lab_without_timestamps() {
    lab_in "$1" sysctl -q -w net.ipv4.ip_default_ttl=128 net.ipv6.conf.all.hop_limit=128 net.ipv6.conf.eth0.hop_limit=128 net.ipv4.tcp_timestamps=0
}

# lab_egress SITE SECTION: that part of desktop.bpf.c sees all that the site sends.
lab_egress() {
    [ -s "$LAB_WORK/desktop.o" ] ||
        clang -O2 -g -target bpf -I"/usr/include/$(uname -m)-linux-gnu" -c "$LAB_DIR/desktop.bpf.c" -o "$LAB_WORK/desktop.o"
    lab_in "$1" tc qdisc add dev eth0 clsact
    lab_in "$1" tc filter add dev eth0 egress bpf da obj "$LAB_WORK/desktop.o" sec "$2"
}

# lab_resolver SITE OPTION...: how the site asks for names: use-vc (over TCP), edns0 ... (resolv.conf(5)).
lab_resolver() {
    local site=$1
    shift
    printf 'nameserver %s\noptions %s\n' "$DNS_ADDR" "$*" >"$LAB_WORK/$site/resolv.conf"
}
