#!/bin/bash
# How systems open connections: writes measured/syns.pcap, which syns.py holds against src/know/syns.def and against p0f itself.
# Linux is real, with the settings of its kernel changed one by one; Windows is imitated (lab_profile), to see that its rows are found.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/lib.sh"
OUT=$LAB_DIR/measured
lab_open syns
lab_site mx mx.scripted.test 192.0.2.25 2001:db8:2::25
lab_in mx sysctl -q -w net.ipv4.tcp_fastopen=514
lab_dns
lab_in mx "$PY" "$LAB_DIR/servers/scripted.py" 192.0.2.25=all 2001:db8:2::25=all >"$LAB_WORK/scripted.log" 2>&1 &
lab_wait_for 10 lab_listens mx
lab_capture mx

number=60
# system NAME [SETTING...]: a site with settings of the kernel, or with the lab's profile of that name; it connects twice.
system() {
    local name=$1 setting a
    number=$((number + 1))
    lab_site "$name" "$name.test" "198.18.$number.9" "2001:db8:$number::9"
    for setting in "${@:2}"; do
        case $setting in
        profile) lab_profile "$name" "$name" ;;
        mtu=*) lab_profile "$name" linux "${setting#*=}" ;;
        window=*) lab_in "$name" ip route change default via "198.18.$number.1" window "${setting#*=}" ;;
        *) lab_in "$name" sysctl -q -w "net.ipv4.$setting" ;;
        esac
    done
    for a in 192.0.2.25 2001:db8:2::25; do
        lab_in "$name" "$PY" - "$a" "$name" <<'CLIENT'
import socket, sys
server, name = sys.argv[1:]
s = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET)
s.settimeout(5)
if name == "fastopen":
    s.sendto(b"EHLO a.test\r\n", socket.MSG_FASTOPEN, (server, 25))
else:
    s.connect((server, 25))
s.recv(1000)
s.sendall(b"QUIT\r\n")
while s.recv(1000):
    pass
CLIENT
    done
}
system linux
system no-stamps tcp_timestamps=0
system no-sack tcp_sack=0
system no-scaling tcp_window_scaling=0
system bare tcp_timestamps=0 tcp_sack=0 tcp_window_scaling=0
system ecn tcp_ecn=1
system no-df ip_no_pmtu_disc=1
system mtu1400 mtu=1400
system window window=5000
system fastopen tcp_fastopen=5
system windows profile
system windows-xp profile
lab_save pcap
