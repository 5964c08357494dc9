#!/bin/bash
# Logging in without giving the password away: CRAM-MD5 (taken, and refused once), PLAIN inside TLS; and in the clear only what is
# refused: a wrong password, a mechanism that is not offered, AUTH given up with "*".
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 44-auth-safe
lab_site_mx
lab_site_office
lab_dns
lab_sasl mx
mkdir -p "$LAB_WORK/mx"
lab_cert "$LAB_WORK/mx" mx.example.org
lab_postfix_mx mx "${LAB_AUTH[@]}" "smtpd_tls_security_level = may" "smtpd_tls_cert_file = $LAB_WORK/mx/cert.pem" \
    "smtpd_tls_key_file = $LAB_WORK/mx/key.pem"
lab_capture mx
login() {
    lab_in office swaks --server 192.0.2.25 --from jane@example.org --to karl@example.org --auth-user jane "$@" >>"$LAB_WORK/swaks.log" 2>&1 || true
}
login --auth CRAM-MD5 --auth-password "correct horse"
login --auth CRAM-MD5 --auth-password "wrong"
login --tls --auth PLAIN --auth-password "correct horse"
login --auth PLAIN --auth-password "wrong"
lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 <<SCRIPT
S: EHLO gw.office.example
S: AUTH NTLM
S: AUTH LOGIN
S: *
Q
SCRIPT
lab_save pcap
