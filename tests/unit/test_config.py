"""The configuration: what a file gives, its defaults, and each fault with where and what is allowed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow import model
from mailflow.config import Configuration, Listen, find, load, write_init
from mailflow.config.effect import WITHOUT_EFFECT, without_effect
from mailflow.config.faults import key_path
from mailflow.config.publicholidays import public_holidays
from mailflow.config.values import (
    parse_address,
    parse_duration,
    parse_host,
    parse_limit,
    parse_listen,
    parse_member,
    parse_name,
    parse_rate,
    parse_size,
)
from mailflow.errors import ConfigurationError
from mailflow.rules.hours import is_open

DESK = """
[desk]
name = "Example"
address = "support@example.com"
"""
TRUST = """
[trust]
require_authentication = "none"
"""
TEAM = """
[[team]]
name = "support"
mailbox = "l1@example.com"
"""
BUCKET = """
[[bucket]]
name = "general"
team = "support"
"""
SLA = """
[sla]
management = "support"
"""
TABLES = {"desk": DESK, "trust": TRUST, "team": TEAM, "bucket": BUCKET, "sla": SLA}
LEAST = "".join(TABLES.values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def loaded(folder: Path, text: str, **environ: str) -> Configuration:
    path = folder / "mailflow.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ)


def faults(folder: Path, text: str, **environ: str) -> list[str]:
    """The lines of all faults, without the file's name that each begins with."""
    with pytest.raises(ConfigurationError) as raised:
        loaded(folder, text, **environ)
    start = f"{folder / 'mailflow.toml'}: "
    assert all(fault.startswith(start) and "\n" not in fault for fault in raised.value.faults)
    return [fault.removeprefix(start) for fault in raised.value.faults]


def fault(folder: Path, text: str, **environ: str) -> str:
    """The one fault of a file."""
    (only,) = faults(folder, text, **environ)
    return only


# --- Values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"), [("0s", 0), ("90s", 90), ("2m", 120), ("4h", 14400), ("3d", 259200)]
)
def test_durations(text: str, seconds: int) -> None:
    """A whole number and one unit."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "s", "5", "5 m", "-5m", "1.5h", "5w", "2m30s", "٣d", "36501d"])
def test_what_is_no_duration(text: str) -> None:
    """Anything else is refused, a century or more too."""
    with pytest.raises(ValueError, match="allowed"):
        parse_duration(text)


def test_off_is_no_limit_and_zero_is_none() -> None:
    """ "off" is only for keys that may be off; zero would be off by accident."""
    assert parse_limit("off") is None
    assert parse_limit("1s") == timedelta(seconds=1)
    with pytest.raises(ValueError, match="too short"):
        parse_limit("0s")


@pytest.mark.parametrize(
    ("text", "octets"), [("1B", 1), ("2KiB", 2048), ("35MiB", 35 * 2**20), ("1GiB", 2**30)]
)
def test_sizes(text: str, octets: int) -> None:
    """Powers of 1024."""
    assert parse_size(text) == octets


@pytest.mark.parametrize("text", ["", "35", "35MB", "MiB", "0MiB", "1.5MiB", "35 MiB", "1KMiB"])
def test_what_is_no_size(text: str) -> None:
    """A number without a unit, or with a decimal one, is refused."""
    with pytest.raises(ValueError, match="allowed"):
        parse_size(text)


def test_rates() -> None:
    """A count in a window, or "off"."""
    assert parse_rate("6 per 1h") == model.Rate(6, timedelta(hours=1))
    assert parse_rate("off") is None


@pytest.mark.parametrize(
    "text", ["", "6", "6/h", "6 per hour", "0 per 1h", "6 per 0s", "x per 1h", "6 per "]
)
def test_what_is_no_rate(text: str) -> None:
    """Both numbers are above zero."""
    with pytest.raises(ValueError, match="allowed"):
        parse_rate(text)


@pytest.mark.parametrize("text", ["a@example.com", "a.b+c@mail.example.com", "o'hara@x-y.example"])
def test_addresses(text: str) -> None:
    """An addr-spec as it is usually written."""
    assert parse_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "support",
        "@example.com",
        "a@",
        "a@@example.com",
        "a b@example.com",
        "a..b@example.com",
        "<a@example.com>",
        "a@example.com\n",
        "a@-x.example",
        "ü@example.com",
        "*@example.com",
        "a" * 65 + "@example.com",
    ],
)
def test_what_is_no_address(text: str) -> None:
    """Names with it, control characters and wildcards are refused."""
    with pytest.raises(ValueError, match="allowed"):
        parse_address(text)


def test_members_may_be_a_domain() -> None:
    """ "*@domain" is everybody there; no other pattern exists."""
    assert parse_member("*@example.com") == "*@example.com"
    assert parse_member("ann@example.com") == "ann@example.com"
    for text in ("*", "*@", "*@*", "a*@example.com"):
        with pytest.raises(ValueError, match="allowed"):
            parse_member(text)


@pytest.mark.parametrize(
    ("text", "listen", "local"),
    [
        ("127.0.0.1:2525", Listen("tcp", "127.0.0.1", 2525), True),
        ("localhost:25", Listen("tcp", "localhost", 25), True),
        ("[::1]:25", Listen("tcp", "::1", 25), True),
        ("0.0.0.0:25", Listen("tcp", "0.0.0.0", 25), False),
        ("mx.example.com:65535", Listen("tcp", "mx.example.com", 65535), False),
        ("unix:/run/mailflow/smtp.sock", Listen("unix", path=Path("/run/mailflow/smtp.sock")), True),
        ("systemd", Listen("systemd"), False),
    ],
)
def test_places_to_listen(text: str, listen: Listen, local: bool) -> None:
    """All forms, whether only this machine reaches them, and back to text."""
    assert parse_listen(text) == listen
    assert listen.local is local
    assert str(listen) == text


@pytest.mark.parametrize(
    "text", ["", "25", ":25", "localhost", "localhost:", "a:65536", "::1:25", "[a]:25", "unix:relative"]
)
def test_what_is_no_place_to_listen(text: str) -> None:
    """Host and port are both said."""
    with pytest.raises(ValueError, match="allowed"):
        parse_listen(text)


def test_a_host_has_no_port() -> None:
    """The port has a key of its own."""
    assert parse_host("mx.example.com") == "mx.example.com"
    assert parse_host("2001:db8::1") == "2001:db8::1"
    with pytest.raises(ValueError, match="port"):
        parse_host("mx.example.com:25")


def test_names_are_one_word() -> None:
    """A name stands in commands, subjects and lists."""
    assert parse_name("custom-config") == "custom-config"
    assert parse_name("Zürich.2") == "Zürich.2"
    for text in ("", "two words", "-x", "a]b", "x" * 65, "a\n"):
        with pytest.raises(ValueError, match="allowed"):
            parse_name(text)


# --- What the least file gives -------------------------------------------------------------------


def test_the_defaults_are_the_contract_s(folder: Path) -> None:
    """A file with only what is required has the defaults of the contract in everything else."""
    given = loaded(folder, LEAST)
    support = model.Team("support", "l1@example.com", members=("l1@example.com",))
    assert given.desk == model.Desk(
        name="Example",
        address="support@example.com",
        teams=(support,),
        buckets=(model.Bucket("general", "support", "support"),),
        admin="l1@example.com",
        trust=model.Trust(require_authentication="none"),
        sla=model.Sla(management="support"),
    )
    assert given.store_url == "sqlite:////var/lib/mailflow/mailflow.db"
    assert (given.smtp, given.lmtp, given.imap, given.web) == (None, None, (), None)
    assert (given.dkim, given.scan, given.canary, given.templates) == (None, None, None, None)
    assert (given.keep.raw, given.keep.closed) == (None, None)
    assert (given.outbound.host, given.outbound.port, given.outbound.tls) == ("127.0.0.1", 25, "none")
    assert (given.outbound.user, given.outbound.connections) == ("", 4)
    assert given.without_effect == ()


def test_the_figures_of_the_promise_are_the_defaults(folder: Path) -> None:
    """Two minutes, ten minutes, four hours, and what follows from them."""
    sla = loaded(folder, LEAST).desk.sla
    assert (sla.acknowledge, sla.first_response) == (timedelta(minutes=2), timedelta(minutes=10))
    assert (sla.status_update, sla.remind_before) == (timedelta(hours=4), timedelta(minutes=3))
    assert (sla.confirm, sla.reopen, sla.approval) == (
        timedelta(days=3),
        timedelta(days=14),
        timedelta(days=1),
    )
    assert (sla.escalate_after, sla.overflow) == (None, 0)


def test_a_door_has_defaults(folder: Path) -> None:
    """Where to listen is said; 35 MiB and no TLS are the defaults."""
    door = loaded(folder, LEAST + '[smtp]\nlisten = "systemd"\n').smtp
    assert door is not None
    assert (door.listen.kind, door.max_size) == ("systemd", 35 * 2**20)
    assert (door.tls_cert, door.tls_key_file) == (None, None)


def test_a_mailbox_has_defaults(folder: Path) -> None:
    """Implicit TLS, INBOX, nothing moved, every 30 seconds, old mail left alone."""
    (folder / "secret").write_text("s3cret\n")
    text = '[[imap]]\nhost = "imap.example"\nuser = "u"\npassword_file = "secret"\n'
    (box,) = loaded(folder, LEAST + text).imap
    assert (box.port, box.tls, box.folder, box.processed) == (993, "implicit", "INBOX", "")
    assert (box.poll, box.history) == (timedelta(seconds=30), "ignore")


def test_outbound_tls_depends_on_the_host(folder: Path) -> None:
    """None on loopback, STARTTLS elsewhere, or what is said."""
    for text, tls in (
        ('host = "::1"', "none"),
        ('host = "mx.example"', "starttls"),
        ('host = "mx.example"\ntls = "implicit"', "implicit"),
        ('host = "mx.example"\ntls = "none"', "none"),
        ('maildir = "out"', "none"),
    ):
        assert loaded(folder, f"{LEAST}[outbound]\n{text}\n").outbound.tls == tls


def test_agents_are_authenticated_by_default_where_somebody_is_believed(folder: Path) -> None:
    """With authserv_ids the default is "agents"; without, it must be said."""
    text = LEAST.replace(TRUST, '[trust]\nauthserv_ids = ["mx.example.com"]\n')
    assert loaded(folder, text).desk.trust.require_authentication == "agents"
    for text in (LEAST.replace(TRUST, ""), LEAST.replace(TRUST, "[trust]\nauthserv_ids = []\n")):
        assert fault(folder, text).startswith("trust.require_authentication: is missing")


def test_the_zone_of_a_team_is_the_desk_s_unless_said(folder: Path) -> None:
    """Hours are the wall clock of that zone."""
    text = LEAST.replace('address = "s', 'timezone = "Europe/Berlin"\naddress = "s')
    assert loaded(folder, text).desk.teams[0].calendar.timezone == "Europe/Berlin"
    text = text.replace(TEAM, TEAM + 'timezone = "Asia/Tokyo"\n')
    assert loaded(folder, text).desk.teams[0].calendar.timezone == "Asia/Tokyo"


def test_a_calendar_has_hours_holidays_and_closed_days(folder: Path) -> None:
    """Public holidays and further closed days are one set; days may be TOML's own too."""
    team = TEAM + 'hours = "Thu 09:00-18:00"\nholidays = "DE-BE"\nclosed = ["2026-12-24", 2026-12-31]\n'
    text = LEAST.replace(TEAM, team).replace(BUCKET, BUCKET + 'when_closed = "support"\n')
    calendar = loaded(folder, text).desk.teams[0].calendar
    assert not calendar.always
    assert calendar.spans == (model.Span(3, time(9), time(18)),)
    assert {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31)} < calendar.closed
    assert is_open(calendar, datetime(2026, 12, 10, 12, tzinfo=UTC))
    assert not is_open(calendar, datetime(2026, 12, 24, 12, tzinfo=UTC))


def test_holidays_of_a_region_are_more_than_the_country_s() -> None:
    """8 March is a holiday in Berlin, and not in all of Germany."""
    assert date(2026, 3, 8) in public_holidays("DE-BE")
    assert date(2026, 3, 8) not in public_holidays("DE")
    assert date(2026, 10, 3) in public_holidays("DE")
    assert date(2040, 12, 25) in public_holidays("DE")


def test_when_closed_is_the_first_team_around_the_clock(folder: Path) -> None:
    """In the order of the file, unless the bucket says another."""
    day = '[[team]]\nname = "day"\nmailbox = "day@example.com"\nhours = "Mon 09:00-10:00"\n'
    night = '[[team]]\nname = "night"\nmailbox = "night@example.com"\n'
    text = DESK + TRUST + day + night + TEAM + BUCKET + SLA
    assert loaded(folder, text).desk.buckets[0].when_closed == "night"
    text = text.replace(BUCKET, BUCKET + 'when_closed = "day"\n')
    assert loaded(folder, text).desk.buckets[0].when_closed == "day"


def test_a_bucket_brings_keywords_with_weights(folder: Path) -> None:
    """Whole numbers and fractions."""
    text = LEAST.replace(BUCKET, BUCKET + 'keywords = { slow = 2, "cannot reach" = 0.5 }\n')
    assert loaded(folder, text).desk.buckets[0].keywords == (("slow", 2.0), ("cannot reach", 0.5))


def test_limits_may_be_off(folder: Path) -> None:
    """A limit that is off is None; the other keeps its default."""
    limits = loaded(folder, LEAST + '[limits]\nstrangers = "off"\n').desk.limits
    assert limits == model.Limits(per_address=model.Rate(6, timedelta(hours=1)), strangers=None)


def test_relative_paths_are_relative_to_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command is run, it is the same database."""
    (folder / "elsewhere").mkdir()
    text = LEAST + '[store]\nurl = "sqlite:///data/m.db"\n[outbound]\nmaildir = "out"\n'
    (folder / "mailflow.toml").write_text(text)
    monkeypatch.chdir(folder)
    for path in (folder / "mailflow.toml", Path("mailflow.toml")):
        given = load(path, {})
        assert given.store_url == f"sqlite:///{folder}/data/m.db"
        assert given.outbound.maildir == folder / "out"


def test_postgresql_is_the_other_database(folder: Path) -> None:
    """By its full name, with the driver."""
    url = "postgresql+psycopg://mailflow@/mailflow"
    assert loaded(folder, f'{LEAST}[store]\nurl = "{url}"\n').store_url == url


EVERYTHING = """
[desk]
name = "Example"
address = "support@example.com"
aliases = ["help@example.com"]
languages = ["de", "en"]
timezone = "Europe/Berlin"
reply_to = "plain"
sign = "team"
hold = "30s"
max_attachments = "1MiB"
templates = "files"
admin = "postmaster@example.com"

[store]
url = "sqlite:////srv/m.db"

[smtp]
listen = "127.0.0.1:2525"
max_size = "1MiB"
tls_cert = "files/secret"
tls_key_file = "files/secret"

[lmtp]
listen = "unix:/run/mailflow/lmtp.sock"
max_size = "2MiB"

[[imap]]
host = "imap.example"
port = 143
tls = "starttls"
user = "support"
password_file = "files/secret"
folder = "Support"
processed = "Processed"
poll = "1m"
history = "import"

[[imap]]
host = "imap.example"
user = "other"
[imap.oauth]
token_url = "https://login.example/token"
client_id = "c"
client_secret_file = "files/secret"
refresh_token_file = "files/secret"
scope = "imap"

[outbound]
host = "mx.example"
port = 587
tls = "starttls"
user = "u"
password_file = "files/secret"
connections = 2

[trust]
authserv_ids = ["mx.example.com"]
require_authentication = "everyone"
forms = ["www@example.com"]
spam_headers = ["X-Spam-Flag: YES"]

[limits]
per_address = "1 per 2h"
strangers = "2 per 1d"

[[team]]
name = "support"
level = 2
mailbox = "l1@example.com"
members = ["*@example.com", "ann@other.example"]
hours = "24/7"
timezone = "Europe/London"
holidays = "GB-ENG"
closed = ["2026-12-24"]
digest = true

[[bucket]]
name = "vps"
team = "support"
when_closed = "support"
escalates_to = "support"
estimate = "complex"
keywords = { slow = 2, "cannot reach" = 3 }
examples = "vps/*.eml"

[sla]
acknowledge = "1m"
first_response = "5m"
status_update = "2h"
remind_before = "1m"
confirm = "1d"
reopen = "7d"
approval = "2d"
management = "support"
escalate_after = "1h"
overflow = 7

[web]
listen = "0.0.0.0:8080"
token_file = "files/secret"

[dkim]
domain = "example.com"
selector = "mf1"
key_file = "files/secret"

[scan]
clamd = "unix:/run/clamav/clamd.ctl"

[keep]
raw = "90d"
closed = "730d"

[canary]
every = "10m"
"""


def test_every_key_of_the_contract_is_read(folder: Path) -> None:
    """A file that says everything otherwise than the defaults gives what it says."""
    (folder / "files").mkdir()
    (folder / "files" / "secret").write_text("s3cret")
    given = loaded(folder, EVERYTHING)
    desk = given.desk
    assert (desk.languages, desk.reply_to, desk.sign) == (("de", "en"), "plain", "team")
    assert (desk.hold, desk.max_attachments) == (timedelta(seconds=30), 2**20)
    assert (desk.aliases, desk.admin) == (("help@example.com",), "postmaster@example.com")
    assert given.templates == folder / "files"
    assert desk.trust == model.Trust(
        ("mx.example.com",), "everyone", ("www@example.com",), (("X-Spam-Flag", "YES"),)
    )
    assert desk.limits == model.Limits(
        model.Rate(1, timedelta(hours=2)), model.Rate(2, timedelta(days=1))
    )
    (team,) = desk.teams
    assert (team.level, team.digest) == (2, True)
    assert team.members == ("*@example.com", "ann@other.example")
    assert team.calendar.timezone == "Europe/London"
    assert desk.buckets == (
        model.Bucket(
            "vps", "support", "support", "support", "complex", (("slow", 2.0), ("cannot reach", 3.0))
        ),
    )
    assert desk.sla == model.Sla(
        acknowledge=timedelta(minutes=1),
        first_response=timedelta(minutes=5),
        status_update=timedelta(hours=2),
        remind_before=timedelta(minutes=1),
        confirm=timedelta(days=1),
        reopen=timedelta(days=7),
        approval=timedelta(days=2),
        management="support",
        escalate_after=timedelta(hours=1),
        overflow=7,
    )


def test_every_setting_of_the_contract_is_read(folder: Path) -> None:
    """The same for what the parts are given."""
    (folder / "files").mkdir()
    (folder / "files" / "secret").write_text("s3cret")
    given = loaded(folder, EVERYTHING)
    assert given.store_url == "sqlite:////srv/m.db"
    assert given.smtp is not None
    assert given.lmtp is not None
    assert (given.smtp.max_size, given.lmtp.max_size) == (2**20, 2**21)
    first, second = given.imap
    assert (first.port, first.tls, first.user, first.folder) == (143, "starttls", "support", "Support")
    assert (first.processed, first.poll) == ("Processed", timedelta(minutes=1))
    assert first.history == "import"
    assert second.oauth is not None
    assert second.oauth.client_secret_file is not None
    assert (second.oauth.client_id, second.oauth.scope) == ("c", "imap")
    out = given.outbound
    assert (out.host, out.port, out.tls, out.user) == ("mx.example", 587, "starttls", "u")
    assert out.connections == 2
    assert given.web is not None
    assert given.dkim is not None
    assert given.scan is not None
    assert given.canary is not None
    assert (given.dkim.domain, given.dkim.selector) == ("example.com", "mf1")
    assert str(given.scan.clamd) == "unix:/run/clamav/clamd.ctl"
    assert (given.keep.raw, given.keep.closed) == (timedelta(days=90), timedelta(days=730))
    assert given.canary.every == timedelta(minutes=10)


def test_all_that_has_no_effect_is_said(folder: Path) -> None:
    """Whoever sets every key learns of each that this version does not act on."""
    (folder / "files").mkdir()
    (folder / "files" / "secret").write_text("s3cret")
    assert loaded(folder, EVERYTHING).without_effect == tuple(WITHOUT_EFFECT)


# --- Faults --------------------------------------------------------------------------------------


def test_an_empty_file_lacks_all_that_is_required(folder: Path) -> None:
    """Every required key is named, in tables that are left out too."""
    assert [line.partition(":")[0] for line in faults(folder, "")] == [
        "desk.name",
        "desk.address",
        "trust.require_authentication",
        "team",
        "bucket",
        "sla.management",
    ]


def test_all_faults_are_named_at_once(folder: Path) -> None:
    """Of single tables, and of several together."""
    text = LEAST.replace("support@example.com", "support@") + 'confirm = "soon"\n'
    text = text.replace('team = "support"', 'team = "suport"')
    assert [line.partition(": ")[0] for line in faults(folder, text)] == [
        "desk.address",
        "sla.confirm",
        'bucket "general".team',
    ]


@pytest.mark.parametrize(
    ("table", "line", "expected"),
    [
        ("desk", "nmae = 1", "desk.nmae: unknown key, did you mean name?; allowed: name, address,"),
        (
            "team",
            'hour = "24/7"',
            'team "support".hour: unknown key, did you mean hours?; allowed: name,',
        ),
        ("sla", "[smpt]", "smpt: unknown key, did you mean smtp?; allowed: desk, store, smtp,"),
        ("desk", "hold = 5", "desk.hold: 5 is no text; allowed: text in quotes"),
        ("desk", 'reply_to = "x"', 'desk.reply_to: "x" is unknown; allowed: "plus" or "plain"'),
        ("desk", 'sign = "me"', 'desk.sign: "me" is unknown; allowed: "person" or "team"'),
        ("desk", 'timezone = "Berlin"', 'desk.timezone: "Berlin" is no time zone; allowed: "UTC"'),
        ("desk", 'max_attachments = "9"', 'desk.max_attachments: "9" is no size; allowed: "35MiB"'),
        ("desk", 'aliases = "a@b.example"', 'desk.aliases: "a@b.example" is no list; allowed: ['),
        ("desk", 'aliases = ["b"]', 'desk.aliases[1]: "b" is no mail address; allowed: "name@'),
        ("desk", "languages = []", "desk.languages: is empty; at least one is required"),
        ("desk", 'languages = ["tlh"]', 'desk.languages: no templates for "tlh"; allowed: de, en'),
        ("desk", 'languages = ["../en"]', 'desk.languages[1]: "../en" is no language; allowed: a'),
        ("desk", 'languages = ["en", "en"]', "desk.languages: one stands twice; allowed: each"),
        ("desk", 'templates = "none"', "desk.templates: "),
        ("desk", 'admin = "root"', 'desk.admin: "root" is no mail address; allowed: '),
        ("team", "level = 4", 'team "support".level: 4 is too large; allowed: 3 or less'),
        ("team", "level = -1", 'team "support".level: -1 is too small; allowed: 0 or more'),
        ("team", 'level = "1"', 'team "support".level: "1" is no whole number; allowed: digits'),
        ("team", "digest = 1", 'team "support".digest: 1 is neither true nor false; allowed: true'),
        ("team", 'members = ["*"]', 'team "support".members[1]: "*" is no member; allowed: '),
        ("team", 'timezone = ""', 'team "support".timezone: "" is no time zone; allowed: "UTC"'),
        ("team", 'holidays = "XX"', 'team "support".holidays: "XX" is no country; allowed: '),
        ("team", 'holidays = "DE-X"', 'team "support".holidays: "DE-X" is no region; allowed: DE-BB'),
        ("team", 'closed = ["24.12."]', 'team "support".closed[1]: "24.12." is no day; allowed: "'),
        ("bucket", 'estimate = "1h"', 'bucket "general".estimate: "1h" is unknown; allowed: "simp'),
        ("bucket", 'keywords = { a = "2" }', 'bucket "general".keywords.a: "2" is no number; allo'),
        ("bucket", "keywords = { a = inf }", 'bucket "general".keywords.a: Infinity is no number; '),
        ("bucket", 'escalates_to = "x"', 'bucket "general".escalates_to: no team is named "x"; all'),
        ("bucket", 'when_closed = "x"', 'bucket "general".when_closed: no team is named "x"; allow'),
        ("bucket", BUCKET, 'bucket: two are named "general"; allowed: names that differ'),
        ("bucket", "smtp = 1", 'bucket "general".smtp: unknown key; allowed: name, team,'),
        ("sla", 'acknowledge = "0s"', 'sla.acknowledge: "0s" is too short; allowed: 1s or more'),
        ("sla", "overflow = -1", "sla.overflow: -1 is too small; allowed: 0 or more"),
        ("sla", "overflow = true", "sla.overflow: true is no whole number; allowed: digits"),
        ("sla", '[limits]\nstrangers = "9"', 'limits.strangers: "9" is no rate; allowed: "10 per'),
        ("trust", 'spam_headers = ["X"]', 'trust.spam_headers[1]: "X" is no header; allowed: "Nam'),
        ("sla", "[store]\nurl = 'sqlite://'", "store.url: is no such database; allowed: "),
        ("sla", "[store]\nurl = 'mysql://u:s3cret@h/d'", "store.url: is no such database; allowed: "),
        ("sla", "[smtp]", "smtp.listen: is missing; it is required"),
        ("sla", '[lmtp]\nlisten = "x"', 'lmtp.listen: "x" is no place to listen; allowed: "HOST:P'),
        ("sla", '[[smtp]]\nlisten = "systemd"', "smtp: is a list; allowed: one table, [smtp] inst"),
        ("sla", '[imap]\nhost = "h"', "imap: is no list; allowed: [[imap]] instead of [imap]"),
        ("sla", "[outbound]\nport = 0", "outbound.port: 0 is too small; allowed: 1 or more"),
        ("sla", "[outbound]\nconnections = 0", "outbound.connections: 0 is too small; allowed: 1"),
        ("sla", '[outbound]\nhost = "a"\nmaildir = "b"', "outbound.host: does not go with maildir"),
        ("sla", '[outbound]\nuser = "u"', "outbound.password_file: is missing; it, or a credent"),
        ("sla", '[web]\nlisten = "0.0.0.0:80"', "web.token_file: is missing; it is required unle"),
        ("sla", '[scan]\nclamd = "systemd"', 'scan.clamd: "systemd" is no server; allowed: "HOST'),
        ("sla", '[keep]\nraw = "0d"', 'keep.raw: "0d" is too short; allowed: 1s or more'),
        ("sla", '[canary]\nevery = "off"', 'canary.every: "off" is no duration; allowed: "90s"'),
    ],
)
def test_a_fault_says_where_what_and_what_is_allowed(
    folder: Path, table: str, line: str, expected: str
) -> None:
    """One wrong thing in a good file is one line about that key, without any secret."""
    found = fault(folder, LEAST.replace(TABLES[table], f"{TABLES[table]}{line}\n"))
    assert found.startswith(expected)
    assert "s3cret" not in found


def test_management_is_a_team(folder: Path) -> None:
    """Whoever is told of broken promises exists."""
    line = fault(folder, LEAST.replace(SLA, SLA.replace("support", "boss")))
    assert line == 'sla.management: no team is named "boss"; allowed: support'


def test_mail_is_signed_for_the_domain_of_the_desk(folder: Path) -> None:
    """Or for one above it: any other signature would not count for DMARC."""
    (folder / "key.pem").write_text("s3cret")
    table = '[dkim]\ndomain = "{}"\nselector = "mf1"\nkey_file = "key.pem"\n'
    desk = LEAST.replace("support@example.com", "support@Help.example.com")
    for domain in ("help.example.com", "EXAMPLE.com"):
        assert loaded(folder, desk + table.format(domain)).dkim is not None
    for domain in ("other.example", "elp.example.com", "a.help.example.com"):
        line = fault(folder, desk + table.format(domain))
        expected = f'dkim.domain: the desk\'s address is not within "{domain}"; allowed: '
        assert line == f'{expected}"help.example.com" or a domain above it'


def test_two_teams_of_one_name_are_a_fault(folder: Path) -> None:
    """Names that differ only in case are the same to whoever writes #escalate."""
    other = TEAM.replace("support", "Support").replace("l1@", "l2@")
    assert fault(folder, LEAST + other) == 'team: two are named "Support"; allowed: names that differ'


def test_next_is_no_team(folder: Path) -> None:
    """`#escalate next` means the next level."""
    line = fault(folder, LEAST + TEAM.replace("support", "next").replace("l1@", "l2@"))
    assert line.startswith('team "next".name: "next" is a word of #escalate')


def test_mail_to_a_team_never_comes_back_to_the_desk(folder: Path) -> None:
    """A team's mailbox is none of the desk's addresses, in any case of letters."""
    for address in ("Support@example.com", "help@example.com"):
        text = LEAST.replace(DESK, DESK + 'aliases = ["help@example.com"]\n')
        line = fault(folder, text.replace("l1@example.com", address))
        assert line.startswith(f'team "support".mailbox: "{address}" is the desk\'s own address')


def test_an_address_of_the_desk_stands_once(folder: Path) -> None:
    """The desk's address is no alias of itself."""
    text = LEAST.replace(DESK, DESK + 'aliases = ["Support@example.com"]\n')
    assert fault(folder, text).startswith('desk.aliases: "Support@example.com" stands twice')


def test_somebody_looks_after_each_bucket_at_night(folder: Path) -> None:
    """Without a team around the clock, when_closed must be said."""
    text = LEAST.replace(TEAM, TEAM + 'hours = "Mon-Fri 09:00-18:00"\n')
    assert fault(folder, text).startswith('bucket "general".when_closed: is missing')
    loaded(folder, text.replace(BUCKET, BUCKET + 'when_closed = "support"\n'))


def test_a_mailbox_without_tls_is_only_on_loopback(folder: Path) -> None:
    """A password crosses no network in the clear."""
    (folder / "secret").write_text("s3cret")
    box = '[[imap]]\nhost = "{}"\nuser = "u"\ntls = "none"\npassword_file = "secret"\n'
    loaded(folder, LEAST + box.format("127.0.0.1"))
    assert fault(folder, LEAST + box.format("imap.example")).startswith(
        'imap[1].tls: "none" is only for'
    )


def test_the_way_out_sends_no_password_in_the_clear(folder: Path) -> None:
    """Without TLS mail may go to any host, a password only to loopback."""
    (folder / "secret").write_text("s3cret")
    out = '[outbound]\nhost = "{}"\ntls = "none"\nuser = "u"\npassword_file = "secret"\n'
    loaded(folder, LEAST + out.format("localhost"))
    assert fault(folder, LEAST + out.format("mx.example")).startswith(
        "outbound.password_file: may not be"
    )


def test_syntax_errors_say_line_and_column(folder: Path) -> None:
    """As TOML's parser found them, one line."""
    line = fault(folder, '[desk]\nname = "x\n')
    assert line.startswith("line 2, column ")
    assert "allowed: TOML" in line
    assert fault(folder, DESK + DESK).startswith("line ")


def test_a_file_in_another_encoding_is_a_fault(folder: Path) -> None:
    """Latin-1 is found out, with the line."""
    path = folder / "mailflow.toml"
    path.write_bytes('[desk]\nname = "Süd"\n'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"line 2: is not UTF-8; allowed: TOML in UTF-8"):
        load(path, {})


def test_a_byte_order_mark_is_none(folder: Path) -> None:
    """Editors that write one are forgiven."""
    assert loaded(folder, "\ufeff" + LEAST).desk.name == "Example"


def test_a_file_that_is_not_there_is_a_fault(folder: Path) -> None:
    """With its name and the reason."""
    with pytest.raises(ConfigurationError, match=r"gone\.toml: cannot be read: No such file"):
        load(folder / "gone.toml", {})


def test_where_a_fault_is() -> None:
    """List entries by their name, or counted from 1 where they have none."""
    raw: dict[str, Any] = {"team": [{"name": "a"}, {}], "bucket": [{"keywords": {"no way": 1}}]}
    assert key_path(("team", 0, "hours"), raw) == 'team "a".hours'
    assert key_path(("team", 1, "hours"), raw) == "team[2].hours"
    assert key_path(("bucket", 0, "keywords", "no way"), raw) == 'bucket[1].keywords."no way"'


# --- Secrets -------------------------------------------------------------------------------------

OUTBOUND = '[outbound]\nhost = "mx.example"\nuser = "u"\n'


def test_a_secret_is_read_when_it_is_used(folder: Path) -> None:
    """A file that was changed after loading gives the new secret; line ends do not belong to it."""
    (folder / "secret").write_text("old\n")
    given = loaded(folder, LEAST + OUTBOUND + 'password_file = "secret"\n')
    (folder / "secret").write_text("new\r\n")
    assert given.outbound.password_file is not None
    assert given.outbound.password_file.read() == "new"
    assert "new" not in repr(given)


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), (b"\n", "empty"), (b"\xff", "UTF-8")]
)
def test_a_secret_that_cannot_be_read_is_a_clear_fault(
    folder: Path, content: bytes | None, reason: str
) -> None:
    """The fault names the key and the file."""
    secret = folder / "secret"
    secret.write_text("s3cret")
    given = loaded(folder, LEAST + OUTBOUND + 'password_file = "secret"\n').outbound.password_file
    assert given is not None
    secret.unlink()
    if content is not None:
        secret.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"outbound\.password_file: .*secret.*{reason}"):
        given.read()


def test_a_secret_s_file_must_be_there(folder: Path) -> None:
    """A named file that does not exist is a fault at once."""
    line = fault(folder, LEAST + OUTBOUND + 'password_file = "none"\n')
    assert line == 'outbound.password_file: "none" is no file here; allowed: a file with the secret'


@pytest.mark.parametrize(
    "name", ["outbound.password_file", "outbound.password", "password_file", "password"]
)
def test_a_credential_may_hold_the_secret(folder: Path, name: str) -> None:
    """Named after the key, with or without its table."""
    credentials = folder / "credentials"
    credentials.mkdir()
    (credentials / name).write_text("s3cret")
    given = loaded(folder, LEAST + OUTBOUND, CREDENTIALS_DIRECTORY=str(credentials))
    assert given.outbound.password_file is not None
    assert given.outbound.password_file.read() == "s3cret"


def test_the_file_that_is_named_comes_before_a_credential(folder: Path) -> None:
    """And a credential before a named file that is not there."""
    (folder / "outbound.password").write_text("credential")
    (folder / "secret").write_text("file")
    for name, expected in (("secret", "file"), ("none", "credential")):
        text = f'{LEAST}{OUTBOUND}password_file = "{name}"\n'
        found = loaded(folder, text, CREDENTIALS_DIRECTORY=str(folder)).outbound.password_file
        assert found is not None
        assert found.read() == expected


def test_each_mailbox_may_have_a_credential_of_its_own(folder: Path) -> None:
    """By its user; what has none takes the one for all."""
    (folder / "imap.a@example.com.password").write_text("first")
    (folder / "imap.password").write_text("others")
    boxes = "".join(
        f'[[imap]]\nhost = "imap.example"\nuser = "{user}@example.com"\n' for user in ("a", "b")
    )
    given = loaded(folder, LEAST + boxes, CREDENTIALS_DIRECTORY=str(folder)).imap
    assert [box.password_file.read() for box in given if box.password_file] == ["first", "others"]


def test_a_mailbox_may_log_in_by_oauth(folder: Path) -> None:
    """With a refresh token; a password is not required then."""
    (folder / "refresh").write_text("token")
    box = '[[imap]]\nhost = "imap.example"\nuser = "u"\n[imap.oauth]\ntoken_url = "{}"\n'
    box += 'client_id = "c"\nrefresh_token_file = "refresh"\n'
    (given,) = loaded(folder, LEAST + box.format("https://login.example/token")).imap
    assert given.oauth is not None
    assert given.oauth.refresh_token_file.read() == "token"
    assert given.password_file is None
    line = fault(folder, LEAST + box.format("http://login.example/token"))
    assert line.startswith("imap[1].oauth.token_url:")


def test_a_certificate_needs_its_key(folder: Path) -> None:
    """STARTTLS is offered with both or with neither."""
    (folder / "cert.pem").write_text("certificate")
    (folder / "key.pem").write_text("key")
    text = LEAST + '[smtp]\nlisten = "127.0.0.1:0"\ntls_cert = "cert.pem"\n'
    assert fault(folder, text) == "smtp.tls_key_file: is missing; it is required with tls_cert"
    door = loaded(folder, text + 'tls_key_file = "key.pem"\n').smtp
    assert door is not None
    assert door.tls_key_file is not None
    assert (door.tls_cert, door.tls_key_file.path) == (folder / "cert.pem", folder / "key.pem")


# --- Keys without effect -------------------------------------------------------------------------


def test_keys_without_effect_are_named(folder: Path) -> None:
    """Set to something else than nothing, a key of the table is named once; others are not."""
    key = next(iter(WITHOUT_EFFECT))
    section, _, name = key.partition(".")
    assert without_effect({section: {name: "anything else"}}) == (key,)
    assert without_effect({section: {name: WITHOUT_EFFECT[key]}}) == ()
    assert without_effect({section: [{name: 1}, {name: 2}]}) == (key,)
    assert without_effect({"desk": {"name": "Example"}}) == ()


def test_each_key_without_effect_exists(folder: Path) -> None:
    """The table names no key that a file may not have."""
    for key in WITHOUT_EFFECT:
        section, _, name = key.partition(".")
        text = f"[[{section}]]\n" if section in ("imap", "team", "bucket") else f"[{section}]\n"
        lines = faults(folder, f"{text}{name} = []\n")
        assert not any("unknown key" in line for line in lines)


# --- Finding and beginning -----------------------------------------------------------------------


def test_the_search_goes_from_the_near_to_the_far(folder: Path) -> None:
    """The command line, then the environment, then the first of the places that is a file."""
    first, second = folder / "first.toml", folder / "second.toml"
    environ = {"MAILFLOW_CONFIG": "environment.toml"}
    second.write_text("")
    assert find("argument.toml", environ, (first, second)) == Path("argument.toml")
    assert find(None, environ, (first, second)) == Path("environment.toml")
    assert find(None, {}, (first, second)) == second
    first.write_text("")
    assert find(None, {"MAILFLOW_CONFIG": ""}, (first, second)) == first


def test_where_nothing_is_found_all_places_are_named(folder: Path) -> None:
    """One line with everything that could have been."""
    with pytest.raises(
        ConfigurationError, match=r"--config FILE, \$MAILFLOW_CONFIG, .*a\.toml, .*b\.toml"
    ):
        find(None, {}, (folder / "a.toml", folder / "b.toml"))


def test_what_init_writes_loads_without_a_fault(folder: Path) -> None:
    """It is the desk of the promise, and needs nothing but its own folder."""
    made = write_init(folder / "desk")
    assert {path.relative_to(folder).as_posix() for path in made} == {
        "desk",
        "desk/mailflow.toml",
        "desk/data",
        "desk/templates",
    }
    given = load(folder / "desk" / "mailflow.toml", {})
    assert given.store_url == f"sqlite:///{folder}/desk/data/mailflow.db"
    assert {team.name: team.level for team in given.desk.teams} == {
        "support": 1,
        "billing": 2,
        "datacenter": 2,
        "sysadmins": 3,
        "management": 0,
    }
    assert given.without_effect == ()


def test_init_writes_the_buckets_of_the_contract(folder: Path) -> None:
    """Row for row."""
    write_init(folder)
    buckets = load(folder / "mailflow.toml", {}).desk.buckets
    assert [(b.name, b.team, b.when_closed, b.escalates_to, b.estimate) for b in buckets] == [
        ("billing", "billing", "support", "", "simple"),
        ("vps", "support", "support", "sysadmins", "standard"),
        ("custom-config", "sysadmins", "support", "", "nonstandard"),
        ("general", "support", "support", "sysadmins", "simple"),
    ]


def test_init_overwrites_nothing(folder: Path) -> None:
    """A second time it is an error, and the file stays as it was."""
    write_init(folder)
    (folder / "mailflow.toml").write_text("mine")
    with pytest.raises(FileExistsError, match=r"mailflow\.toml exists already"):
        write_init(folder)
    assert (folder / "mailflow.toml").read_text() == "mine"
