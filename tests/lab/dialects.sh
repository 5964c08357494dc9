#!/bin/bash
# How mail software speaks to servers of every temper (servers/scripted.py): writes measured/dialects.pcap.gz, from which dialects.py
# makes src/know/dialects.def. A client site a program, so that an address tells who it was.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/lib.sh"
OUT=$LAB_DIR/measured
lab_open dialects
ways=(all nochunk nopipe size chunk old dsn noehlo busy shut mail4 mail5 rcpt4 rcpt5 data4 data5 dot4 dot5)
lab_site mx mx.scripted.test 192.0.2.25
serve=()
declare -A addr=()
for ((i = 0; i < ${#ways[@]}; i++)); do
    way=${ways[i]}
    addr[$way]=192.0.2.$((31 + i))
    lab_addr mx "${addr[$way]}"
    serve+=("${addr[$way]}=$way")
    lab_domain "$way.test" "mx.$way.test"
    lab_host "mx.$way.test" "${addr[$way]}"
done
lab_site_partner
lab_site_office
lab_site swaks swaks.test 198.18.41.9
lab_site source source.test 198.18.42.9
lab_site hydra hydra.test 198.18.43.9
lab_site nmap nmap.test 198.18.44.9
lab_site smtplib smtplib.test 198.18.45.9
lab_site curl curl.test 198.18.46.9
lab_dns
lab_in mx "$PY" "$LAB_DIR/servers/scripted.py" "${serve[@]}" >"$LAB_WORK/scripted.log" 2>&1 &
lab_wait_for 10 lab_listens mx
# One message after the other to the same place goes over one connection.
lab_postfix_queue partner partner.example "smtp_connection_cache_destinations = all.test nochunk.test" "smtp_tls_security_level = none"
lab_exim_queue office
lab_capture mx

run() { lab_in "$1" timeout 12 "${@:2}" >>"$LAB_WORK/clients.log" 2>&1 || true; }
letter() { lab_in "$1" "$PY" "$LAB_CLIENTS/compose.py" --from "$2" --to "$3" --subject "A letter" --message-id-host "${2#*@}"; }
printf '%s\n' anna bob carla dave >"$LAB_WORK/users"

for way in "${ways[@]}"; do
    letter partner anna@partner.example "bob@$way.test" | lab_in partner sendmail -f anna@partner.example "bob@$way.test"
    letter office boss@office.example "bob@$way.test" | lab_exim office -odf -f boss@office.example "bob@$way.test" >/dev/null 2>&1 || true
    run swaks swaks --server "${addr[$way]}" --helo swaks.test --from a@swaks.test --to "bob@$way.test"
    run source smtp-source -M source.test -f a@source.test -t "bob@$way.test" -l 500 "inet:[${addr[$way]}]:25"
    run hydra hydra -t 1 -I -L "$LAB_WORK/users" -p "$way.test" "smtp-enum://${addr[$way]}/rcpt"
    run hydra hydra -t 1 -I -L "$LAB_WORK/users" -p "$way.test" "smtp-enum://${addr[$way]}/vrfy"
    run nmap nmap -Pn -n -p 25 --script smtp-enum-users,smtp-open-relay --script-args "smtp-enum-users.methods={RCPT},smtp.domain=nmap.test" "${addr[$way]}"
    run smtplib "$PY" -c "import smtplib; s = smtplib.SMTP('${addr[$way]}', local_hostname='smtplib.test')
try: s.sendmail('a@smtplib.test', ['bob@$way.test'], 'Subject: A letter\r\n\r\nText.\r\n')
finally: s.quit()"
    letter curl a@curl.test "bob@$way.test" >"$LAB_WORK/letter"
    run curl curl -sS "smtp://${addr[$way]}/curl.test" --mail-from a@curl.test --mail-rcpt "bob@$way.test" -T "$LAB_WORK/letter"
done
# Text in eight bits.
for way in all nochunk nopipe size chunk; do
    printf '%s\n' "From: anna@partner.example" "To: bob@$way.test" "Subject: Greetings" "Content-Type: text/plain; charset=utf-8" "MIME-Version: 1.0" \
        "Content-Transfer-Encoding: 8bit" "" "Schöne Grüße" >"$LAB_WORK/letter"
    lab_in partner sendmail -B 8BITMIME -f anna@partner.example "bob@$way.test" <"$LAB_WORK/letter"
    lab_exim office -odf -f boss@office.example "bob@$way.test" <"$LAB_WORK/letter" >/dev/null 2>&1 || true
done
sleep 4 # or the next ones would go over these connections
# Several recipients, and several messages on one connection.
for i in 1 2 3; do
    for way in all nochunk; do
        letter partner anna@partner.example "c$i@$way.test" | lab_in partner sendmail -f anna@partner.example "c$i@$way.test" "d$i@$way.test"
    done
done
sleep 3
lab_in partner postqueue -f
for i in 1 2 3; do
    letter office boss@office.example "c$i@all.test" | lab_exim office -odq -f boss@office.example "c$i@all.test" "d$i@all.test"
done
run office "$LAB_EXIM" -C "$LAB_WORK/office/exim.conf" -qqff
run swaks swaks --server "${addr[all]}" --helo swaks.test --from a@swaks.test --to bob@all.test,carl@all.test --pipeline
lab_in partner postqueue -p >"$LAB_WORK/queue.log"
sleep 2
lab_save pcap.gz
