# shellcheck shell=bash
# Zombie PCs by the dozen, for the big sets. Sourced by lib.sh.

# lab_swarm_sites WINDOWS-NETS -- PPPOE-NETS -- XP-NETS -- LINUX-NETS: sites of four systems, each with the addresses of its networks. PPPoE has
# Windows PCs behind an MTU of 1492. A group may be empty. The first network of a group becomes the site and gives it its name.
lab_swarm_sites() {
    local system group=() word
    set -- "$@" --
    LAB_SWARM=()
    for system in windows:1500 windows:1492 windows-xp:1500 linux:1452; do
        group=()
        while word=$1 && shift && [ "$word" != -- ]; do group+=("$word"); done
        [ ${#group[@]} -gt 0 ] || continue
        lab_networks "${group[0]}"
        lab_profile "${group[0]}" "${system%:*}" "${system#*:}"
        [ ${#group[@]} = 1 ] || lab_adopt "${group[0]}" "${group[@]:1}"
        LAB_SWARM+=("${group[0]}")
    done
}

# lab_swarm SERVER DOMAINS WAVES PAUSE < SPEC (swarm.py): all waves, PAUSE seconds between them, from all sites at the same time.
lab_swarm() {
    local server=$1 waves=$3 pause=$4 wave site running
    rm -rf "$LAB_WORK/swarm"
    mkdir -p "$LAB_WORK/swarm"
    "$PY" "$LAB_CLIENTS/swarm.py" "$LAB_WORK/swarm" "$2" "$waves" >>"$LAB_WORK/labelled"
    for ((wave = 0; wave < waves; wave++)); do
        [ "$wave" = 0 ] || lab_pause "$pause"
        running=()
        for site in "${LAB_SWARM[@]}"; do
            [ -s "$LAB_WORK/swarm/$site.$wave" ] || continue
            lab_in "$site" "$PY" "$LAB_CLIENTS/bot.py" "$server" <"$LAB_WORK/swarm/$site.$wave" &
            running+=($!)
        done
        wait "${running[@]}"
    done
    lab_labels <"$LAB_WORK/labelled"
}
