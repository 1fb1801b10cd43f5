#!/bin/sh
# Installs what the tests need from Debian: "venv" for the project itself, "servers" for the system tests.
# Only as root on Debian; elsewhere it says what is missing and how to get it, and goes on.
set -u
what=${1:?venv or servers}
case $what in
venv) packages="python3-venv" needed="" ;;
servers)
  packages="postfix dovecot-imapd dovecot-lmtpd postgresql opendkim clamav-daemon notmuch strace openssl systemd"
  needed="/usr/sbin/postfix /usr/sbin/dovecot /usr/sbin/opendkim /usr/sbin/clamd /usr/bin/notmuch /usr/bin/strace /usr/bin/openssl /usr/bin/systemd-analyze"
  ;;
*) echo "install.sh: unknown: $what" >&2; exit 2 ;;
esac

missing=""
for program in $needed; do [ -x "$program" ] || missing="$missing $program"; done
[ "$what" = venv ] && missing=" python3-venv"
[ "$what" = servers ] && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && missing="$missing postgres"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" != 0 ] || [ ! -e /etc/debian_version ]; then
  echo "not installed:$missing. Tests that need them are skipped; on Debian: apt-get install $packages" >&2
  exit 0
fi
echo "installing from Debian:$missing"
export DEBIAN_FRONTEND=noninteractive
# The tests start their own servers on loopback: nothing may start by being installed.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; }
apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null
