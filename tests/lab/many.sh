# shellcheck shell=bash
# One Postfix that is the mail servers of many organisations: each has its own address, HELO name, settings and way in. Sourced by lib.sh.

# lab_postfix_many SITE FILE [SETTING...]: FILE has a line for each server, separated by blanks:
#
#     PORT DOMAIN ADDRESS HOST [dkim] [smtp_setting=value...]
#
# PORT can be a word instead: a way out only. ADDRESS can be "-": a way in only, whose mail takes the default transport.
# Mail that is handed in at 127.0.0.1:PORT (orgmail.py does) gets the Received line of HOST and goes out from ADDRESS with HELO HOST, whatever
# its sender; dkim has opendkim sign it. Mail to one of the DOMAINs (bounces of what could not be delivered) is thrown away. Other settings are for the whole instance.
lab_postfix_many() {
    local site=$1 file=$2 d=$LAB_WORK/$1 port address host rest setting
    shift 2
    lab_postfix_base "$site"
    awk '{ print $2, "ok" }' "$file" | sort -u >"$d/postfix/domains"
    {
        while read -r port _ address host rest; do
            case $port in
            [a-z]*) ;;
            *)
                echo "127.0.0.1:$port inet n - n - - smtpd -o myhostname=$host"
                [ "$address" = - ] || echo "    -o { smtpd_client_restrictions = check_client_access static:{FILTER out-$port:} }"
                case $rest in *dkim*) echo "    -o smtpd_milters=inet:127.0.0.1:8891" ;; esac
                ;;
            esac
            [ "$address" != - ] || continue
            echo "out-$port unix - - n - - smtp -o myhostname=$host -o smtp_helo_name=$host"
            case $address in
            *:*) echo "    -o smtp_bind_address6=$address -o inet_protocols=ipv6 -o inet_interfaces=::1" ;;
            *) echo "    -o smtp_bind_address=$address -o inet_protocols=ipv4" ;;
            esac
            for setting in ${rest#dkim}; do echo "    -o $setting"; done
        done <"$file"
    } >>"$d/postfix/master.cf"
    lab_postconf "$site" "mydomain = $(lab_in "$site" hostname)" "mydestination = texthash:/etc/postfix/domains, \$mydomain" "local_recipient_maps =" \
        "local_transport = discard:" "inet_interfaces = 127.0.0.1" "mynetworks = 127.0.0.0/8 192.168.0.0/16" "smtp_connection_cache_on_demand = no" \
        "local_header_rewrite_clients =" "smtp_destination_concurrency_limit = 4" "milter_default_action = accept" "$@"
    sed -i 's/^smtp  *inet/127.0.0.1:smtp inet/' "$d/postfix/master.cf"
    ! grep -q ' dkim' "$file" || lab_dkim "$site"
    lab_postfix_start "$site"
}

# lab_exim_many SITE FILE: the same with Exim, a configuration for each line of FILE:   NAME DOMAIN ADDRESS HOST
# Prints FILE anew, with the path of the configuration for the name: what plan.py and orgmail.py take. It has no daemon; what is deferred
# goes out with lab_exim_again SITE.
lab_exim_many() {
    local site=$1 d=$LAB_WORK/$1 name domain address host
    lab_exim_base "$site" >&2
    while read -r name domain address host _; do
        mkdir -p "$d/$name"
        chown 64999:64999 "$d/$name"
        sed -e "s#^spool_directory.*#spool_directory = $d/$name#" -e "s#^primary_hostname.*#primary_hostname = $host#" "$d/exim.conf" >"$d/$name.exim"
        cat >>"$d/$name.exim" <<CF
disable_ipv6 = $(case $address in *:*) echo false ;; *) echo true ;; esac)
trusted_users = root
begin routers
outside:
  driver = dnslookup
  transport = remote
begin transports
remote:
  driver = smtp
  interface = <; $address
  hosts_try_fastopen =
  hosts_avoid_tls = *
begin retry
* * F,10m,5s
CF
        echo "$d/$name.exim $domain $address $host"
    done <"$2"
}

lab_exim_again() {
    local conf
    for conf in "$LAB_WORK/$1"/*.exim; do lab_in "$1" "$LAB_EXIM" -C "$conf" -qff; done
}

# lab_dkim SITE: opendkim signs what the site's Postfix takes in, for whatever domain the mail is from.
lab_dkim() {
    local site=$1 d=$LAB_WORK/$1/dkim
    mkdir -p "$d"
    openssl genrsa -out "$d/key.pem" 1024 2>/dev/null
    echo "key %:s1:$d/key.pem" >"$d/keys"
    echo "*@* key" >"$d/signers"
    printf '%s\n' 127.0.0.1 192.168.0.0/16 >"$d/inside"
    cat >"$d/conf" <<CF
Mode s
Socket inet:8891@127.0.0.1
KeyTable file:$d/keys
SigningTable refile:$d/signers
InternalHosts $d/inside
Canonicalization relaxed/relaxed
RequireSafeKeys no
UserID root
CF
    lab_in "$site" opendkim -f -x "$d/conf" >"$d/log" 2>&1 &
    lab_wait_for 10 lab_in "$site" ss -Htln 'sport = :8891'
}

# lab_serve_lan SITE: the site has the addresses of office PCs, so that mail is handed in from a PC in the LAN.
lab_serve_lan() {
    seq 11 60 | sed 's#.*#addr add 192.168.7.&/32 dev lo#' | lab_in "$1" ip -batch -
}

# lab_labels < LINES of "ADDRESS LABEL BEHAVIOUR NETWORK": who is who in the capture of this scenario, for $OUT/labels.tsv (one row for an
# address: its first).
lab_labels() {
    local file=$OUT/labels.tsv
    touch "$file"
    {
        grep -v -e '^capture' -e "^$LAB_NAME" "$file" || true
        awk -v name="$LAB_NAME" 'BEGIN { OFS = "\t" } !seen[$1]++ { print name, $1, $2, $3, $4 }'
    } | sort -t "$(printf '\t')" -k1,1 -k2,2V >"$LAB_WORK/labels"
    { printf 'capture\taddress\tlabel\tbehaviour\tnetwork\n' && cat "$LAB_WORK/labels"; } >"$file"
}
