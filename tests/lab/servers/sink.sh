# shellcheck shell=bash
# Small mail servers by the dozen: Postfix's smtp-sink, which takes everything. Sourced by the scenarios that need them.

# lab_sink SITE ADDRESS NAME [smtp-sink options]: a server there.
lab_sink() {
    local site=$1 address=$2 name=$3 listen=$2
    shift 3
    [[ $address != *:* ]] || listen="[$address]"
    lab_in "$site" smtp-sink -u postfix -h "$name" "$@" "inet:$listen:25" 50 >>"$LAB_WORK/sink.log" 2>&1 &
    lab_wait_for 10 lab_sink_listens "$site" "$listen"
}

lab_sink_listens() { lab_in "$1" ss -Htln "src $2 and sport = :25" | grep -q .; }

# The MX of seven small organisations (hosts.tsv) in five networks, which lab_sinks makes too.
LAB_SINKS="bizline:198.18.60.10:mail.bakery.example bizline:198.18.60.12:server.lawyers.example kabelbiz:198.18.61.11:exchange.brewery.example
clecnet:198.18.62.10:mail.museum.example officenet:198.18.63.10:mail.hotel.example ovalhost:198.18.70.10:mail.startup.example
rackfarm:198.18.72.10:mail.agency.example"
lab_sinks() {
    local one site address name made=' '
    for one in $LAB_SINKS; do
        IFS=: read -r site address name <<<"$one"
        [[ $made == *" $site "* ]] || lab_networks "$site"
        made+="$site "
        lab_sink "$site" "$address" "$name"
    done
}
