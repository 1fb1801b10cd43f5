"""The IMAP door against a real Dovecot: what it takes, what it leaves, how fast, how it stops."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import enumerate as threads
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from sqlalchemy import text

from mailflow.clock import SystemWatch
from mailflow.config import Configuration, load, write_init
from mailflow.daemon import mailboxes
from mailflow.errors import ConfigurationError, MailflowError, StoreUnavailable
from mailflow.ingest.imap import ImapSettings, StoredMailbox, probe
from mailflow.ingest.imap.progress import renumbered
from mailflow.model import Envelope
from mailflow.store.database import Database
from mailflow.store.mailboxes import Mailbox
from mailflow.store.versions import create_if_empty
from tests.system import imap_parts
from tests.system.imap_parts import DESK, PASSWORD, USER, Inbox, Memory, door, look, mail, running
from tests.system.postgres import Cluster
from tests.system.servers import Dovecot, wait_until

UMLAUT = "umlaut@desk.example"
USERS = {USER: PASSWORD, UMLAUT: "Schlüssel"}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(USERS) as server:
        yield server


@pytest.fixture
def box(dovecot: Dovecot) -> Iterator[IMAPClient]:
    """A client of the same mailbox, which is empty."""
    client = dovecot.imap(USER)
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()
    if client.folder_exists("Processed"):
        client.delete_folder("Processed")
    yield client
    with suppress(OSError, IMAPClientError):  # a test may have stopped the server
        client.logout()


@pytest.fixture
def given(dovecot: Dovecot, box: IMAPClient) -> ImapSettings:
    return imap_parts.settings(dovecot.imap_port)


def changed(given: ImapSettings, **more: Any) -> ImapSettings:
    values = {name: getattr(given, name) for name in given.__slots__}
    return ImapSettings(**{**values, **more})


def deliver(box: IMAPClient, *contents: bytes, at: datetime | None = None, flags: Any = ()) -> None:
    for content in contents:
        box.append("INBOX", content, flags, at)


def begin(given: ImapSettings) -> Memory:
    """The state after a first poll of what is there now."""
    state = Memory()
    look(given, Inbox(), state)
    return state


def in_folder(box: IMAPClient, folder: str) -> int:
    box.noop()
    return int(box.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


# --- What is taken ---


def test_mail_is_handed_over_octet_for_octet(given: ImapSettings, box: IMAPClient) -> None:
    """Content as it lies there, the envelope as its header tells, the time at which the server got it."""
    state, inbox = begin(given), Inbox()
    content = b"Return-Path: <bounce@example.com>\r\nDelivered-To: x@desk.example\r\n" + mail(
        1, b"Gr\xc3\xbc\xc3\x9fe \xff\r\n.\r\n..\r\n" + b"long" * 3000
    )
    at = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    deliver(box, content, mail(2), at=at)
    look(given, inbox, state)
    first, second = inbox.arrivals
    assert first.content == content
    assert first.envelope == Envelope("bounce@example.com", ("x@desk.example",))
    assert (first.door, first.answer, first.received_at) == ("imap", True, at)
    assert first.received_at.tzinfo is UTC
    assert second.envelope == Envelope("anna@example.com", (DESK,))


def test_the_hour_that_comes_twice_is_told_apart(
    given: ImapSettings, box: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INTERNALDATE is taken with its offset, never by way of the machine's wall clock."""
    state, inbox = begin(given), Inbox()
    hours = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    for number, at in enumerate(hours):
        deliver(box, mail(number), at=at)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        look(given, inbox, state)
    time.tzset()
    assert [arrival.received_at for arrival in inbox.arrivals] == hours


def test_read_mail_is_taken_and_unread_mail_stays_unread(given: ImapSettings, box: IMAPClient) -> None:
    """Named after FreeScout and osTicket: mail was lost because somebody had opened it first."""
    state, inbox = begin(given), Inbox()
    deliver(box, mail(1), flags=[b"\\Seen"])
    deliver(box, mail(2))
    look(given, inbox, state)
    assert len(inbox.arrivals) == 2
    box.noop()
    flags = [flags for _, flags in sorted(box.get_flags(box.search()).items())]
    assert [b"\\Seen" in one for one in flags] == [True, False]


def test_old_mail_that_comes_late_is_taken(given: ImapSettings, box: IMAPClient) -> None:
    """Named after FreeScout: no window of days. A mail of last year that arrives now is new."""
    state, inbox = begin(given), Inbox()
    deliver(box, mail(1), at=datetime(2025, 1, 1, tzinfo=UTC))
    look(given, inbox, state)
    assert [arrival.answer for arrival in inbox.arrivals] == [True]


def test_every_mail_is_taken_and_once(given: ImapSettings, box: IMAPClient) -> None:
    """Named after Chatwoot: not only the newest. More than two batches, then nothing again."""
    state, inbox = begin(given), Inbox()
    wanted = [mail(number) for number in range(120)]
    deliver(box, *wanted)
    look(given, inbox, state)
    assert inbox.contents == wanted
    look(given, inbox, state)
    assert len(inbox.handed_over) == 120


def test_large_mail_is_taken(given: ImapSettings, box: IMAPClient) -> None:
    """12 MB between small ones, in order."""
    state, inbox = begin(given), Inbox()
    wanted = [mail(1), mail(2, b"x" * 76 * 160_000), mail(3)]
    deliver(box, *wanted)
    look(given, inbox, state)
    assert inbox.contents == wanted


def test_too_big_a_mail_does_not_stop_the_next(given: ImapSettings, box: IMAPClient) -> None:
    """Named after Zammad #2754: it stays where it is, is loudly missed, and after a restart with a
    higher limit it is taken."""
    state, inbox = begin(given), Inbox()
    deliver(box, mail(1, b"x" * 1000), mail(2))
    one = look(changed(given, max_size=500), inbox, state)
    assert inbox.contents == [mail(2)]
    assert "too big" in one.trouble
    look(given, inbox, state)
    assert inbox.contents == [mail(2), mail(1, b"x" * 1000)]


# --- History ---


def test_mail_from_before_the_first_poll_is_ignored(given: ImapSettings, box: IMAPClient) -> None:
    """Named after Zammad #243, #539: nobody is answered years later. It is not moved either."""
    deliver(box, mail(1))
    inbox, state = Inbox(), Memory()
    moving = changed(given, processed="Processed")
    look(moving, inbox, state)
    deliver(box, mail(2))
    look(moving, inbox, state)
    assert inbox.contents == [mail(2)]
    assert in_folder(box, "INBOX") == 1


def test_history_is_imported_unanswered_and_new_mail_answered(
    given: ImapSettings, box: IMAPClient
) -> None:
    """By UID: what came after the first look is new, although its date may be older."""
    importing = changed(given, history="import")
    deliver(box, mail(1), mail(2))
    inbox, state = Inbox(), Memory()
    look(importing, inbox, state)
    deliver(box, mail(3), at=datetime(2020, 1, 1, tzinfo=UTC))
    look(importing, inbox, state)
    assert [arrival.answer for arrival in inbox.arrivals] == [False, False, True]


def test_a_crash_in_the_middle_of_an_import_keeps_the_boundary(
    given: ImapSettings, box: IMAPClient
) -> None:
    """Old mail stays unanswered, mail that came meanwhile is answered."""
    importing = changed(given, history="import")
    deliver(box, mail(1), mail(2))
    inbox, state = Inbox(), Memory()
    inbox.away = True
    with pytest.raises(StoreUnavailable):
        look(importing, inbox, state)
    inbox.away = False
    deliver(box, mail(3))
    look(importing, inbox, state)
    assert [arrival.answer for arrival in inbox.arrivals] == [False, False, True]


# --- Stored before moved ---


def test_stored_mail_is_moved(given: ImapSettings, box: IMAPClient) -> None:
    """The folder is made; the mail's flags go with it."""
    moving = changed(given, processed="Processed")
    state, inbox = begin(moving), Inbox()
    deliver(box, mail(1), mail(2))
    look(moving, inbox, state)
    assert len(inbox.arrivals) == 2
    assert (in_folder(box, "INBOX"), in_folder(box, "Processed")) == (0, 2)
    box.select_folder("Processed", readonly=True)
    assert all(b"\\Seen" not in flags for flags in box.get_flags(box.search()).values())


def test_what_is_not_stored_is_not_moved(given: ImapSettings, box: IMAPClient) -> None:
    """The store is away: nothing is promised, all of it is tried again."""
    moving = changed(given, processed="Processed")
    state, inbox = begin(moving), Inbox()
    deliver(box, mail(1))
    inbox.away = True
    with pytest.raises(StoreUnavailable):
        look(moving, inbox, state)
    assert in_folder(box, "INBOX") == 1
    inbox.away = False
    look(moving, inbox, state)
    assert (inbox.contents, in_folder(box, "INBOX")) == ([mail(1)], 0)


def test_a_crash_between_storing_and_remembering_is_a_repeat(
    given: ImapSettings, box: IMAPClient
) -> None:
    """The same mail is handed over again, recognised, and then left behind."""
    state, inbox = begin(given), Inbox()
    deliver(box, mail(1))
    state.fails = True
    with pytest.raises(StoreUnavailable):
        look(given, inbox, state)
    state.fails = False
    look(given, inbox, state)
    look(given, inbox, state)
    assert (len(inbox.handed_over), len(inbox.arrivals)) == (2, 1)


def test_a_crash_between_storing_and_moving_is_made_good(given: ImapSettings, box: IMAPClient) -> None:
    """Stored by a process that ended before it could move: the next one moves it."""
    moving = changed(given, processed="Processed")
    state, inbox = begin(moving), Inbox()
    deliver(box, mail(1))
    look(given, inbox, Memory(state.mailbox))  # stores, never moves; its state is lost
    assert (len(inbox.arrivals), in_folder(box, "INBOX")) == (1, 1)
    look(moving, inbox, state)
    assert (len(inbox.arrivals), in_folder(box, "INBOX")) == (1, 0)


def test_one_refused_mail_does_not_stop_the_next(given: ImapSettings, box: IMAPClient) -> None:
    """A fault of ours with one mail: it stays, and is taken once the fault is gone."""
    moving = changed(given, processed="Processed")
    state, inbox = begin(moving), Inbox()
    inbox.refused = {mail(1)}
    deliver(box, mail(1), mail(2))
    one = look(moving, inbox, state)
    assert inbox.contents == [mail(2)]
    assert "the inbox refuses it" in one.trouble
    inbox.refused = set()
    look(moving, inbox, state)
    assert inbox.contents == [mail(2), mail(1)]
    assert in_folder(box, "INBOX") == 0


# --- While it runs ---


def test_idle_takes_mail_well_within_a_second(given: ImapSettings, box: IMAPClient) -> None:
    """The poll is minutes away: IDLE tells. Also for mails one right after the other."""
    state, inbox = begin(given), Inbox()
    with running(door(given, inbox, state)):
        for number in range(1, 4):
            deliver(box, mail(number))
            began = time.monotonic()
            wait_until(lambda number=number: len(inbox.arrivals) == number)  # type: ignore[misc]
            assert time.monotonic() - began < 1.0


def test_polling_finds_mail_when_idle_says_nothing(given: ImapSettings, box: IMAPClient) -> None:
    """Besides IDLE each `poll`: here so often that IDLE is renewed all the time."""
    polling = changed(given, poll=timedelta(milliseconds=100))
    state, inbox = begin(given), Inbox()
    with running(door(polling, inbox, state)) as one:
        deliver(box, mail(1))
        wait_until(lambda: len(inbox.arrivals) == 1)
        wait_until(lambda: state.mailbox is not None and state.mailbox.last_uid > 0)
        assert one.trouble == ""


def test_stop_wakes_the_thread_out_of_idle(given: ImapSettings, box: IMAPClient) -> None:
    """Within a second, and the thread has ended; it was named after its mailbox."""
    inbox = Inbox()
    one = door(given, inbox, begin(given))
    one.start()
    deliver(box, mail(1))
    wait_until(lambda: len(inbox.arrivals) == 1)
    name = f"imap-{USER}@127.0.0.1"
    assert name in {thread.name for thread in threads()}
    time.sleep(0.3)  # the thread is in IDLE again
    began = time.monotonic()
    one.stop(5)
    assert time.monotonic() - began < 1.0
    assert name not in {thread.name for thread in threads()}


def test_a_server_that_is_away_is_tried_until_it_is_back(
    dovecot: Dovecot, given: ImapSettings, box: IMAPClient
) -> None:
    """Named after Zammad #2754 and osTicket #6455: the trouble is told, and passes by itself."""
    inbox = Inbox()
    with running(door(given, inbox, begin(given))) as one:
        deliver(box, mail(1))
        wait_until(lambda: len(inbox.arrivals) == 1)
        dovecot.stop()
        wait_until(lambda: one.trouble != "")
        dovecot.start()
        again = dovecot.imap(USER)
        deliver(again, mail(2))
        again.logout()
        wait_until(lambda: len(inbox.arrivals) == 2)
        wait_until(lambda: one.trouble == "")


# --- Passwords ---


def test_a_wrong_password_is_trouble_without_a_secret(dovecot: Dovecot, given: ImapSettings) -> None:
    """It says what the server says, never the password."""
    with running(door(changed(given, password=lambda: "wrong-one"), Inbox(), Memory())) as one:
        wait_until(lambda: one.trouble != "")
    assert "uthentication" in one.trouble
    assert "wrong-one" not in one.trouble


def test_a_password_outside_of_ascii(given: ImapSettings) -> None:
    """LOGIN cannot carry it; AUTHENTICATE PLAIN does (RFC 4616)."""
    assert "INBOX" in probe(changed(given, user=UMLAUT, password=lambda: USERS[UMLAUT]))


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_is_verified(dovecot: Dovecot, given: ImapSettings, tls: str) -> None:
    """With the authority known it works; without, no password is sent and nothing falls back."""
    port = dovecot.imaps_port if tls == "implicit" else dovecot.imap_port
    asked: list[int] = []
    secure = changed(given, host=dovecot.host, port=port, tls=tls, password=lambda: _asked(asked))
    with pytest.raises(MailflowError, match="certificate"):
        probe(secure)
    assert asked == []
    context = ssl.create_default_context(cafile=str(dovecot.certificate.cert))
    assert "INBOX" in probe(changed(secure, context=context))


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_idle_works_over_tls(dovecot: Dovecot, given: ImapSettings, box: IMAPClient, tls: str) -> None:
    """What TLS has decrypted already is not waited for; stopping is as quick."""
    port = dovecot.imaps_port if tls == "implicit" else dovecot.imap_port
    context = ssl.create_default_context(cafile=str(dovecot.certificate.cert))
    secure = changed(given, host=dovecot.host, port=port, tls=tls, context=context)
    state, inbox = begin(secure), Inbox()
    with running(door(secure, inbox, state)) as one:
        for number in range(1, 6):
            deliver(box, mail(number))
            began = time.monotonic()
            wait_until(lambda number=number: len(inbox.arrivals) == number)  # type: ignore[misc]
            assert time.monotonic() - began < 1.0
        assert one.trouble == ""
        began = time.monotonic()
        one.stop(5)
        assert time.monotonic() - began < 1.0


def _asked(asked: list[int]) -> str:
    asked.append(1)
    return PASSWORD


# --- Check ---


def test_probe_tells_and_changes_nothing(given: ImapSettings, box: IMAPClient) -> None:
    """Folder, count, what the server can do; the folder to move to is not made."""
    deliver(box, mail(1))
    told = probe(changed(given, processed="Processed"))
    assert told == "INBOX holds 1 mail(s); has MOVE, has IDLE, has UIDPLUS; moves mail to Processed"
    assert not box.folder_exists("Processed")
    box.noop()
    assert all(b"\\Seen" not in flags for flags in box.get_flags(box.search()).values())


def test_probe_names_a_folder_that_is_missing(given: ImapSettings) -> None:
    with pytest.raises(MailflowError, match="Nowhere"):
        probe(changed(given, folder="Nowhere"))


# --- With the database ---


def test_the_state_survives_in_the_database(
    store: Database, given: ImapSettings, box: IMAPClient
) -> None:
    """The boundary of history, too, until UIDVALIDITY changes."""
    deliver(box, mail(1))
    state = StoredMailbox(store, given.account, "INBOX")
    importing = changed(given, history="import")
    inbox = Inbox()
    one = door(importing, inbox, state)
    assert one.once()
    loaded = StoredMailbox(store, given.account, "INBOX").load()
    assert loaded is not None
    assert loaded.last_uid == loaded.history_uid == box.search()[-1]
    assert StoredMailbox(store, given.account, "Other").load() is None
    state.save(renumbered(loaded, loaded.uidvalidity + 1))
    again = state.load()
    assert again == Mailbox(loaded.uidvalidity + 1, 0, loaded.since, None)


def test_of_two_daemons_one_works_and_the_other_waits(
    store: Database, given: ImapSettings, box: IMAPClient
) -> None:
    """On PostgreSQL by a lock that ends with its connection; a SQLite file has one daemon anyway."""
    first, second = (StoredMailbox(store, given.account, "INBOX") for _ in range(2))
    with first.alone() as ours, second.alone() as theirs:
        assert ours()
        assert theirs() is store.is_sqlite
        waiting = door(given, Inbox(), second, alone=second.alone)
        assert waiting.once() is store.is_sqlite
    with second.alone() as theirs:
        assert theirs()


def test_a_turn_ends_with_its_connection(postgres: Cluster, given: ImapSettings) -> None:
    """The server closes it, or the network: who held the turn notices before the next poll."""
    url = postgres.database()
    create_if_empty(url)
    store = Database(url)
    store.open()
    state = StoredMailbox(store, given.account, "INBOX")
    with state.alone() as ours:
        assert ours()
        end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        store.write(lambda connection: connection.execute(text(end)))
        assert not ours()
        with state.alone() as others:
            assert others()
    store.close()


# --- As the daemon does it ---


def configured(path: Path, dovecot: Dovecot, login: str) -> Configuration:
    """A desk with one mailbox on loopback, read from a file."""
    file = path / "mailflow.toml"
    write_init(path)
    section = f'[[imap]]\nhost = "127.0.0.1"\nport = {dovecot.imap_port}\ntls = "none"\n'
    file.write_text(f'{file.read_text()}\n{section}user = "{USER}"\n{login}\n')
    return load(file, {})


def test_the_daemon_opens_a_door_for_each_mailbox(
    tmp_path: Path, dovecot: Dovecot, box: IMAPClient, store: Database
) -> None:
    """The password is read from its file when it is used."""
    secret = tmp_path / "password"
    secret.write_text("not yet\n")
    configuration = configured(tmp_path, dovecot, f'password_file = "{secret}"')
    inbox = Inbox()
    (one,) = mailboxes.doors(configuration, store, inbox.accept, SystemWatch())
    secret.write_text(PASSWORD + "\n")
    assert one.once()
    deliver(box, mail(1))
    assert one.once()
    assert inbox.contents == [mail(1)]
    assert inbox.arrivals[0].envelope.recipients == (configuration.desk.address,)
    assert "INBOX holds 1 mail(s)" in mailboxes.probe(configuration.imap[0])


def test_a_mailbox_with_oauth_is_refused(tmp_path: Path, dovecot: Dovecot, store: Database) -> None:
    """It does not work yet, and that is said at the start rather than by silence."""
    (tmp_path / "token").write_text("refresh")
    oauth = 'oauth = { token_url = "https://login.example/token", client_id = "x", refresh_token_file = "token" }'
    configuration = configured(tmp_path, dovecot, oauth)
    with pytest.raises(ConfigurationError, match="OAuth"):
        mailboxes.doors(configuration, store, Inbox().accept, SystemWatch())
