"""The configuration that `mailflow init` writes: the desk of the promise, ready to try."""

from __future__ import annotations

from pathlib import Path

FILE = "mailflow.toml"
FOLDERS = ("data", "templates")

_TEXT = """\
# mailflow's configuration. Unknown keys are errors; `mailflow check` says what is wrong, all at once.
# Relative paths are relative to the folder of this file. Durations: "90s", "2m", "4h", "3d".
# A running daemon takes a changed file on SIGHUP; a wrong one is refused and the old one stays.

[desk]
name     = "Example Hosting"         # shown to customers
address  = "support@example.com"     # customers write here
aliases  = []                        # more addresses that are the desk's
languages = ["en", "de"]             # the first is what others are answered in
timezone = "Europe/Berlin"
reply_to = "plus"                    # support+TOKEN@example.com must reach us too; "plain": no tokens
templates = "templates"              # overrides of the shipped texts, file by file: LANGUAGE/KIND.txt
# max_attachments = "25MiB"          # larger mail is relayed without them, and says so
# admin  = "postmaster@example.com"  # alarms go here; default: the management team

[store]
url = "sqlite:///data/mailflow.db"   # as a service: sqlite:////var/lib/mailflow/mailflow.db
# url = "postgresql+psycopg://mailflow@/mailflow"    # for several processes or hosts

# Ways in: the mail server hands mail over by SMTP or LMTP, or mailboxes are polled.
[smtp]
listen = "127.0.0.1:2525"            # or "unix:/run/mailflow/smtp.sock", or "systemd"
# max_size = "35MiB"

# [lmtp]
# listen = "unix:/run/mailflow/lmtp.sock"

# [[imap]]
# host = "imap.example.com"
# user = "support"
# password_file = "imap.password"    # or a service credential named imap.password
# processed = "Processed"            # moved here once stored; "": left in place

# The way out: a mail server that relays for us.
[outbound]
host = "127.0.0.1"                   # or maildir = "out": write mail there instead, to try things
port = 25
# tls  = "starttls"                  # default "none" on loopback, else "starttls"
# user = "mailflow"
# password_file = "outbound.password"

# Signing outgoing mail, if the relay does not: `mailflow check` then shows the DNS record that is needed.
# [dkim]
# domain   = "example.com"
# selector = "mf1"
# key_file = "dkim.pem"              # openssl genrsa -out dkim.pem 2048

# Who is believed. A team's answer always needs the ticket's token. "agents": their mail must also have
# passed authentication (DMARC, DKIM, SPF), as the mail server named in authserv_ids says in its header
# Authentication-Results. Without such a server nothing passes, so "none" is where this file begins:
# name your server and take "agents" before the desk is on the Internet.
[trust]
# authserv_ids = ["mx.example.com"]
require_authentication = "none"
# forms = ["www@example.com"]        # web forms whose Reply-To is the customer
# spam_headers = ["X-Spam-Flag: YES"]    # such mail makes a ticket and gets no automatic mail

# Automatic mail only; storing is never limited.
[limits]
per_address = "6 per 1h"             # to one customer's address, with no person's answer in between
strangers   = "3000 per 1h"          # to all addresses that no person ever answered, together

# Teams: hours are wall-clock hours of `timezone` (default: the desk's); `members` may write for the
# team (default: its mailbox).

[[team]]
name    = "support"
level   = 1
mailbox = "l1@example.com"
members = ["*@example.com"]
hours   = "24/7"

[[team]]
name     = "billing"
level    = 2
mailbox  = "billing@example.com"
members  = ["*@example.com"]
hours    = "Mon-Fri 09:00-18:00"
timezone = "Europe/Berlin"
holidays = "DE"                      # a country, or "DE-BE" for a region of it
# closed = ["2026-12-24"]            # further closed days

[[team]]                             # one team for each data center, with its own zone and holidays
name     = "datacenter"
level    = 2
mailbox  = "datacenter@example.com"
members  = ["*@example.com"]
hours    = "Mon-Fri 08:00-17:00"
timezone = "Europe/Berlin"
holidays = "DE"

[[team]]
name     = "sysadmins"
level    = 3
mailbox  = "sysadmins@example.com"
members  = ["*@example.com"]
hours    = "Mon-Fri 08:00-22:00"
timezone = "Europe/Berlin"
holidays = "DE"

[[team]]                             # approvals; is told of broken promises
name    = "management"
level   = 0
mailbox = "management@example.com"
members = ["management@example.com"]

# Buckets: what a request is about. `team` gets it first, `when_closed` while that team is closed;
# `estimate` is the usual time that customers are told: "simple", "standard", "complex", "nonstandard".
# keywords = { invoice = 2, "card declined" = 3 } adds to the built-in rules.

[[bucket]]                           # invoices, payments, refunds, double charges, cancelling for money
name        = "billing"
team        = "billing"
when_closed = "support"
estimate    = "simple"

[[bucket]]                           # trouble with a VPS or dedicated server
name         = "vps"
team         = "support"
when_closed  = "support"
escalates_to = "sysadmins"
estimate     = "standard"

[[bucket]]                           # a wish for a non-standard set-up: firewall, networks, RAID, VPN
name        = "custom-config"
team        = "sysadmins"
when_closed = "support"
estimate    = "nonstandard"

[[bucket]]                           # everything else
name         = "general"
team         = "support"
when_closed  = "support"
escalates_to = "sysadmins"
estimate     = "simple"

# The promise to customers.
[sla]
acknowledge    = "2m"
first_response = "10m"
status_update  = "4h"
remind_before  = "3m"                # never longer than half of the promise it reminds of
confirm        = "3d"                # a resolved ticket closes itself after this
reopen         = "14d"               # later follow-ups open a linked ticket
approval       = "1d"                # then management is reminded, the team told
management     = "management"        # the team that is told of broken promises and approves
"""


def init_text() -> str:
    """The file's text; it loads without a fault from a folder that has `FOLDERS`."""
    return _TEXT


def write_init(folder: Path) -> list[Path]:
    """Write the configuration and the folders that it names; gives what was made.

    FileExistsError, with nothing changed, if the folder has a configuration already.
    """
    target = folder / FILE
    if target.exists():
        raise FileExistsError(f"{target} exists already; nothing was changed")
    made = [path for path in (folder, *(folder / name for name in FOLDERS)) if not path.is_dir()]
    for path in made:
        path.mkdir(mode=0o750, parents=True)
    with target.open("x", encoding="utf-8") as file:
        file.write(_TEXT)
    return [target, *made]
