#!/bin/bash
# swaks from an office host: three ordinary test messages, one with an attachment, one to two recipients.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 09-swaks
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
test_mail() { lab_in office swaks --server mx.example.org --from boss@office.example "$@" >>"$LAB_WORK/swaks.log" 2>&1; }
test_mail --to anna@example.org
test_mail --to bob@example.org,jane@example.com --header "Subject: second test" \
    --body "The second test message, with a sentence in it."
test_mail --to carla@example.org --attach "@$LAB_DIR/names.py"
lab_save pcap
