"""The IMAP door against a scripted server: what Dovecot cannot be made to do."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from mailflow.errors import MailflowError
from mailflow.ingest.imap import ImapDoor, ImapSettings, probe
from mailflow.ingest.imap.connection import is_loopback
from mailflow.store.mailboxes import Mailbox
from tests.system import imap_parts
from tests.system.imap_parts import Inbox, Memory, door, look, mail, running
from tests.system.imap_script import CAPABILITIES, DROP, Hold, ScriptedImap
from tests.system.servers import wait_until

LONG_AGO = imap_parts.FIRST_POLL
NO_MOVE = ("IMAP4REV1", "IDLE", "UIDPLUS")


def settings(server: ScriptedImap, **more: Any) -> ImapSettings:
    return imap_parts.settings(server.port, **more)


def fresh(uidvalidity: int = 7) -> Memory:
    """The state of a mailbox that was empty when it was first polled."""
    return Memory(Mailbox(uidvalidity, 0, LONG_AGO, 0))


# --- Moving ---


def test_without_move_mail_is_copied_and_expunged_by_uid() -> None:
    """COPY, \\Deleted, UID EXPUNGE; a plain EXPUNGE would remove what others have marked."""
    inbox = Inbox()
    with ScriptedImap({3: mail(3), 4: mail(4)}, capabilities=NO_MOVE) as server:
        server.flagged = {9}
        look(settings(server, processed="Done"), inbox, fresh())
        said = [line for line in server.commands if line.split()[0] not in ("CAPABILITY", "NOOP")]
    assert said[-4:-1] == [
        'UID COPY 3,4 "Done"',
        "UID STORE 3,4 +FLAGS.SILENT (\\Deleted)",
        "UID EXPUNGE 3,4",
    ]
    assert (set(server.moved), server.mails) == ({3, 4}, {})
    assert server.said("EXPUNGE") == []


def test_without_uidplus_copied_mail_stays_marked_and_this_is_told_once() -> None:
    """Nothing may be expunged then. What is marked is not taken again."""
    inbox, state = Inbox(), fresh()
    with ScriptedImap({3: mail(3)}, capabilities=("IMAP4REV1", "IDLE")) as server:
        one = door(settings(server, processed="Done"), inbox, state)
        with structlog.testing.capture_logs() as logs:
            one.once()
            one.once()
        assert server.said("UID EXPUNGE") == server.said("EXPUNGE") == []
        assert (server.flagged, set(server.moved), len(inbox.handed_over)) == ({3}, {3}, 1)
    assert [entry["event"][:7] for entry in logs] == ["no MOVE"]


def test_a_missing_folder_is_made() -> None:
    """Only when it turns out to be missing."""
    script: Any = {"UID MOVE": ["NO [TRYCREATE] no such folder"]}
    with ScriptedImap({3: mail(3)}, script=script) as server:
        look(settings(server, processed="Done"), Inbox(), fresh())
        assert server.said("CREATE") == ['CREATE "Done"']
        assert set(server.moved) == {3}


def test_mail_that_cannot_be_moved_does_not_stop_the_next() -> None:
    """It is on disk; moving is tried again, and until then it is trouble."""
    inbox, state = Inbox(), fresh()
    script: Any = {"UID MOVE 3,4": ["NO no", "NO no"], "UID MOVE 3": ["NO over quota", "NO over quota"]}
    with ScriptedImap({3: mail(3), 4: mail(4)}, script=script) as server:
        one = look(settings(server, processed="Done"), inbox, state)
        assert inbox.contents == [mail(3), mail(4)]
        assert (set(server.moved), set(server.mails)) == ({4}, {3})
        assert "over quota" in one.trouble
        assert state.mailbox is not None
        assert state.mailbox.last_uid == 0
        look(settings(server, processed="Done"), inbox, state)
        assert set(server.moved) == {3, 4}
    assert inbox.contents == [mail(3), mail(4)]


# --- UIDVALIDITY ---


def test_after_new_uidvalidity_everything_is_looked_at_and_known_mail_is_a_repeat() -> None:
    """Mail that was never seen is answered; the change is told."""
    inbox, state = Inbox(), fresh()
    with ScriptedImap({5: mail(5)}) as server:
        look(settings(server), inbox, state)
    with ScriptedImap({1: mail(5), 2: mail(6)}, uidvalidity=8) as server:
        with structlog.testing.capture_logs() as logs:
            look(settings(server), inbox, state)
        assert inbox.handed_over == [mail(5), mail(5), mail(6)]
    assert inbox.contents == [mail(5), mail(6)]
    assert [arrival.answer for arrival in inbox.arrivals] == [True, True]
    assert state.mailbox == Mailbox(8, 2, LONG_AGO, None)
    assert any("UIDVALIDITY" in entry["event"] for entry in logs)


@pytest.mark.parametrize(("history", "answers"), [("ignore", []), ("import", [False])])
def test_after_new_uidvalidity_history_stays_history(history: str, answers: list[bool]) -> None:
    """By its date: older than the first poll."""
    inbox, state = Inbox(), Memory(Mailbox(6, 90, imap_parts.AFTER_SCRIPTED_MAIL, 90))
    with ScriptedImap({1: mail(1)}) as server:
        look(settings(server, history=history), inbox, state)
    assert [arrival.answer for arrival in inbox.arrivals] == answers
    assert state.mailbox == Mailbox(7, 1, imap_parts.AFTER_SCRIPTED_MAIL, None)


# --- Dates ---


@pytest.mark.parametrize("date", ['"01-Jan-2038 00:00:00 +0000"', '"sometime"', "NIL"])
def test_a_date_that_cannot_be_counts_as_now(date: str) -> None:
    """In the future, or none at all: no promise may start later than now."""
    inbox = Inbox()
    with ScriptedImap({1: mail(1)}) as server:
        server.date = date
        began = datetime.now(UTC)
        look(settings(server), inbox, fresh())
    assert began <= inbox.arrivals[0].received_at <= datetime.now(UTC)


# --- One mail that fails ---


def test_one_mail_that_the_server_refuses_does_not_stop_the_next() -> None:
    """Named after Zammad #2754. It holds the state back, so that nothing is forgotten."""
    inbox, state = Inbox(), fresh()
    script: Any = {
        "UID FETCH 1,2,3 (BODY": ["NO one of them is broken"],
        "UID FETCH 2 (BODY": ["NO broken"],
    }
    with ScriptedImap({uid: mail(uid) for uid in (1, 2, 3)}, script=script) as server:
        one = look(settings(server), inbox, state)
        assert inbox.contents == [mail(1), mail(3)]
        assert "UID 2: " in one.trouble
        assert state.mailbox is not None
        assert state.mailbox.last_uid == 1
        look(settings(server), inbox, state)
    assert inbox.contents == [mail(1), mail(3), mail(2)]
    assert state.mailbox.last_uid == 3


def test_one_mail_whose_size_is_refused_does_not_stop_the_next() -> None:
    inbox, state = Inbox(), fresh()
    script: Any = {"UID FETCH 1,2 (RFC822": ["NO broken"], "UID FETCH 1 (RFC822": ["NO broken"]}
    with ScriptedImap({1: mail(1), 2: mail(2)}, script=script) as server:
        look(settings(server), inbox, state)
    assert inbox.contents == [mail(2)]


def test_one_mail_that_the_server_leaves_out_does_not_stop_the_next() -> None:
    """OK without the mail, as some servers say of a broken one."""
    inbox = Inbox()
    script: Any = {"UID FETCH 1 (BODY": ["OK done"], "UID FETCH 1,2 (BODY": ["NO no"]}
    with ScriptedImap({1: mail(1), 2: mail(2)}, script=script) as server:
        one = look(settings(server), inbox, fresh())
    assert inbox.contents == [mail(2)]
    assert "does not give it" in one.trouble


def test_one_mail_that_breaks_the_connection_does_not_stop_the_next() -> None:
    """Three connections: all together, one by one up to the culprit, past the culprit."""
    inbox, state = Inbox(), fresh()
    script: Any = {"UID FETCH 1,2,3 (BODY": [DROP], "UID FETCH 2 (BODY...": [DROP]}
    with ScriptedImap({uid: mail(uid) for uid in (1, 2, 3)}, script=script) as server:
        one = door(settings(server), inbox, state)
        with running(one):
            wait_until(lambda: len(inbox.arrivals) == 2)
            assert inbox.contents == [mail(1), mail(3)]
            wait_until(lambda: "UID 2" in one.trouble)


# --- Connections ---


def test_the_end_of_the_connection_in_idle_is_noticed_and_is_no_busy_loop() -> None:
    """Named after imapclient #565: idle_check() says [] at once, for ever."""
    inbox = Inbox()
    with ScriptedImap() as server, running(door(settings(server), inbox, fresh())):
        assert server.idling.wait(10)
        server.drop_all()
        wait_until(lambda: server.connections >= 2)
        assert server.idling.wait(10)
        server.deliver(1, mail(1))
        wait_until(lambda: len(inbox.arrivals) == 1)
        assert server.connections == 2
        assert len(server.commands) < 30


def test_a_goodbye_in_idle_is_noticed() -> None:
    """An untagged BYE, then the end."""
    with ScriptedImap() as server, running(door(settings(server), Inbox(), fresh())) as one:
        assert server.idling.wait(10)
        server.tell("* BYE shutting down")
        server.drop_all()
        wait_until(lambda: server.connections >= 2)
        wait_until(lambda: one.trouble == "" and server.idling.is_set())


@pytest.mark.parametrize("answer", ["NO not now", "BYE go away"])
def test_idle_that_is_refused_leaves_polling(answer: str) -> None:
    """The door polls on, without IDLE after some attempts."""
    inbox = Inbox()
    script: Any = {"IDLE...": [answer]}
    with ScriptedImap(script=script) as server:
        polling = settings(server, poll=timedelta(milliseconds=50))
        with running(door(polling, inbox, fresh())) as one:
            wait_until(lambda: server.connections >= 2)
            server.deliver(1, mail(1))
            wait_until(lambda: len(inbox.arrivals) == 1)
            wait_until(lambda: len(server.said("IDLE")) == 3 and one.trouble == "")
            server.deliver(2, mail(2))
            wait_until(lambda: len(inbox.arrivals) == 2)


def test_without_idle_the_door_polls() -> None:
    inbox = Inbox()
    without = tuple(one for one in CAPABILITIES if one != "IDLE")
    with ScriptedImap(capabilities=without) as server:
        polling = settings(server, poll=timedelta(milliseconds=50))
        with running(door(polling, inbox, fresh())):
            server.deliver(1, mail(1))
            wait_until(lambda: len(inbox.arrivals) == 1)
        assert server.said("IDLE") == []


@pytest.mark.parametrize("early", ["before_idle", "with_idle"])
def test_mail_that_is_told_with_the_answer_to_idle_is_not_overlooked(early: str) -> None:
    """Right before it, or in one packet with it: then it lies in the client's buffer, and the socket
    has nothing more to say. The connection stays."""
    inbox = Inbox()
    with ScriptedImap({1: mail(1)}, script={"UID SEARCH": ["OK nothing yet"]}) as server:
        setattr(server, early, "* 1 EXISTS" if early == "before_idle" else "\r\n* 1 EXISTS")
        began = time.monotonic()
        with running(door(settings(server), inbox, fresh())):
            wait_until(lambda: len(inbox.arrivals) == 1)
        assert time.monotonic() - began < 1.0
        assert server.connections == 1


def test_a_talkative_server_does_not_make_a_busy_loop() -> None:
    """Whatever it tells with every IDLE, there are at most five polls a second."""
    with ScriptedImap() as server:
        one = door(settings(server), Inbox(), fresh())
        with running(one):
            assert server.idling.wait(10)
            began = time.monotonic()
            while time.monotonic() - began < 1.0:
                server.tell("* OK still here")
                time.sleep(0.01)
        assert 2 <= len(server.said("NOOP")) <= 8


def test_a_server_that_does_not_answer_is_given_up() -> None:
    """A read timeout, always; then another connection."""
    hold = Hold("OK late")
    inbox = Inbox()
    with ScriptedImap({1: mail(1)}, script={"UID SEARCH": [hold]}) as server:
        with running(door(settings(server, timeout=0.3), inbox, fresh())):
            wait_until(lambda: len(inbox.arrivals) == 1)
        assert server.connections == 2


def test_a_server_that_answers_too_slowly_is_given_up() -> None:
    """Drop by drop, each within the read timeout: the whole answer has a limit as well."""
    hold = Hold("OK late")
    with ScriptedImap({1: mail(1)}, script={"UID SEARCH": [hold]}) as server:
        one = door(settings(server, timeout=0.5), Inbox(), fresh())
        with running(one):
            assert hold.reached.wait(10)
            began = time.monotonic()
            while not one.trouble and time.monotonic() - began < 5:
                server.tell("* OK patience")
                time.sleep(0.05)
            assert "TimeoutError" in one.trouble
            assert time.monotonic() - began < 2.0


def test_stop_cuts_a_connection_that_hangs() -> None:
    """After the grace, whatever the server does."""
    hold = Hold("OK late")
    with ScriptedImap(script={"SELECT": [hold], "EXAMINE": [hold]}) as server:
        one = door(settings(server, timeout=60.0), Inbox(), fresh())
        one.start()
        assert hold.reached.wait(10)
        began = time.monotonic()
        one.stop(0.2)
        assert time.monotonic() - began < 1.0
    assert not alive(one)


def alive(one: ImapDoor) -> list[str]:
    """The door's threads that still run."""
    return [thread.name for thread in threading.enumerate() if thread.name == one.name]


def test_the_watchdog_sees_that_waiting_is_no_stall() -> None:
    """While a server may take its time the beat is ahead; in IDLE it goes on."""
    hold = Hold("OK late")
    with ScriptedImap(script={"EXAMINE": [hold]}) as server:
        one = door(settings(server, timeout=60.0), Inbox(), fresh())
        with running(one):
            assert hold.reached.wait(10)
            assert one.beat > time.monotonic() + 50
            hold.released.set()
            wait_until(server.idling.is_set)
            wait_until(lambda: one.beat <= time.monotonic())


def test_the_store_that_is_away_is_waited_for() -> None:
    """The mail is taken when it is back; meanwhile it is trouble."""
    inbox = Inbox()
    inbox.away = True
    with ScriptedImap({1: mail(1)}) as server, running(door(settings(server), inbox, fresh())) as one:
        wait_until(lambda: one.trouble == "the disk is away")
        inbox.away = False
        wait_until(lambda: one.trouble == "" and inbox.contents == [mail(1)])


def test_trouble_is_told_loudly_once_and_then_quietly() -> None:
    """An error at first, warnings with growing pauses after that, and that it works again."""
    with structlog.testing.capture_logs() as logs:
        script: Any = {"LOGIN": ["NO [AUTHENTICATIONFAILED] wrong", "NO wrong"]}
        with (
            ScriptedImap(script=script) as server,
            running(door(settings(server), Inbox(), fresh())) as one,
        ):
            wait_until(lambda: one.trouble != "")
            assert "wrong" in one.trouble
            assert imap_parts.PASSWORD not in one.trouble
            wait_until(server.idling.is_set)
            assert one.trouble == ""
    assert [entry["log_level"] for entry in logs] == ["error", "warning", "info"]
    assert [entry.get("again_in") for entry in logs] == [1.0, 2.0, None]


def test_traffic_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """imapclient tells its traffic, mail included, to whoever listens below WARNING."""
    logging.getLogger("imapclient").setLevel(logging.WARNING)
    with ScriptedImap({1: mail(1)}) as server:
        look(settings(server), Inbox(), fresh())
    assert caplog.records == []


# --- Passwords ---


def test_no_password_without_tls_to_another_host() -> None:
    """What the configuration says does not help: the address of the peer counts."""
    assert is_loopback(("127.0.0.2", 143))
    assert is_loopback(("::1", 143, 0, 0))
    assert not is_loopback(("192.0.2.1", 143))
    assert not is_loopback(("fe80::1%eth0", 143, 0, 2))


def test_starttls_that_is_not_offered_is_not_done_without() -> None:
    """Somebody on the way may have removed the offer."""
    with ScriptedImap() as server:
        with pytest.raises(MailflowError, match="STARTTLS"):
            probe(settings(server, tls="starttls"))
        assert server.said("LOGIN") == server.said("AUTHENTICATE") == []


def test_tls_that_is_not_spoken_is_not_done_without() -> None:
    """An error within the connect timeout, and no password."""
    with ScriptedImap() as server:
        with pytest.raises(MailflowError):
            probe(settings(server, tls="implicit"))
        assert server.said("LOGIN") == []


def test_a_server_without_uidvalidity_is_refused() -> None:
    """Its UIDs mean nothing: mail would be lost silently."""
    script: Any = {"EXAMINE": ["OK done"]}
    with (
        ScriptedImap({1: mail(1)}, script=script) as server,
        pytest.raises(MailflowError, match="UIDVAL"),
    ):
        probe(settings(server))
