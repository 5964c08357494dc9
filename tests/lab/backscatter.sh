# shellcheck shell=bash
# What the scenarios of backscatter share: hosts that accept everything and bounce it later, and zombies that send with forged senders.
# Sourced after lib.sh.

# bouncer SITE HOST ADDRESS DOMAIN: a site that accepts all mail for its domain. Before lab_dns.
bouncer() {
    lab_site "$1" "$2" "$3"
    lab_host "$2" "$3"
    lab_domain "$4" "$2"
}

# bouncer_postfix SITE DOMAIN [SETTING...]: Postfix there: it accepts everybody, and local(8) finds out later that nobody of that name is there.
bouncer_postfix() {
    local site=$1 domain=$2
    shift 2
    lab_postfix_queue "$site" "$domain" "inet_interfaces = all" "local_transport = local:" "$@"
}

# bouncer_exim SITE DOMAIN: Exim there: every recipient is accepted, those who do not exist are found out in the routers.
bouncer_exim() {
    local site=$1 domain=$2
    lab_exim_base "$site"
    echo "$LAB_USERS postmaster" | tr ' ' '\n' >"$LAB_WORK/$site/users"
    chmod 644 "$LAB_WORK/$site/users"
    cat >>"$LAB_WORK/$site/exim.conf" <<CF
domainlist local_domains = $domain
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
daemon_smtp_ports = 25
begin acl
acl_rcpt:
  accept domains = +local_domains
  deny message = relay not permitted
begin routers
users:
  driver = redirect
  domains = +local_domains
  local_parts = lsearch;$LAB_WORK/$site/users
  data = :blackhole:
outside:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote
begin transports
remote:
  driver = smtp
  hosts_try_fastopen =
  hosts_avoid_tls = *
begin retry
* * F,10m,5s
CF
    lab_exim "$site" -bd -q1m >"$LAB_WORK/$site/start.log" 2>&1 || lab_die "exim: $(cat "$LAB_WORK/$site/start.log")"
    lab_wait_for 15 lab_listens "$site"
}

# spam_run SITE CLIENT SERVER SENDER RECEIVED RECIPIENT...: a zombie's message to each recipient, a session each, below the forged line.
spam_run() {
    local site=$1 client=$2 server=$3 sender=$4 received=$5 to
    shift 5
    for to in "$@"; do
        lab_in "$site" "$PY" "$LAB_CLIENTS/dialogue.py" "$server" "$client" <<SCRIPT
S: HELO user-${client##*.}
S: MAIL FROM: <$sender>
S: RCPT TO: <$to>
S: DATA
M
Received: $received; Thu, 5 Mar 2026 10:00:00 +0100
Message-ID: <$RANDOM.$RANDOM@${sender#*@}>
From: "Lisa" <$sender>
To: $to
Subject: your order
Date: Thu, 5 Mar 2026 10:00:00 +0100

Replica watches, best prices: http://watches.example/
END
SCRIPT
    done
}
