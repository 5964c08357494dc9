#!/bin/bash
# check.sh VARIANT [CAPTURE...]: another program must understand what the variant tool writes.
# Each variant of each capture is read by tshark: no malformed packet, no wrong length, and where
# nothing is lost, the SMTP commands that the original has. Without captures two are made.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
variant=$(realpath "${1:?usage: check.sh VARIANT [CAPTURE...]}")
shift
command -v tshark >/dev/null || { echo "tshark is not installed: skipped"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -eq 0 ]; then
    "$here/../e2e/dialogue.py" ordinary "$work/ordinary.pcap"
    "$here/../e2e/dialogue.py" probe "$work/probe.pcap"
    set -- "$work/ordinary.pcap" "$work/probe.pcap"
fi

# What tshark sees, one packet a line: MALFORMED or the SMTP commands in it.
commands() {
    tshark -n -r "$1" -o tcp.try_heuristic_first:FALSE -T fields -E separator=' ' \
        -e _ws.malformed -e smtp.req.command 2>"$1.err" | tr ',' '\n' | grep -v '^ *$' | tr -d ' ' |
        sort | uniq -c || true
}

one() {
    local name=$1 keeps=$2 capture=$3 out
    out=$work/$name.$(basename "$capture")
    "$variant" "$name" "$capture" "$out" || { echo "FAIL $name: the tool failed"; return 0; }
    commands "$out" >"$out.seen"
    if grep -qi malformed "$out.seen"; then
        echo "FAIL $name of $(basename "$capture"): malformed packets"
    elif [ -s "$out.err" ] && grep -qv 'Running as user' "$out.err"; then
        echo "FAIL $name of $(basename "$capture"): $(grep -v 'Running as user' "$out.err" | head -1)"
    elif [ "$keeps" = exact ] && ! cmp -s "$capture.seen" "$out.seen"; then
        echo "FAIL $name of $(basename "$capture"): other SMTP commands than the original"
    else
        echo "ok $name of $(basename "$capture")"
    fi
    rm -f "$out" "$out.err" "$out.seen"
}
export -f one commands
export work variant

jobs=()
for capture in "$@"; do
    cp "$capture" "$work/original.$(basename "$capture")"
    capture=$work/original.$(basename "$capture")
    commands "$capture" >"$capture.seen"
    while IFS=$'\t' read -r name _ keeps _; do
        jobs+=("$name" "$keeps" "$capture")
    done < <("$variant" --list)
done
printf '%s\0' "${jobs[@]}" | xargs -0 -n 3 -P 2 bash -c 'one "$@"' one >"$work/result"
grep -c '^ok' "$work/result" | sed 's/$/ variants read well by tshark/'
! grep '^FAIL' "$work/result"
