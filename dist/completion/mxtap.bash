# shellcheck shell=bash
# Completion of mxtap for bash. Detectors and settings are asked of the program itself.

_mxtap_list() { # what has been typed of a list, and the words that may come next in it
    local typed=$1 before=
    shift
    [[ $typed != *,* ]] || before=${typed%,*},
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$*" -- "${typed##*,}")
}

_mxtap_settings() { # the paths of all settings, as --set takes them
    mxtap check 2>/dev/null | awk -F: '
        /^[a-z]/   { group = $1 "."; name = "" }
        /^  [^ ]/  { name = "" }
        /^  [^ ]+:$/ { name = substr($1, 3) "."; next }
        /^  /      { gsub(/ /, "", $1); print group name $1 "=" }'
    # A sink has the name that has been typed.
    local name=${cur#sinks.}
    [[ $cur != sinks.*.* ]] || mxtap sinks -v 2>/dev/null | awk -v sink="sinks.${name%%.*}." '
        BEGIN      { print sink "type=" }
        /^  / && !seen[$1]++ { print sink $1 "=" }'
}

_mxtap_value() { # the values of the option $1
    local interfaces=(/sys/class/net/*)
    case $1 in
        -i) _mxtap_list "$cur" "${interfaces[@]##*/}" ;;
        --log) _mxtap_list "$cur" alert smtp stats ;;
        --ports) _mxtap_list "$cur" 25 587 2525 ;;
        --engine) mapfile -t COMPREPLY < <(compgen -W 'native nids' -- "$cur") ;;
        --format) mapfile -t COMPREPLY < <(compgen -W 'eve ecs cef text' -- "$cur") ;;
        -c | -o | -r | --file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        --set)
            mapfile -t COMPREPLY < <(compgen -W "$(_mxtap_settings)" -- "$cur")
            compopt -o nospace
            ;;
        --home-net | --local-domain | --workers) ;;
        *) return 1 ;;
    esac
}

_mxtap() {
    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local shared='-c --set --home-net --local-domain --ports --engine --workers -q -v -h --help'
    local records='-o --log --format' options operands=
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W \
            'run replay show detectors sinks check classify outbox --help --version' -- "$cur")
        return
    fi
    # A '=' is a word of its own here: what stands behind --set path= is anybody's.
    if [ "$cur" = = ] || [ "$previous" = = ] || _mxtap_value "$previous"; then
        return
    fi
    case ${COMP_WORDS[1]} in
        run) options="-i $records $shared" ;;
        replay) options="$records --forward $shared" operands=files ;;
        show) options=$shared operands=files ;;
        check) options=$shared ;;
        classify)
            options='-r -h --help' operands=files
            [[ $cur == -* ]] || options='reply name'
            ;;
        outbox)
            options='-c --set --file --dead --json --yes -q -v -h --help'
            [ "$COMP_CWORD" != 2 ] || options='list export retry purge send -h --help'
            ;;
        sinks) options="-v -h --help $(mxtap sinks 2>/dev/null | awk 'NR > 1 { print $1 }')" ;;
        detectors) options=$(mxtap detectors 2>/dev/null | awk 'NR > 1 { print $2 }') ;;
        *) return ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    if [ -n "$operands" ] && [[ $cur != -* ]]; then
        [[ $options != -* ]] || COMPREPLY=()
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames
    fi
}

complete -F _mxtap mxtap
