# shellcheck shell=bash
# The name service of the lab: one dnsmasq that is all name servers of this small internet. Sourced by lib.sh.

# lab_host NAME ADDRESS...: address records and the name of each address (PTR).
lab_host() {
    local name=$1
    shift
    {
        printf 'host-record=%s' "$name"
        printf ',%s' "$@"
        echo
    } >>"$LAB_WORK/dnsmasq.conf"
}

# lab_domain DOMAIN MAIL-EXCHANGER: MX and NS records.
lab_domain() {
    local domain=$1 mx=$2 hex='' label
    for label in ns ${domain//./ }; do
        hex+=$(printf '%02x' "${#label}")$(printf '%s' "$label" | od -An -v -tx1 | tr -d ' \n')
    done
    {
        echo "mx-host=$domain,$mx,10"
        echo "dns-rr=$domain,2,${hex}00"
        echo "host-record=ns.$domain,$DNS_ADDR"
        echo "txt-record=$domain,v=spf1 mx -all"
    } >>"$LAB_WORK/dnsmasq.conf"
}

# lab_pool PREFIX NAME-SUFFIX FIRST LAST: names of a provider's dynamic pool, as 100-64-7-97.adsl.dial.example.
lab_pool() {
    local i a
    for ((i = $3; i <= $4; i++)); do
        a=$1.$i
        lab_host "${a//./-}.$2" "$a"
    done
}

# lab_listed ADDRESS: put the address on the blocklist of the lab, bl.example.
lab_listed() {
    local a b c d
    IFS=. read -r a b c d <<<"$1"
    {
        echo "address=/$d.$c.$b.$a.bl.example/127.0.0.2"
        echo "txt-record=$d.$c.$b.$a.bl.example,\"listed, see https://bl.example/query?ip=$1\""
    } >>"$LAB_WORK/dnsmasq.conf"
}

lab_dns() {
    lab_site dns ns.lab.example "$DNS_ADDR"
    {
        echo "no-resolv"
        echo "no-hosts"
        echo "no-daemon"
        echo "bind-interfaces"
        echo "listen-address=$DNS_ADDR"
        echo "local-ttl=300"
        # What has no record does not exist (NXDOMAIN), instead of being refused.
        echo "local=/in-addr.arpa/ip6.arpa/example/example.org/example.net/example.com/com/net/org/localhost/local/test/"
    } >>"$LAB_WORK/dnsmasq.conf"
    lab_domain example.org mx.example.org
    lab_domain example.com mx.example.org
    lab_domain example.net mail.example.net
    lab_domain partner.example relay.partner.example
    lab_domain news.example lists.news.example
    lab_domain lists.news.example lists.news.example
    lab_host mx.example.org 192.0.2.25 2001:db8:2::25
    lab_host mail.example.net 198.51.100.26 2001:db8:51::26
    lab_host relay.partner.example 203.0.113.10 2001:db8:113::10
    lab_host lists.news.example 198.18.10.20
    lab_host gw.office.example 198.18.20.9
    lab_host scan.tools.example 198.18.30.66
    lab_domain office.example gw.office.example
    lab_pool 100.64.7 adsl.dial.example 90 140
    lab_pool 100.64.9 dyn.cable.example 10 70
    "$PY" "$LAB_DIR/networks.py" dnsmasq >>"$LAB_WORK/dnsmasq.conf"
    lab_in dns dnsmasq -C "$LAB_WORK/dnsmasq.conf" --user=root --pid-file="$LAB_WORK/dnsmasq.pid" >"$LAB_WORK/dnsmasq.log" 2>&1 &
    lab_wait_for 10 grep -q started "$LAB_WORK/dnsmasq.log"
}

# The sites that most scenarios know. Each takes its fixed address.
lab_site_mx() { lab_site mx mx.example.org 192.0.2.25 2001:db8:2::25; }
lab_site_exim() { lab_site exim mail.example.net 198.51.100.26 2001:db8:51::26; }
lab_site_partner() { lab_site partner relay.partner.example 203.0.113.10 2001:db8:113::10; }
lab_site_news() { lab_site news lists.news.example 198.18.10.20; }
lab_site_office() { lab_site office gw.office.example 198.18.20.9; }
lab_site_tools() { lab_site tools scan.tools.example 198.18.30.66; }
