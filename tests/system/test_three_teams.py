"""A day of three teams and management: real servers, the daemon, and answers as mail programs write them.

Every step is awaited in the mailboxes it concerns, and each of them gets what is named and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import pytest

from mailflow.model import BLOCK_OPENS
from tests.flow import letters
from tests.flow.post import Sent
from tests.flow.programs import PROGRAMS
from tests.system import clients
from tests.system.clients import Person
from tests.system.desks import Daemon, Place, command, told
from tests.system.servers import free_port, wait_until
from tests.system.world import Arrived, World, world

ANNA = Person("Anna Müller", "anna@customers.test")
PAUL = Person("Paul Payer", "paul@customers.test")
CLARA = Person("Clara Stone", "clara@customers.test")
DORA = Person("Dora Stone", "dora@customers.test")  # Clara's colleague

MAX = Person("Max Weber", "max@threeteams.example")
MIA = Person("Mia Sommer", "mia@threeteams.example")
BEA = Person("Bea Kasse", "bea@threeteams.example")
SVEN = Person("Sven Wurzel", "sven@threeteams.example")
CHIEF = Person("Carl Haupt", "carl@threeteams.example")

SUPPORT = "l1@threeteams.example"
BILLING = "billing@threeteams.example"
SYSADMINS = "sysadmins@threeteams.example"
MANAGEMENT = "management@threeteams.example"

CUSTOMERS = tuple(one.address for one in (ANNA, PAUL, CLARA, DORA))
COLLEAGUES = tuple(one.address for one in (MAX, MIA, BEA, SVEN, CHIEF))
TEAMS = (SUPPORT, BILLING, SYSADMINS, MANAGEMENT)

# Words of the inside; wherever they were written, no customer may read one.
WHY = "Steal-Zeit-des-Nachbarn"
CREDIT = "Zehn-Euro-Kulanz"
REASON = "aber-nur-dieses-Mal"
NOTE = "customer-has-two-contracts"
MISTYPED = "customer-pays-late"


@dataclass(frozen=True)
class ThreeTeams(Place):
    """A mailbox for each customer, each team, and each colleague."""

    @property
    def mailboxes(self) -> dict[str, str]:
        return dict.fromkeys((self.desk, *CUSTOMERS, *TEAMS, *COLLEAGUES), "secret")


PLACE = ThreeTeams("threeteams")

_CONFIGURATION = f"""\
[desk]
name = "Example Hosting"
address = "{PLACE.desk}"
timezone = "Europe/Berlin"
[store]
url = "sqlite:///{{folder}}/mailflow.db"
[smtp]
listen = "127.0.0.1:{{door}}"
[outbound]
port = {{postfix}}
[trust]
require_authentication = "none"
[[team]]
name = "support"
mailbox = "{SUPPORT}"
members = ["{MAX.address}", "{MIA.address}"]
hours = "24/7"
[[team]]
name = "billing"
level = 2
mailbox = "{BILLING}"
members = ["{BEA.address}"]
hours = "24/7"
[[team]]
name = "sysadmins"
level = 3
mailbox = "{SYSADMINS}"
members = ["{SVEN.address}"]
hours = "24/7"
[[team]]
name = "management"
level = 0
mailbox = "{MANAGEMENT}"
members = ["{CHIEF.address}"]
hours = "24/7"
[[bucket]]
name = "billing"
team = "billing"
estimate = "simple"
[[bucket]]
name = "vps"
team = "support"
escalates_to = "sysadmins"
[[bucket]]
name = "custom-config"
team = "sysadmins"
estimate = "nonstandard"
[[bucket]]
name = "general"
team = "support"
estimate = "simple"
[sla]
management = "management"
"""


@dataclass(frozen=True)
class Day:
    """The desk on that day, and everybody's mailboxes."""

    world: World
    config: Path
    heard: dict[str, dict[str, Arrived]] = field(default_factory=dict)  # the latest of each kind

    def asks(self, writer: Person, subject: str, text: str) -> None:
        self.world.send(clients.new(writer, PLACE.desk, subject, text), writer.address)

    def answers(self, writer: Person, mailbox: str, kind: str, program: str, *lines: str) -> None:
        """From the mailbox, to the latest mail of that kind in it."""
        self.world.send(self.written(writer, mailbox, kind, program, *lines), mailbox)

    def written(self, writer: Person, mailbox: str, kind: str, program: str, *lines: str) -> bytes:
        """The answer, as that program writes it."""
        now = datetime.now(UTC)
        sent = Sent(now, "", mailbox, self.heard[mailbox][kind].octets)
        text, html = PROGRAMS[program](lines, sent)
        letter = letters.letter(
            str(writer),
            sent.reply_to,
            letters.answered(sent.subject),
            text,
            make_msgid(domain=writer.address.rpartition("@")[2]),
            now,
            thread=letters.thread_of(sent),
            html=html,
        )
        return letter.content

    def reaches(self, mailbox: str, *kinds: str) -> None:
        """These mails come to the mailbox, and since the last look no other."""
        arrived = self.world.mailbox(mailbox).receive(*kinds)
        self.heard.setdefault(mailbox, {}).update(arrived)

    def settles(self) -> None:
        """What went out is on file as delivered."""
        wait_until(lambda: told(self.config, "queue") == [])

    def reads(self, mailbox: str, kind: str) -> str:
        """The text of the latest mail of that kind."""
        return clients.words(self.heard[mailbox][kind].mail)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    door = free_port()
    domains = [PLACE, Place("customers")]
    with world(domains, {PLACE.desk: f"smtp:[127.0.0.1]:{door}"}) as servers:
        config = tmp_path / "mailflow.toml"
        ports = {"door": door, "postfix": servers.postfix.port}
        config.write_text(_CONFIGURATION.format(folder=tmp_path, **ports))
        with Daemon(config) as daemon:
            yield Day(servers, config)
            assert daemon.complaints() == []


def test_a_day_of_three_teams(day: Day) -> None:
    """Three customers are served at their teams' best; nothing of the inside gets out; all is on file."""
    _a_slow_server(day)
    _a_double_charge(day)
    _two_colleagues_at_once(day)
    day.settles()
    for mailbox in (*CUSTOMERS, *TEAMS, *COLLEAGUES):
        day.reaches(mailbox)  # nothing more
    _assert_one_thread_of_each_ticket(day)
    _assert_nothing_inner(day)
    _assert_on_file(day)
    _assert_promises(day)


# --- A German customer: support, specialists, management, and the end ---------------------------


def _a_slow_server(day: Day) -> None:
    day.asks(ANNA, "Mein VPS ist sehr langsam", "Guten Tag,\n\nunser VPS ist seit heute sehr langsam.")
    day.reaches(ANNA.address, "acknowledgement")
    day.reaches(SUPPORT, "forward")

    asked = ("Hallo Frau Müller,", "", "welcher Server ist es – und seit wann?", "", "Max Weber")
    day.answers(MAX, SUPPORT, "forward", "Outlook, HTML only", *asked)
    day.reaches(ANNA.address, "reply")
    day.reaches(SUPPORT, "copy")
    assert "welcher Server ist es – und seit wann?" in day.reads(ANNA.address, "reply")
    assert "seit heute sehr langsam" not in day.reads(ANNA.address, "reply")

    day.answers(ANNA, ANNA.address, "reply", "Samsung", "Es ist vps-17, seit acht Uhr.")
    day.reaches(SUPPORT, "forward")
    assert "vps-17, seit acht Uhr" in day.reads(SUPPORT, "forward")

    _is_handed_to_the_specialists(day)
    _is_approved(day)
    _is_confirmed(day)


def _is_handed_to_the_specialists(day: Day) -> None:
    escalation = (f"#escalate sysadmins {WHY}", "", "Ich gebe es an unsere Spezialisten.")
    day.answers(MAX, SUPPORT, "forward", "Gmail, HTML only", *escalation)
    day.reaches(ANNA.address, "escalation")
    day.reaches(SUPPORT, "copy")
    day.reaches(SYSADMINS, "handover")
    assert "Ich gebe es an unsere Spezialisten." in day.reads(ANNA.address, "escalation")
    assert "unsere Systemadministratoren" in day.reads(ANNA.address, "escalation")
    handed = day.reads(SYSADMINS, "handover")
    for known in (WHY, "seit heute sehr langsam", "welcher Server ist es", "vps-17, seit acht Uhr"):
        assert known in handed

    day.answers(SVEN, SYSADMINS, "handover", "Thunderbird", "#status Wir messen gerade den Host.")
    day.reaches(ANNA.address, "status")
    day.reaches(SYSADMINS, "copy")
    assert "Wir messen gerade den Host." in day.reads(ANNA.address, "status")
    assert "#status" not in day.reads(ANNA.address, "status")


def _is_approved(day: Day) -> None:
    day.answers(SVEN, SYSADMINS, "handover", "Thunderbird", f"#approval {CREDIT}")
    day.reaches(MANAGEMENT, "approval-request")
    day.reaches(SYSADMINS, "note")
    assert CREDIT in day.reads(MANAGEMENT, "approval-request")

    day.answers(CHIEF, MANAGEMENT, "approval-request", "iPhone", f"Genehmigt, {REASON}")
    day.reaches(ANNA.address, "notice")
    day.reaches(SYSADMINS, "note")
    assert "genehmigt" in day.reads(ANNA.address, "notice")
    assert REASON in day.reads(SYSADMINS, "note")


def _is_confirmed(day: Day) -> None:
    solution = ("#resolve", "Ihr Server ist auf einen ruhigen Host umgezogen.")
    day.answers(SVEN, SYSADMINS, "handover", "Thunderbird", *solution)
    day.reaches(ANNA.address, "resolution")
    day.reaches(SYSADMINS, "copy")
    assert told(day.config, "show", 1001)["status"] == "resolved"

    day.settles()  # the clock of the confirmation runs
    day.answers(ANNA, ANNA.address, "resolution", "iPhone", "Ja, danke")
    day.reaches(ANNA.address, "closing")
    day.reaches(SYSADMINS, "forward")
    closing = day.reads(ANNA.address, "closing")
    assert "auf einen ruhigen Host umgezogen" in closing
    assert "seit heute sehr langsam" in closing


# --- A request about money ------------------------------------------------------------------------


def _a_double_charge(day: Day) -> None:
    day.asks(PAUL, "Why was I charged twice?", "I see two charges for May on my card.")
    day.reaches(PAUL.address, "acknowledgement")
    day.reaches(BILLING, "forward")
    day.answers(BEA, BILLING, "forward", "Apple Mail", "#resolve", "One of the two is refunded.")
    day.reaches(PAUL.address, "resolution")
    day.reaches(BILLING, "copy")
    assert "One of the two is refunded." in day.reads(PAUL.address, "resolution")
    day.reaches(SUPPORT)


# --- Two colleagues, a note, a mistake, and one reader more ---------------------------------------


def _two_colleagues_at_once(day: Day) -> None:
    day.asks(CLARA, "VPS unreachable", "We cannot reach our VPS by SSH since noon.")
    day.reaches(CLARA.address, "acknowledgement")
    day.reaches(SUPPORT, "forward")
    second = _both_answer(day)
    day.answers(second, second.address, "receipt", "K-9", "#send")
    day.reaches(CLARA.address, "reply")
    day.reaches(SUPPORT, "copy")
    assert f"{second.name} asks" in day.reads(CLARA.address, "reply")

    day.answers(MIA, SUPPORT, "forward", "new Outlook", f"#note {NOTE}", "Look at both.")
    day.reaches(SUPPORT, "note")
    assert NOTE in day.reads(SUPPORT, "note")

    day.answers(MIA, SUPPORT, "copy", "Gmail on Android", f"#notee {MISTYPED}", "Please wait.")
    day.reaches(MIA.address, "receipt")
    for known in (f"#notee {MISTYPED}", "Please wait."):
        assert known in day.reads(MIA.address, "receipt")

    _one_reader_more(day)


def _both_answer(day: Day) -> Person:
    """Max and Mia answer the same mail at the same moment; whose answer is held."""
    answers = [
        day.written(MAX, SUPPORT, "forward", "Outlook", f"{MAX.name} asks for the address."),
        day.written(MIA, SUPPORT, "forward", "Gmail", f"{MIA.name} asks for a trace."),
    ]
    with ThreadPoolExecutor() as hands:
        list(hands.map(day.world.send, answers))
    day.reaches(CLARA.address, "reply")
    day.reaches(SUPPORT, "copy")
    first, second = (MAX, MIA) if MAX.name in day.reads(CLARA.address, "reply") else (MIA, MAX)
    day.reaches(second.address, "receipt")
    day.reaches(first.address)
    assert first.address in day.reads(second.address, "receipt")
    return second


def _one_reader_more(day: Day) -> None:
    day.answers(MAX, SUPPORT, "copy", "Gmail", f"#cc {DORA.address}", "Dora reads along from here.")
    for reader in (CLARA, DORA):
        day.reaches(reader.address, "reply")
        assert "Dora reads along from here." in day.reads(reader.address, "reply")
    day.reaches(SUPPORT, "copy")

    day.answers(DORA, DORA.address, "reply", "Outlook on a phone", "The trace ends at your edge.")
    day.reaches(SUPPORT, "forward")
    day.answers(MAX, SUPPORT, "forward", "Thunderbird, plain", "#wait", "Please try again.")
    for reader in (CLARA, DORA):
        day.reaches(reader.address, "reply")
        assert "Please try again." in day.reads(reader.address, "reply")
    day.reaches(SUPPORT, "copy")


# --- The end of the day ---------------------------------------------------------------------------

THREADS = {
    **dict.fromkeys(CUSTOMERS, 1),
    SUPPORT: 2,
    BILLING: 1,
    SYSADMINS: 1,
    MANAGEMENT: 1,
    MIA.address: 1,  # what was told to her alone
}


def _assert_one_thread_of_each_ticket(day: Day) -> None:
    seen = {owner: day.world.mailbox(owner).threads("REFERENCES") for owner in THREADS}
    assert seen == THREADS


def _assert_nothing_inner(day: Day) -> None:
    """No word, address or sign of a block, and nothing by which a stranger could pass for a colleague."""
    inner = {WHY, CREDIT, REASON, NOTE, MISTYPED, BLOCK_OPENS, *TEAMS, *COLLEAGUES}
    proofs = {proof for owner in (*TEAMS, *COLLEAGUES) for proof in _proofs(day, owner)}
    for owner in CUSTOMERS:
        for octets in day.world.dovecot.inbox(owner):
            shown = _shown(octets)
            assert [one for one in inner | proofs if one.casefold() in shown] == []


def _proofs(day: Day, owner: str) -> set[str]:
    """The tokens and Message-IDs in a mailbox, which prove its owner's side of a ticket."""
    mails = [clients.read(octets) for octets in day.world.dovecot.inbox(owner)]
    addresses = [one for mail in mails if mail["Reply-To"] for one in mail["Reply-To"].addresses]
    tokens = {one.username.partition("+")[2] for one in addresses}
    assert len(tokens) == THREADS.get(owner, len(tokens))
    return tokens | {str(mail["Message-ID"]) for mail in mails}


def _shown(octets: bytes) -> str:
    """The mail as it lies there, and its header and texts as they are read; in small letters."""
    mail = clients.read(octets)
    texts = [one.get_content() for one in mail.walk() if one.get_content_maintype() == "text"]
    head = [f"{name}: {value}" for name, value in mail.items()]
    return "\n".join([octets.decode("latin-1"), *head, *texts]).casefold()


@dataclass(frozen=True)
class OnFile:
    """What `show` says of a ticket; `got` is what its customer got, `lines` are some of its timeline."""

    customer: Person
    place: tuple[str, str, int]
    status: str
    language: str
    got: tuple[str, ...]
    promises: set[str]
    lines: tuple[tuple[str, Person], ...]
    participants: tuple[str, ...] = ()


ANSWERED = {"acknowledgement", "first_response"}
ON_FILE = {
    1001: OnFile(
        ANNA,
        ("vps", "sysadmins", 3),
        "closed",
        "de",
        ("acknowledgement", "reply", "escalation", "status", "notice", "resolution", "closing"),
        ANSWERED | {"status_update", "confirmation"},
        (("escalated to sysadmins", MAX), ("approved", CHIEF), ("customer confirmed", ANNA)),
    ),
    1002: OnFile(
        PAUL,
        ("billing", "billing", 2),
        "resolved",
        "en",
        ("acknowledgement", "resolution"),
        ANSWERED | {"confirmation"},
        (("solved", BEA),),
    ),
    1003: OnFile(
        CLARA,
        ("vps", "support", 1),
        "waiting",
        "en",
        ("acknowledgement", "reply", "reply", "reply", "reply"),
        ANSWERED | {"status_update"},
        (("noted", MIA), ("a command failed", MIA), ("customer wrote", DORA), ("waiting", MAX)),
        (DORA.address,),
    ),
}


def _assert_on_file(day: Day) -> None:
    for number, expected in ON_FILE.items():
        ticket = told(day.config, "show", number)
        lines = [(one["what"], one["by"]) for one in ticket["timeline"]]
        assert _on_file(ticket, expected) == expected
        assert [one for one in expected.lines if (one[0], one[1].address) not in lines] == []
        assert {one["state"] for one in ticket["messages"]} == {"received", "delivered"}
        assert [one for one in ticket["clocks"] if one["broken"]] == []


def _on_file(ticket: dict[str, Any], expected: OnFile) -> OnFile:
    customer = ticket["customer"]
    out = [one for one in ticket["messages"] if one["direction"] == "out"]
    return OnFile(
        Person(customer["name"], customer["address"]),
        (ticket["bucket"], ticket["team"], ticket["level"]),
        ticket["status"],
        ticket["language"],
        tuple(one["kind"] for one in out if customer["address"] in one["to"]),
        {one["promise"] for one in ticket["clocks"]},
        expected.lines,
        tuple(one["address"] for one in ticket["participants"]),
    )


# Each had one ticket at the end of the day.
REPORTED = ("support", "billing", "sysadmins")


def _assert_promises(day: Day) -> None:
    """The clocks on file are those of the history, and each team has kept what it promised."""
    command(day.config, "check", "--clocks")
    report = told(day.config, "report")
    kept = {(one["promise"], one["team"]): one["met"] for one in report if one["promise"] in ANSWERED}
    assert kept == {(promise, team): 1 for promise in ANSWERED for team in REPORTED}
    assert {one["promise"] for one in report} == {*ANSWERED, "status_update", "confirmation"}
    assert [one for one in report if one["broken"]] == []
    assert max(one["p95_seconds"] for one in report if one["promise"] == "acknowledgement") < 120
