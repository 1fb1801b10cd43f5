"""A working day with real servers: Postfix, Dovecot, the daemon, and people with mail programs.

Nothing is replaced: what a customer and the teams see is read from their mailboxes over IMAP, and
whether it is one conversation is said by a mail server and a mail program, not by us.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailflow.model import BLOCK_OPENS
from tests.system import clients
from tests.system.desks import Daemon, Place, command, configuration, told
from tests.system.servers import require, wait_until
from tests.system.world import World, notmuch_threads, open_folder, world

LMTP, IMAP = "lmtp", "imap"
# A desk of its own for each story and way in, so that no mailbox has anything of another test.
PLACES = {
    (door, story): Place(f"{story}-{door}")
    for door in (LMTP, IMAP)
    for story in ("long", "teams", "quick")
}
PROMISED = 2.0  # seconds from sending to the acknowledgement in the customer's mailbox
SUBJECT = "Mein VPS ist sehr langsam – Grüße aus Köln"
REQUEST = (
    "Guten Tag,\n\nunser VPS ist seit heute Morgen sehr langsam, die Last liegt über 20.\n\nAnna Müller"
)


@pytest.fixture(scope="module")
def socket_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def day(socket_folder: Path) -> Iterator[World]:
    way = f"lmtp:unix:{socket_folder}/lmtp.sock"
    routes = {place.desk: way for (door, _), place in PLACES.items() if door == LMTP}
    with world([*PLACES.values()], routes) as one:
        yield one


class Desk:
    """One desk on that day, and the mailboxes of its customer and of its first team."""

    def __init__(self, place: Place, day: World, config: Path) -> None:
        self.place, self.day, self.config = place, day, config
        self.customer = day.mailbox(place.customer.address)
        self.team = day.mailbox(place.team("l1"))

    def from_customer(self, mail: EmailMessage | bytes) -> None:
        self.day.send(mail, self.place.customer.address)

    def from_team(self, mail: EmailMessage) -> None:
        """From the mailbox that the team shares."""
        self.day.send(mail, self.place.team("l1"))

    def opened(self, subject: str, request: str) -> float:
        """A new request; the seconds until its acknowledgement is in the customer's mailbox."""
        mail = clients.new(self.place.customer, self.place.desk, subject, request)
        began = time.monotonic()
        self.from_customer(mail)
        self.customer.receive("acknowledgement")
        return time.monotonic() - began


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, day: World, socket_folder: Path, tmp_path: Path
) -> Iterator[Desk]:
    """A running desk whose mail comes in as the parameter says, and goes out through Postfix."""
    door, story = request.param
    place = PLACES[door, story]
    way_in = _polled(place, day, tmp_path) if door == IMAP else _handed_over(socket_folder)
    way_out = f'[outbound]\nhost = "127.0.0.1"\nport = {day.postfix.port}\n'
    config = configuration(place, tmp_path, way_in + way_out)
    with Daemon(config) as daemon:
        if door == IMAP:
            wait_until(lambda: _looked_at(tmp_path / "mailflow.db"), daemon.log)
        yield Desk(place, day, config)
        assert daemon.complaints() == []


def _handed_over(folder: Path) -> str:
    return f'[lmtp]\nlisten = "unix:{folder}/lmtp.sock"\n'


def _polled(place: Place, day: World, folder: Path) -> str:
    (folder / "imap.password").write_text("secret\n")
    (folder / "imap.password").chmod(0o600)
    return (
        f'[[imap]]\nhost = "127.0.0.1"\nport = {day.dovecot.imap_port}\ntls = "none"\n'
        f'user = "{place.desk}"\npassword_file = "imap.password"\nprocessed = "Processed"\n'
    )


def _looked_at(database: Path) -> bool:
    """The mailbox was polled for the first time: what comes from now on is new."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT count(*) FROM mailboxes").fetchone()[0])


def by_each_door(story: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "desk", [(LMTP, story), (IMAP, story)], ids=(LMTP, IMAP), indirect=True
    )


@by_each_door("quick")
def test_a_request_is_acknowledged_within_two_seconds(desk: Desk) -> None:
    """From sending to the customer's mailbox, once the daemon has its workers warm."""
    desk.opened("A first question", "Hello, is anybody there?")
    took = [desk.opened(f"Question {number}", "My VPS is slow today.") for number in range(3)]
    print("acknowledged after", [f"{seconds:.2f} s" for seconds in took])
    assert max(took) < PROMISED
    desk.team.receive(*["forward"] * 4)
    wait_until(lambda: desk.day.dovecot.inbox(desk.place.desk) == [])  # moved away, or never there


# --- The long conversation -----------------------------------------------------------------------


@by_each_door("long")
def test_a_long_conversation_is_one_for_everybody(desk: Desk, tmp_path: Path) -> None:
    """However many programs write in it, each mailbox holds one thread and one subject, and each
    reader gets what was written for them: the customer no word of the team, the team everything."""
    require("notmuch", "notmuch")
    place, anna, bob = desk.place, desk.place.customer, desk.place.colleague
    signer = clients.Signer.made(tmp_path, anna)
    shown, file = ("bild.png", clients.picture()), ("Übersicht März.pdf", clients.document())

    desk.opened(SUBJECT, REQUEST)
    forward = desk.team.receive("forward")["forward"]
    desk.from_team(clients.outlook_answer(bob, forward.mail, "Hallo,\n\nwelcher Server ist es?\n\nBob"))
    asked = desk.customer.receive("reply")["reply"]
    copy = desk.team.receive("copy")["copy"]
    assert "welcher Server ist es?" in clients.words(asked.mail)
    assert "Last liegt über 20" not in clients.words(asked.mail)

    desk.from_customer(clients.outlook_answer(anna, asked.mail, "Es ist vps-17, mit 8 Kernen."))
    assert "vps-17" in clients.words(desk.team.receive("forward")["forward"].mail)

    desk.from_customer(clients.illustrated(anna, asked.mail, "Hier die Kurven.", shown, file))
    pictured = desk.team.receive("forward")["forward"]
    assert clients.files(pictured.mail) == dict([shown, file])

    with_file = clients.answer(bob, copy.mail, "#wait\nBitte nach dieser Anleitung messen.")
    with_file.add_attachment(file[1], "application", "pdf", filename=file[0])
    desk.from_team(with_file)
    guided = desk.customer.receive("reply")["reply"]
    desk.team.receive("copy")
    assert clients.files(guided.mail) == dict([file])
    assert "#wait" not in clients.words(guided.mail)
    assert told(desk.config, "show", 1001)["status"] == "waiting"

    sealed = signer.signed(clients.answer(anna, guided.mail, "Gemessen: 3 MB/s. Unterschrieben."))
    desk.from_customer(sealed)
    _assert_same_seal(signer, sealed, desk.team.receive("forward")["forward"].octets)

    latest = clients.answer(bob, pictured.mail, "#resolve\nEin Nachbar war schuld, er ist umgezogen.")
    desk.from_team(latest)
    solved = desk.customer.receive("resolution")["resolution"]
    desk.team.receive("copy")

    desk.from_customer(clients.answer(anna, solved.mail, "Leider ist er wieder langsam, warum?"))
    desk.customer.receive("notice")
    desk.team.receive("forward")

    _assert_one_thread(desk, tmp_path, anna.address, place.team("l1"))
    _assert_nothing_inner(desk)
    _assert_on_file(desk)


def _assert_same_seal(signer: clients.Signer, sent: bytes, arrived: bytes) -> None:
    """The signed entity came through us, Postfix and Dovecot octet for octet."""
    entity = clients.entity_of(arrived, "multipart/signed")
    assert entity.partition(b"\r\n\r\n")[2] in sent
    assert b"Unterschrieben." in signer.verified(entity)
    with pytest.raises(RuntimeError, match=r"(?i)verif"):
        signer.verified(entity.replace(b"Gemessen", b"Gelogen_"))


def _assert_one_thread(desk: Desk, folder: Path, *owners: str) -> None:
    for number, owner in enumerate(owners):
        mailbox = desk.day.mailbox(owner)
        assert (mailbox.threads("REFERENCES"), mailbox.threads("REFS")) == (1, 1), owner
        maildir = desk.day.dovecot.folder / "mail" / owner
        mails, threads = notmuch_threads(maildir, folder / f"notmuch{number}")
        assert mails > mailbox.count()  # with the owner's own mail, in Sent
        assert threads == 1, owner
        later = [clients.read(octets) for octets in desk.day.dovecot.inbox(owner)[1:]]
        assert len({mail["References"].split()[0] for mail in later}) == 1, owner


def _assert_nothing_inner(desk: Desk) -> None:
    inner = (desk.place.team("l1"), desk.place.colleague.address, BLOCK_OPENS, "#resolve")
    for octets in desk.day.dovecot.inbox(desk.place.customer.address):
        mail = clients.read(octets)
        shown = f"{mail.as_string()}\n{clients.words(mail)}"
        assert [word for word in inner if word in shown] == []
        assert mail["Subject"] == f"Re: {SUBJECT}"


def _assert_on_file(desk: Desk) -> None:
    ticket = told(desk.config, "show", 1001)
    sent = [one for one in ticket["messages"] if one["direction"] == "out"]
    assert ticket["status"] == "open"
    assert [one["kind"] for one in ticket["messages"]].count("customer") == 5
    assert [one["kind"] for one in ticket["messages"]].count("agent") == 3
    assert {one["state"] for one in sent} == {"delivered"}
    # The customer has just reopened the ticket: that answer is the only one still owed.
    assert [clock for clock in ticket["clocks"] if clock["broken"]] == []
    owed = [clock["promise"] for clock in ticket["clocks"] if not clock["met"]]
    assert [promise for promise in owed if promise != "status_update"] == ["first_response"]
    assert told(desk.config, "queue") == []


@by_each_door("teams")
def test_each_team_keeps_a_thread_of_its_own(desk: Desk, tmp_path: Path) -> None:
    """A request about money goes to the mailbox of those who look after money, and stays one there."""
    billing = desk.place.team("billing")
    mailbox = desk.day.mailbox(billing)
    payer = desk.place.customer
    desk.opened("Why was I charged twice?", "I see two charges for May on my card.")
    forward = mailbox.receive("forward")["forward"]
    desk.day.send(clients.answer(desk.place.colleague, forward.mail, "One is refunded."), billing)
    reply = desk.customer.receive("reply")["reply"]
    mailbox.receive("copy")
    desk.from_customer(clients.outlook_answer(payer, reply.mail, "When will it arrive?"))
    mailbox.receive("forward")
    desk.team.receive()
    _assert_one_thread(desk, tmp_path, payer.address, billing)


def test_check_logs_in_to_every_server(day: World, tmp_path: Path) -> None:
    """`check` says how each server answers: right, with a wrong password, and without a server."""
    place = PLACES[IMAP, "quick"]
    ways = _polled(place, day, tmp_path)
    config = configuration(place, tmp_path, f"{ways}[outbound]\nport = {day.postfix.port}\n")
    right = {one["part"]: one["ok"] for one in told(config, "check")}
    assert right[f"imap {place.desk}@127.0.0.1"]
    assert right["outbound"]
    (tmp_path / "imap.password").write_text("wrong")
    done = command(config, "check", expected=1).stdout.decode()
    assert f"FAILED  imap {place.desk}" in done
    assert "ok      outbound" in done
    assert "wrong" not in done
