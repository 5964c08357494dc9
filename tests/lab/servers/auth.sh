# shellcheck shell=bash
# Postfix with AUTH: sourced by the scenarios that need it.

# lab_sasl SITE [down]: passwords for the Postfix of the site (sasl.py), to be started before it.
lab_sasl() {
    local site=$1
    shift
    lab_in "$site" "$PY" "$LAB_DIR/servers/sasl.py" 10024 "$@" >"$LAB_WORK/sasl.log" 2>&1 &
    lab_wait_for 10 lab_in "$site" grep -q ':2728 ' /proc/net/tcp # 10024
}

# What makes a Postfix ask for them; authenticated users may relay.
# shellcheck disable=SC2034 # for those who source this
LAB_AUTH=("smtpd_sasl_auth_enable = yes" "smtpd_sasl_type = dovecot" "smtpd_sasl_path = inet:127.0.0.1:10024"
    "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination")
