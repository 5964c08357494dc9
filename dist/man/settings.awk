# Makes a manual page of what the program says of its settings: in the third file the line @SETTINGS@ gives way
# to the settings of the first, the default configuration, each with its explanation, its default, and the value
# of the package where it has one of its own; the line @SINKS@ to those of the second, the types of sinks.
#
#   mxtap sinks -v >sinks.txt
#   awk -f settings.awk mxtap.yaml sinks.txt mxtap.yaml.5.in >mxtap.yaml.5

# Text as roff takes it.
function text(line) {
    gsub(/\\/, "\\e", line)
    gsub(/-/, "\\-", line)
    return line ~ /^[.']/ ? "\\&" line : line
}

function close_list() {
    if (open)
        page = page ".El\n"
    open = 0
}

function section(title) {
    close_list()
    page = page ".Ss " text(title) "\n"
}

# A sentence: an address at its beginning stays as it is.
function sentence(line) {
    if (line !~ /^[a-z]+:\/\//)
        line = toupper(substr(line, 1, 1)) substr(line, 2)
    return text(line) (line ~ /[.?]$/ ? "" : ".") "\n"
}

function entry(name, words) {
    if (!open)
        page = page ".Bl -tag -width Ds\n"
    open = 1
    page = page ".It Li " text(name) "\n" sentence(words)
}

function item(name, fallback, help, value) {
    entry(name, help)
    page = page sentence("default: " fallback)
    if (value != "")
        page = page "The package has " text(value) " here.\n"
}

FNR == 1 {
    close_list()
    pages[file++] = page
    page = ""
}

# The default configuration.
file == 1 && /^[a-z]+:$/ {
    group = substr($0, 1, length - 1)
    if (group != "detectors")
        section(group)
}
file == 1 && /^  [a-z-]+:$/ {
    section(group "." substr($0, 3, length - 3))
}
file == 1 && /^ +# / {
    help = $0
    sub(/^ +# /, "", help)
}
file == 1 && /^ +[a-z_]+: / {
    name = $1
    sub(/:$/, "", name)
    value = $0
    sub(/^[^:]*: /, "", value)
    gsub(/"/, "", value)
    cut = match(help, /; default [^;]*$/)
    fallback = substr(help, cut + length("; default "))
    item(name, fallback, substr(help, 1, cut - 1), fallback == "none" ? value : "")
}

# The types of sinks: which there are, then settings in three columns.
file == 2 && /^type / {
    section("Types of sinks")
}
file == 2 && /^[a-z]/ && !/^type / {
    form[$1] = $3
    help = $0
    sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", help)
    entry($1, help)
    page = page sentence("records are in " $3 " where format is not set")
    if ($2 == "yes")
        page = page sentence("it reads from the outbox")
}
file == 2 && /^Settings of / {
    title = substr($0, 13, length($0) - 13)
    section((title in form ? "Sinks of type " : "Settings of ") title)
}
file == 2 && /^  / {
    split(substr($0, 3), column, /  +/)
    item(column[1], column[2], column[3], "")
}

file == 3 && $0 == "@SETTINGS@" {
    printf "%s", pages[1]
    next
}
file == 3 && $0 == "@SINKS@" {
    printf "%s", pages[2]
    next
}
file == 3
