# shellcheck shell=bash
# What the scenarios of forged Received lines share. Sourced after lib.sh.

# forged_ns DOMAIN NAME-SERVER: one NS record more.
forged_ns() {
    local hex='' label
    for label in ${2//./ }; do
        hex+=$(printf '%02x' "${#label}")$(printf '%s' "$label" | od -An -v -tx1 | tr -d ' \n')
    done
    echo "dns-rr=$1,2,${hex}00" >>"$LAB_WORK/dnsmasq.conf"
}

# The forged sender's domain, talk.example, and the hosts of the company that runs it: name servers and MX.
forged_dns() {
    echo "mx-host=talk.example,mx1.telco.example,10" >>"$LAB_WORK/dnsmasq.conf"
    echo "mx-host=talk.example,mx2.telco.example,20" >>"$LAB_WORK/dnsmasq.conf"
    lab_host mx1.telco.example 198.18.42.25 2001:db8:42::25
    lab_host mx2.telco.example 198.18.42.26
    lab_host ns1.telco.example 198.18.42.53
    lab_host ns2.telco.example 198.18.42.54
    forged_ns talk.example ns1.telco.example
    forged_ns talk.example ns2.telco.example
    lab_domain telco.example mx1.telco.example
}

# forged_send SITE SERVER CLIENT HELO-COMMAND RECIPIENT RECEIVED [MESSAGE-ID]: one message with this topmost line, in lower case, without QUIT.
forged_send() {
    local site=$1 server=$2 client=$3 helo=$4 to=$5 received=$6 id=${7:-<$RANDOM$RANDOM@talk.example>}
    lab_in "$site" "$PY" "$LAB_CLIENTS/dialogue.py" "$server" "$client" <<SCRIPT
S: $helo
S: mail from: <lisa@talk.example>
S: rcpt to: <$to>
S: data
M
Received: $received; Thu, 5 Mar 2026 10:00:00 +0100
Message-ID: $id
From: "Lisa" <lisa@talk.example>
To: $to
Subject: your order
Date: Thu, 5 Mar 2026 10:00:00 +0100

Replica watches, best prices: http://watches.example/
END
SCRIPT
}
