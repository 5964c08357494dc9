#!/bin/bash
# A mailing list with 240 subscribers of which 24 have left (10 % stale): a Postfix queue, 20 recipients a transaction.
# 24 unknown recipients in a minute are more than the 20 of directory-harvest, but far from 30 % of those tried.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 03-newsletter
lab_site_mx
lab_site_news
lab_dns
lab_postfix_mx mx
lab_postfix_queue news news.example "smtp_destination_recipient_limit = 20"
lab_capture mx
live=$(lab_subscribers 0 215 | sed 's/$/@example.org/')
stale=$(lab_subscribers 216 239 | sed 's/$/@example.org/')
# One stale address after each nine live ones, as an old list has them.
readers=$(paste -d '\n' - - - - - - - - - <(echo "$stale") <<<"$live" | grep .)
# shellcheck disable=SC2086 # one word a reader
lab_in news "$PY" "$LAB_CLIENTS/compose.py" --from "Garden News <editor@lists.news.example>" --to "garden-news@lists.news.example" \
    --subject "Garden News 47: frost" --html --lines 30 --message-id-host lists.news.example --list garden-news.lists.news.example |
    lab_in news sendmail -f garden-news-bounces@lists.news.example $readers
lab_drain news
lab_save pcap.gz
