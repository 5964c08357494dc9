#!/bin/bash
# What outputs cost: replays beside receivers that never answer, alerts a second into the outbox, and a backlog of
# 1,000,000 records that is forwarded; then the live sensor beside such receivers.
#
#   forward.sh [--quick] [--mxtap FILE]
#
#   --quick       small figures that tell nothing: does it run?
#   --mxtap FILE  the program, an optimised build (default: build/release/mxtap)
#
# Exit status: 0, 1 something does not work, 77 cannot be run here.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
forward=$here/../forward
mxtap=$here/../../build/release/mxtap
length=--full

while [ $# -gt 0 ]; do
    case $1 in
        --quick) length= ;;
        --mxtap)
            [ $# -gt 1 ] || exit 1
            mxtap=$2
            shift
            ;;
        *)
            echo "usage: forward.sh [--quick] [--mxtap FILE]" >&2
            exit 1
            ;;
    esac
    shift
done
/usr/bin/python3 -B "$forward/check_speed.py" "$mxtap" ${length:+"$length"}
exec /usr/bin/python3 -B "$forward/check_live.py" --mxtap "$mxtap" ${length:+"$length"}
