#!/bin/bash
# Prints what a replay costs beside other programs on the same captures, in one run: CPU seconds
# (user and system, median), how many times those of a bare libpcap loop, and peak resident memory.
#
#   run.sh [--quick] [--callgrind] [--mxtap FILE] [--dir DIR] [--runs N]
#
#   --quick       short captures, one run each: does the bench itself work? Times tell nothing.
#   --callgrind   instructions for a packet instead (valgrind), on the short capture of sessions;
#                 what starting up costs is measured on an empty capture and taken off
#   --mxtap FILE  the program, an optimised build (default: build/release/mxtap)
#   --dir DIR     where the captures are or are made (default: $MXTAP_BENCH_DIR or a folder in TMPDIR)
#
# Exit status: 0 the goals are reached, 1 something does not work, 3 a goal is missed, 77 cannot be
# run here (no root, no network namespaces, or programs missing).
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
mxtap=$here/../../build/release/mxtap
dir=${MXTAP_BENCH_DIR:-${TMPDIR:-/tmp}/mxtap-bench}
quick=0
callgrind=0
runs=5
PATH=$PATH:/usr/sbin:/sbin

die() {
    echo "run.sh: $*" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1 ;;
        --callgrind) callgrind=1 ;;
        --mxtap | --dir | --runs)
            [ $# -gt 1 ] || die "$1 needs a value"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        *) die "usage: run.sh [--quick] [--callgrind] [--mxtap FILE] [--dir DIR] [--runs N]" ;;
    esac
    shift
done
[ -x "$mxtap" ] || die "no $mxtap: cmake --preset release && cmake --build --preset release"

lacking=
unshare -nm true 2>/dev/null || lacking='root with network namespaces'
others=(tshark mailsnarf tcpflow)
if [ $callgrind = 1 ]; then
    others=(valgrind)
fi
for tool in cc smtp-source smtp-sink tcpdump ethtool ip "${others[@]}"; do
    command -v "$tool" >/dev/null || lacking="$lacking $tool"
done
if [ -n "$lacking" ]; then
    echo "run.sh: cannot run, for want of: $lacking" >&2
    exit 77
fi

short=()
if [ $quick = 1 ] || [ $callgrind = 1 ]; then
    short=(--quick)
    dir=$dir/quick
fi
if [ $quick = 1 ]; then
    runs=1
fi
"$here/make.sh" "${short[@]}" "$dir"

work=$(mktemp -d "$dir/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
cflags=(-std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror)
cc "${cflags[@]}" -o "$work/measure" "$here/measure.c"
cc "${cflags[@]}" -o "$work/loop_pcap" "$here/loop_pcap.c" -lpcap
cc "${cflags[@]}" -o "$work/loop_nids" "$here/loop_nids.c" -lnids -lpcap

# Every session must come out as a dialogue with its message, or the time taken means nothing.
check_work() {
    local file=$1 sessions=$2 whole
    "$mxtap" replay -q --log smtp -o "$work/records" "$file" ||
        die "mxtap replay $file: exit status $?"
    whole=$(grep -c '"accepted":true' "$work/records" || true)
    rm "$work/records"
    [ "$whole" = "$sessions" ] || die "$file: $sessions messages, but mxtap saw $whole accepted"
}

# Stops a program after two minutes of CPU (SIGXCPU): mailsnarf needs four for large.pcap.
cat >"$work/capped" <<'END'
#!/bin/bash
ulimit -S -t 120
exec "$@"
END
chmod +x "$work/capped"

# row LABEL RUNS COMMAND...: measures and prints a line; leaves cpu and kib.
row() {
    local label=$1 times=$2 ratio status
    shift 2
    read -r cpu kib status < <("$work/measure" "$times" "$@")
    case $status in
        0) ;;
        152) label="$label (stopped)" ;;
        *) die "$label: exit status $status" ;;
    esac
    [ -n "$floor" ] || floor=$cpu
    ratio=$(awk -v a="$cpu" -v b="$floor" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }')
    printf '  %-30s %9.3f %9s %10.1f\n' "$label" "$cpu" "$ratio" \
        "$(awk -v k="$kib" 'BEGIN { print k / 1024 }')"
}

# goal TEXT VALUE at-most|at-least BOUND
missed=0
goal() {
    local verdict
    verdict=$(awk -v v="$2" -v b="$4" -v how="$3" \
        'BEGIN { print (how == "at-most" ? v <= b : v >= b) ? "reached" : "MISSED" }')
    printf '  goal: %-38s %-8s %6s is %9.2f  %s\n' "$1" "${3/-/ }" "$4" "$2" "$verdict"
    if [ "$verdict" = MISSED ]; then
        missed=1
    fi
}

divide() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", (b > 0) ? a / b : 0 }'
}

# bench NAME SESSIONS RATIO: one capture through every program.
bench() {
    local name=$1 sessions=$2 most=$3
    local file=$dir/$name.pcap floor='' cpu kib mine mine_kib
    cat "$file" >/dev/null # into the page cache
    check_work "$file" "$sessions"
    echo
    echo "$name.pcap: $sessions sessions; $("$work/loop_pcap" "$file")"
    printf '  %-30s %9s %9s %10s\n' program 'CPU s' 'x libpcap' 'peak MiB'
    row 'bare libpcap loop' "$runs" "$work/loop_pcap" "$file"
    row 'the same, 256 KiB read buffer' "$runs" "$work/loop_pcap" -b 262144 "$file"
    row 'libnids, empty callback' "$runs" "$work/loop_nids" "$file"
    row 'mxtap replay' "$runs" "$mxtap" replay -q "$file"
    mine=$cpu
    mine_kib=$kib
    if "$mxtap" replay -q --engine nids -o /dev/null "$file" 2>/dev/null; then
        row 'mxtap replay --engine nids' "$runs" "$mxtap" replay -q --engine nids "$file"
    fi
    mkdir "$work/flows"
    row 'tcpflow' 1 "$work/capped" tcpflow -q -r "$file" -o "$work/flows" -X "$work/report.xml"
    rm -rf "$work/flows"
    row 'mailsnarf' 1 "$work/capped" mailsnarf -p "$file"
    row 'tshark -Y smtp' 1 "$work/capped" tshark -n -r "$file" -Y smtp
    if [ $quick = 0 ]; then
        goal 'CPU of replay by that of the loop' "$(divide "$mine" "$floor")" at-most "$most"
        goal 'CPU of tshark by that of replay' "$(divide "$cpu" "$mine")" at-least 40
    fi
    goal 'resident memory of replay, MiB' "$(divide "$mine_kib" 1024)" at-most 64
}

# instructions COMMAND...
instructions() {
    valgrind --tool=callgrind --callgrind-out-file="$work/callgrind.out" "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

# for_packet LABEL PACKETS FILE COMMAND...: the capture is the last argument of the command.
for_packet() {
    local label=$1 packets=$2 file=$3 start all
    shift 3
    start=$(instructions "$@" "$work/empty.pcap")
    all=$(instructions "$@" "$file")
    printf '  %-30s %10.0f %12s\n' "$label" "$(divide $((all - start)) "$packets")" "$start"
}

count_instructions() {
    local name file packets
    for name in small medium large; do
        file=$dir/$name.pcap
        head -c 24 "$file" >"$work/empty.pcap" # a file header and no packet
        packets=$("$work/loop_pcap" "$file")
        echo
        echo "$name.pcap: $packets"
        packets=${packets%% *}
        printf '  %-30s %10s %12s\n' program 'a packet' 'to start'
        for_packet 'bare libpcap loop' "$packets" "$file" "$work/loop_pcap"
        for_packet 'libnids, empty callback' "$packets" "$file" "$work/loop_nids"
        for_packet 'mxtap replay' "$packets" "$file" "$mxtap" replay -q
    done
}

if [ $callgrind = 1 ]; then
    count_instructions
    exit 0
fi
share=1
if [ $quick = 1 ]; then
    share=20
fi
bench small $((40000 / share)) 3
bench medium $((20000 / share)) 1.8
bench large $((1500 / share)) 1.8
if [ $missed = 1 ]; then
    exit 3
fi
