#!/bin/sh
# Makes the package's configuration from the program: every setting with its default, unit and meaning, and
# the few values that the package has of its own. To be run after a setting has been added or changed:
#
#   dist/packaging/make-config.sh build/release/mxtap >dist/mxtap.yaml
set -eu

cat <<'TEXT'
# The configuration of mxtap.service. Each setting stands here with its meaning, its unit in brackets, and
# its default. See mxtap.yaml(5).
#
# To begin: name the interface that hears the traffic (capture.interfaces), your networks (site.home_net) and
# your mail domains (site.local_domains); then
#
#     systemctl enable --now mxtap
#
# After a change: mxtap check -c /etc/mxtap/mxtap.yaml && systemctl reload mxtap
#
# Durations are seconds, or have s, m, h or d behind them. Sizes are octets, or have k, M or G (of 1024).
# Lists are one text with commas. What begins with "run:" is for the live sensor only.

TEXT
exec "$1" check -v --set output.file=/var/log/mxtap/eve.json --set past.file=/var/lib/mxtap/past.db
