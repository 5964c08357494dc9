#!/bin/bash
# CHUNKING by hand: a message in three chunks (the last one without octets), a second one begun and reset, then sent in one chunk.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 16-bdat
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 <<'SCRIPT'
S: EHLO gw.office.example
S: MAIL FROM:<boss@office.example> BODY=8BITMIME
S: RCPT TO:<bob@example.org>
K
Received: from ws4.office.example ([10.1.2.4]) by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100
From: boss@office.example
To: bob@example.org
Subject: in chunks
END
K
Date: Thu, 5 Mar 2026 10:00:00 +0100
Message-ID: <chunk.1@gw.office.example>

.A dot is nothing special in here.
.
QUIT
END
S: BDAT 0 LAST
S: MAIL FROM:<boss@office.example>
S: RCPT TO:<carla@example.org>
K
Subject: this one is given up
END
S: RSET
S: MAIL FROM:<boss@office.example>
S: RCPT TO:<carla@example.org>
K: LAST
Received: from ws4.office.example ([10.1.2.4]) by gw.office.example; Thu, 5 Mar 2026 10:01:00 +0100
From: boss@office.example
To: carla@example.org
Subject: in one chunk
Date: Thu, 5 Mar 2026 10:01:00 +0100
Message-ID: <chunk.2@gw.office.example>

This is all.
END
Q
SCRIPT
lab_save pcapng
