# shellcheck shell=bash
# The mail software of the lab: Postfix and Exim, as servers and as queues that send. Sourced by lib.sh.

# Known users of example.org (local) and example.com (virtual) at the Postfix MX, and of example.net at the Exim MX.
LAB_USERS="anna bob carla dave erik fiona greta hugo ines jane karl lindsay maria nils olga paul"

# A setting for lab_postfix_mx: the sender's domain must exist (asks MX, A), and its name servers are looked at (asks NS).
# shellcheck disable=SC2034 # for the scenarios
LAB_ASK_SENDER="smtpd_sender_restrictions = reject_unknown_sender_domain, check_sender_ns_access inline:{{ns.spamhaven.example=REJECT}}"

# lab_subscribers FIRST LAST: names of newsletter readers, one a line: always the same ones for the same numbers.
lab_subscribers() {
    "$PY" "$LAB_DIR/names.py" "$1" "$2"
}

# lab_cert DIR HOST: a self-signed certificate.
lab_cert() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" \
        -keyout "$1/key.pem" -out "$1/cert.pem" 2>/dev/null
    chmod 644 "$1/key.pem"
}

# A Postfix instance for a site: configuration mounted over /etc/postfix in that site only, queue in the work directory.
# lab_postfix_base SITE: what servers and queues have in common.
lab_postfix_base() {
    local site=$1 d=$LAB_WORK/$1
    mkdir -p "$d/postfix" "$d/spool" "$d/data"
    cp -a /etc/postfix/. "$d/postfix/"
    chown postfix "$d/data"
    cat >"$d/postfix/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $d/spool
data_directory = $d/data
maillog_file_prefixes = $LAB_WORK
maillog_file = $d/maillog
myhostname = $(lab_in "$site" hostname)
myorigin = \$mydomain
mynetworks = 127.0.0.0/8 [::1]/128
inet_interfaces = all
inet_protocols = all
biff = no
append_dot_mydomain = no
default_database_type = texthash
alias_maps =
alias_database =
smtputf8_enable = yes
smtp_tls_security_level = none
smtpd_tls_security_level = none
smtp_address_preference = ipv4
smtp_connect_timeout = 10s
minimal_backoff_time = 5s
maximal_backoff_time = 5s
smtpd_error_sleep_time = 0
smtpd_client_connection_rate_limit = 0
CF
    cat >"$d/postfix/master.cf" <<'CF'
smtp       inet  n - n - - smtpd
pickup     unix  n - n 60 1 pickup
cleanup    unix  n - n - 0 cleanup
qmgr       unix  n - n 300 1 qmgr
tlsmgr     unix  - - n 1000? 1 tlsmgr
rewrite    unix  - - n - - trivial-rewrite
bounce     unix  - - n - 0 bounce
defer      unix  - - n - 0 bounce
trace      unix  - - n - 0 bounce
verify     unix  - - n - 1 verify
flush      unix  n - n 1000? 0 flush
proxymap   unix  - - n - - proxymap
proxywrite unix  - - n - 1 proxymap
smtp       unix  - - n - - smtp
relay      unix  - - n - - smtp
showq      unix  n - n - - showq
error      unix  - - n - - error
retry      unix  - - n - - error
discard    unix  - - n - - discard
local      unix  - n n - - local
virtual    unix  - n n - - virtual
anvil      unix  - - n - 1 anvil
scache     unix  - - n - 1 scache
postlog    unix-dgram n - n - 1 postlogd
CF
}

# lab_postconf SITE SETTING...: change settings (before the start).
lab_postconf() {
    local site=$1 setting
    shift
    for setting in "$@"; do
        sed -i "/^${setting%% *} =/d" "$LAB_WORK/$site/postfix/main.cf"
        echo "$setting" >>"$LAB_WORK/$site/postfix/main.cf"
    done
}

lab_postfix_start() {
    local site=$1
    lab_in "$site" mount --bind "$LAB_WORK/$site/postfix" /etc/postfix
    lab_in "$site" postfix start >"$LAB_WORK/$site/start.log" 2>&1 || lab_die "postfix: $(cat "$LAB_WORK/$site/start.log" "$LAB_WORK/$site/maillog")"
    lab_wait_for 15 lab_listens "$site"
}

lab_listens() { lab_in "$1" ss -Htln 'sport = :25' | grep -q .; }

# lab_postfix_mx SITE [SETTING...]: the MX of example.org and example.com. What it takes is thrown away.
# Its answers: 550 5.1.1 for unknown users, 552 5.2.2 for full@example.org, 554 5.7.1 for foreign domains.
lab_postfix_mx() {
    local site=$1 d=$LAB_WORK/$1 u
    shift
    lab_postfix_base "$site"
    {
        for u in $LAB_USERS root postmaster full; do echo "$u@example.org ok"; done
        lab_subscribers 0 215 | sed 's/$/@example.org ok/'
    } >"$d/postfix/users"
    for u in $LAB_USERS; do echo "$u@example.com $u/"; done >"$d/postfix/virtual"
    printf '%s\n' "sales@example.org anna@example.org, bob@example.org" "info@example.org carla@example.org" \
        "abuse@example.org postmaster@example.org" >"$d/postfix/aliases"
    echo "full@example.org 552 5.2.2 Mailbox full" >"$d/postfix/access"
    lab_postconf "$site" "mydomain = example.org" "mydestination = example.org" "local_recipient_maps = texthash:/etc/postfix/users" \
        "local_transport = discard:" "virtual_mailbox_domains = example.com" "virtual_mailbox_maps = texthash:/etc/postfix/virtual" \
        "virtual_transport = discard:" "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination" "virtual_alias_maps = texthash:/etc/postfix/aliases" \
        "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access texthash:/etc/postfix/access" \
        "$@"
    lab_postfix_start "$site"
}

# lab_postfix_queue SITE DOMAIN [SETTING...]: a relay of another organisation; its users hand in mail through sendmail(1) or on its
# loopback, and its queue manager sends it on by MX.
lab_postfix_queue() {
    local site=$1 domain=$2
    shift 2
    lab_postfix_base "$site"
    lab_postconf "$site" "mydomain = $domain" "mydestination = $domain, lists.$domain" "local_recipient_maps =" "local_transport = discard:" \
        "inet_interfaces = loopback-only" "$@"
    lab_postfix_start "$site"
}

# lab_mail SITE SENDER COMPOSE-OPTION...: a user of the site hands in a message (sendmail -t), and it is waited for.
lab_mail() {
    local site=$1 sender=$2
    shift 2
    lab_in "$site" "$PY" "$LAB_CLIENTS/compose.py" "$@" | lab_in "$site" sendmail -t -f "$sender"
    lab_drain "$site"
}

lab_queue_is_empty() { lab_in "$1" postqueue -p | grep -q 'Mail queue is empty'; }

# lab_drain SITE: until everything in the queue was sent or bounced.
lab_drain() { lab_wait_for 40 lab_queue_is_empty "$1"; }

# Exim is not installed, since Debian's packages of Exim and Postfix exclude each other: it is unpacked into a cache directory.
lab_exim_unpack() {
    local cache=${LAB_CACHE:-/var/cache/mxtap-lab}/exim
    LAB_EXIM=$cache/root/usr/sbin/exim4
    [ -x "$LAB_EXIM" ] && return 0
    mkdir -p "$cache"
    (
        cd "$cache" || exit 1
        apt-get -q -o APT::Sandbox::User=root download exim4-daemon-light >/dev/null
        dpkg -x exim4-daemon-light_*.deb root
        rm -f -- *.deb
    )
    [ -x "$LAB_EXIM" ] || lab_die "no exim"
}

# lab_exim_base SITE: user, directories, and the first part of the configuration.
lab_exim_base() {
    local site=$1 d=$LAB_WORK/$1
    lab_exim_unpack
    mkdir -p "$d/spool" "$d/log"
    # Debian's binary looks its user up by name. It exists in this site only.
    { cat /etc/passwd; echo "Debian-exim:x:64999:64999::$d/spool:/usr/sbin/nologin"; } >"$d/passwd"
    { cat /etc/group; echo "Debian-exim:x:64999:"; } >"$d/group"
    chown -R 64999:64999 "$d/spool" "$d/log"
    lab_in "$site" mount --bind "$d/passwd" /etc/passwd
    lab_in "$site" mount --bind "$d/group" /etc/group
    cat >"$d/exim.conf" <<CF
exim_path = $LAB_EXIM
spool_directory = $d/spool
log_file_path = $d/log/%s
primary_hostname = $(lab_in "$site" hostname)
keep_environment =
never_users =
deliver_drop_privilege = true
rfc1413_query_timeout = 0s
prdr_enable = true
host_lookup = *
dns_dnssec_ok = 0
CF
}

lab_exim() {
    local site=$1
    shift
    lab_in "$site" "$LAB_EXIM" -C "$LAB_WORK/$site/exim.conf" "$@"
}

# lab_exim_mx SITE [EXTRA-MAIN-SETTING...]: the MX of example.net. Its answers: 550 Unrouteable address, 550 relay not permitted,
# 552 for full@example.net. LAB_EXIM_DATA is what it says after the final dot (an ACL). jane may log in with the password "correct horse" and relay.
lab_exim_mx() {
    local site=$1 d=$LAB_WORK/$1
    shift
    lab_exim_base "$site"
    printf '%s\n' "$@" >>"$d/exim.conf"
    echo "$LAB_USERS postmaster full" | tr ' ' '\n' >"$d/users"
    chmod 644 "$d/users"
    cat >>"$d/exim.conf" <<CF
domainlist local_domains = example.net
acl_smtp_vrfy = accept
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = ${LAB_EXIM_DATA:-accept}
daemon_smtp_ports = 25
begin acl
acl_rcpt:
  accept hosts = :
  accept authenticated = *
  require message = relay not permitted
          domains = +local_domains
  .ifdef GREY
  defer   condition = \${if exists{GREY}}
          message = 451 4.7.1 Greylisting in action, please come back later
  .endif
  deny    local_parts = full
          message = 552 5.2.2 Mailbox is full / quota exceeded
  require verify = recipient
  .ifdef CALLOUT
  require verify = sender/callout=10s,no_cache
  .endif
  accept
begin routers
users:
  driver = redirect
  domains = +local_domains
  local_parts = lsearch;$d/users
  data = :blackhole:
outside:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote
begin transports
remote:
  driver = smtp
  hosts_try_fastopen =
begin retry
* * F,10m,5s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{\$auth2}{jane}}{eq{\$auth3}{correct horse}}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{\$auth1}{jane}}{eq{\$auth2}{correct horse}}}}
  server_set_id = \$auth1
CF
    lab_exim "$site" -bV >"$d/bV.log" 2>&1 || lab_die "exim: $(cat "$d/bV.log")"
    lab_exim "$site" -bd -q1m >"$d/start.log" 2>&1 || lab_die "exim: $(cat "$d/start.log")"
    lab_wait_for 15 lab_listens "$site"
}

# lab_exim_queue SITE: a sending host with Exim (no daemon): its users hand mail to lab_exim SITE -odf RECIPIENT...
lab_exim_queue() {
    local site=$1 d=$LAB_WORK/$1
    lab_exim_base "$site"
    cat >>"$d/exim.conf" <<CF
begin routers
outside:
  driver = dnslookup
  transport = remote
begin transports
remote:
  driver = smtp
  hosts_try_fastopen =
  hosts_avoid_tls = *
begin retry
* * F,10m,5s
CF
}
