#!/bin/bash
# A Postfix queue encrypts: EHLO and STARTTLS in the clear, the mail itself is not seen.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 02-starttls
lab_site_mx
lab_site_partner
lab_dns
mkdir -p "$LAB_WORK/mx"
lab_cert "$LAB_WORK/mx" mx.example.org
lab_postfix_mx mx "smtpd_tls_security_level = may" "smtpd_tls_cert_file = $LAB_WORK/mx/cert.pem" "smtpd_tls_key_file = $LAB_WORK/mx/key.pem"
lab_postfix_queue partner partner.example "smtp_tls_security_level = may"
lab_capture mx
for to in bob carla; do
    lab_mail partner anna@partner.example --from anna@partner.example --to $to@example.org --subject "Confidential" --lines 20
done
lab_save pcap
