#!/bin/bash
# What the live sensor costs, and how late its alerts are: see live.py, which measures it.
#
#   live.sh [--quick] [--mxtap FILE] [--dir DIR]
#
#   --quick       five seconds at 20,000 packets a second only: do the counters add up? Figures tell nothing.
#                 Without it 30 seconds at 20,000, 50,000 and 100,000 each, five minutes in all
#   --mxtap FILE  the program, an optimised build (default: build/release/mxtap)
#   --dir DIR     where the captures are or are made (default: $MXTAP_BENCH_DIR or a folder in TMPDIR)
#
# Exit status: 0, 1 something does not work, 77 cannot be run here. A goal that is missed is only told.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
mxtap=$here/../../build/release/mxtap
dir=${MXTAP_BENCH_DIR:-${TMPDIR:-/tmp}/mxtap-bench}
length=--full
PATH=$PATH:/usr/sbin:/sbin

while [ $# -gt 0 ]; do
    case $1 in
        --quick) length= ;;
        --mxtap | --dir)
            [ $# -gt 1 ] || exit 1
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        *)
            echo "usage: live.sh [--quick] [--mxtap FILE] [--dir DIR]" >&2
            exit 1
            ;;
    esac
    shift
done
if [ "$(id -u)" != 0 ] || ! unshare -nm true 2>/dev/null; then
    echo 'skipped: needs root and network namespaces'
    exit 77
fi
for tool in smtp-source smtp-sink tcpdump tcpreplay ethtool ip; do
    command -v "$tool" >/dev/null || {
        echo "skipped: no $tool"
        exit 77
    }
done
"$here/make.sh" --quick "$dir/quick"
exec /usr/bin/python3 -B "$here/live.py" ${length:+"$length"} --mxtap "$mxtap" --capture "$dir/quick/small.pcap"
