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
# Lists are one text with commas. What begins with "run:" is for the live sensor only. Where to send records
# stands at the end (sinks).

TEXT
"$1" check -v --set output.file=/var/log/mxtap/eve.json --set past.file=/var/lib/mxtap/past.db \
    --set outbox.file=/var/lib/mxtap/outbox.db
cat <<'TEXT'

# Where records go besides output.file: any number of items, each with a name of its own, a type (mxtap sinks
# lists them), the kinds of records that it wants, and what its type needs (mxtap sinks TYPE). Passwords and
# tokens stay outside of this file: secrets.md below /usr/share/doc/mxtap. Whom the service may talk to is best
# said in a drop-in (systemctl edit mxtap): IPAddressDeny=any and IPAddressAllow=localhost 192.0.2.10
#
# sinks:
#   # Alerts that somebody should look at, to a SIEM by syslog over TLS.
#   - name: siem
#     type: syslog
#     address: "siem.example.org:6514"
#     transport: tls
#     format: cef
#     severity: 2
#   # Everything to Elasticsearch or OpenSearch.
#   - name: search
#     type: elastic
#     url: "https://search.example.org:9200"
#     user: mxtap
#     password: "file:/etc/mxtap/search.password"
#     log: "alert, smtp, stats"
#   # All mail transactions in a file of their own.
#   - name: transactions
#     type: file
#     file: /var/log/mxtap/smtp.json
#     log: smtp
TEXT
