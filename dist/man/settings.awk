# Makes a manual page of the default configuration: in the second file the line @SETTINGS@ gives way to the
# settings of the first, each with its explanation, its default, and the value of the package where it has
# one of its own.
#
#   awk -f settings.awk mxtap.yaml mxtap.yaml.5.in >mxtap.yaml.5

# Text as roff takes it.
function text(line) {
    gsub(/\\/, "\\e", line)
    gsub(/-/, "\\-", line)
    return line ~ /^[.']/ ? "\\&" line : line
}

function section(title) {
    if (open)
        page = page ".El\n"
    open = 0
    page = page ".Ss " text(title) "\n"
}

function item(name, value,    cut, fallback) {
    if (!open)
        page = page ".Bl -tag -width Ds\n"
    open = 1
    cut = match(help, /; default [^;]*$/)
    fallback = substr(help, cut + length("; default "))
    help = substr(help, 1, cut - 1)
    page = page ".It Li " text(name) "\n" text(toupper(substr(help, 1, 1)) substr(help, 2)) ".\n"
    page = page "Default: " text(fallback) ".\n"
    gsub(/"/, "", value)
    if (fallback == "none" && value != "")
        page = page "The package has " text(value) " here.\n"
}

FNR == NR && /^[a-z]+:$/ {
    group = substr($0, 1, length - 1)
    if (group != "detectors")
        section(group)
}
FNR == NR && /^  [a-z-]+:$/ {
    section(group "." substr($0, 3, length - 3))
}
FNR == NR && /^ +# / {
    help = $0
    sub(/^ +# /, "", help)
}
FNR == NR && /^ +[a-z_]+: / {
    name = $1
    sub(/:$/, "", name)
    value = $0
    sub(/^[^:]*: /, "", value)
    item(name, value)
}

FNR != NR && $0 == "@SETTINGS@" {
    printf "%s.El\n", page
    next
}
FNR != NR
