#!/bin/bash
# check.sh VARIANT [CAPTURE...]: another program must understand what the variant tool writes.
# Each variant of each capture is read by tshark: no packet is malformed, and where nothing is lost
# the octets of the first TCP streams are those of the original. Without captures two are made.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
variant=$(realpath "${1:?usage: check.sh VARIANT [CAPTURE...]}")
shift
command -v tshark >/dev/null || { echo "tshark is not installed: skipped"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -eq 0 ]; then
    /usr/bin/python3 -B "$here/../e2e/dialogue.py" ordinary "$work/ordinary.pcap"
    /usr/bin/python3 -B "$here/../e2e/dialogue.py" probe "$work/probe.pcap"
    set -- "$work/ordinary.pcap" "$work/probe.pcap"
fi

# The octets of each direction of the first streams, one a line in hexadecimal, without order.
streams() {
    tshark -n -r "$1" -q -z follow,tcp,raw,0 -z follow,tcp,raw,1 -z follow,tcp,raw,2 \
        -z follow,tcp,raw,3 2>"$1.err" |
        awk '/^\t[0-9a-f]+$/ { sub(/\t/, ""); server = server $0; next }
             /^[0-9a-f]+$/ { client = client $0; next }
             /^=====/ { if (client) print client; if (server) print server; client = server = "" }' |
        sort -u
}

malformed() {
    tshark -n -r "$1" -Y _ws.malformed 2>>"$1.err" | wc -l
}

one() {
    local name=$1 keeps=$2 capture=$3 out where
    out=$work/$name.$(basename "$capture")
    where="$name of $(basename "$capture")"
    "$variant" "$name" "$capture" "$out" || { echo "FAIL $where: the tool failed"; return 0; }
    streams "$out" >"$out.seen"
    if [ "$keeps" != fewer ] && [ "$(malformed "$out")" -gt 0 ]; then
        echo "FAIL $where: malformed packets"
    elif grep -qv 'Running as user' "$out.err"; then
        echo "FAIL $where: $(grep -v 'Running as user' "$out.err" | head -1)"
    elif [[ $keeps =~ ^(exact|syn|same|twice)$ ]] && ! cmp -s "$capture.seen" "$out.seen"; then
        echo "FAIL $where: other streams than the original"
    else
        echo "ok $where"
    fi
    rm -f "$out" "$out.err" "$out.seen"
}
export -f one streams malformed
export work variant

jobs=()
for capture in "$@"; do
    cp "$capture" "$work/original.$(basename "$capture")"
    capture=$work/original.$(basename "$capture")
    streams "$capture" >"$capture.seen"
    [ -s "$capture.seen" ] || { echo "FAIL tshark finds no stream in $capture"; exit 1; }
    while IFS=$'\t' read -r name _ keeps _; do
        jobs+=("$name" "$keeps" "$capture")
    done < <("$variant" --list)
done
printf '%s\0' "${jobs[@]}" | xargs -0 -n 3 -P 2 bash -c 'one "$@"' one >"$work/result"
echo "$(grep -c '^ok' "$work/result") variants read well by tshark"
if grep '^FAIL' "$work/result"; then
    exit 1
fi
