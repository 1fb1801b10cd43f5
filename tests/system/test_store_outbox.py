"""The outbox on both databases: every recipient is served, repeats are verbatim and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mailflow.model import Change, Delivery, Excerpt, Kind, Outcome, OutgoingMail, Verdict
from mailflow.store import outbox, tickets
from mailflow.store.database import Database
from tests.system import storing
from tests.system.storing import ANNA, LEASE, NOW, accept, open_ticket

LATER = NOW + LEASE + timedelta(microseconds=1)


def queue(store: Database, *mails: OutgoingMail) -> None:
    store.write(lambda conn: tickets.save(conn, Change(outgoing=mails), None, NOW))


def claim(
    store: Database, now: datetime = NOW, limit: int = 10, acknowledgements: bool | None = None
) -> tuple[Delivery, ...]:
    return store.write(lambda conn: outbox.claim(conn, "one", now, LEASE, limit, acknowledgements))


def settle(
    store: Database, delivery: Delivery, verdict: Verdict, next_at: datetime = NOW
) -> tuple[outbox.Settled, ...]:
    outcome = Outcome(delivery.id, delivery.fence, verdict, NOW, "250 2.0.0 queued as 4711")
    return store.write(lambda conn: outbox.settle(conn, [outcome], {delivery.id: next_at}))


def test_pieces_are_joined_with_crlf(store: Database) -> None:
    """Own text and octets of received mail become one mail; bare CR and LF become CRLF."""
    accept(store, "<a@example.com>", content=b"head\n\nbody\rwith\r\nends\n")
    with store.read() as conn:
        content_id = conn.exec_driver_sql("SELECT content_id FROM inbox").scalar_one()
    pieces = (
        b"Subject: x\n\n",
        Excerpt(content_id, 6, 10),
        b"\r\n--end\r\n",
        Excerpt(content_id, 0, 4),
    )
    queue(store, storing.mail(None, "<out@desk>", *pieces))
    (delivery,) = claim(store)
    assert delivery.content == b"Subject: x\r\n\r\nbody\r\nwith\r\n\r\n--end\r\nhead"


@pytest.mark.parametrize(
    ("octets", "normal"),
    [
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\nb\rc\r\n", b"a\r\nb\r\nc\r\n"),
        (b"\n\r", b"\r\n\r\n"),
        (b"\r\r\n", b"\r\n\r\n"),
        (b"", b""),
    ],
)
def test_line_ends(octets: bytes, normal: bytes) -> None:
    """Only CRLF ends a line of outgoing mail."""
    assert outbox.crlf(octets) == normal


def test_each_recipient_is_a_delivery_of_its_own(store: Database) -> None:
    """One mail to two addresses, one of them named twice, is two deliveries with the same octets."""
    recipients = (ANNA.address, "bea@example.com", ANNA.address)
    queue(store, storing.mail(None, "<out@desk>", kind=Kind.REPLY, recipients=recipients))
    first, second = claim(store)
    assert [first.recipient, second.recipient] == [ANNA.address, "bea@example.com"]
    assert first.content == second.content
    settle(store, first, Verdict.FAILED)
    assert [one.id for one in claim(store, LATER)] == [second.id]


def test_acknowledgements_go_first(store: Database) -> None:
    """Acknowledgements are claimed before older mail, or alone, or left to their own connection."""
    number = store.write(open_ticket)
    queue(store, storing.team_mail(number, "<f1@desk>"), storing.mail(number, "<a1@desk>"))
    with_both = [one.kind for one in claim(store)]
    assert with_both == [Kind.ACKNOWLEDGEMENT] * 2 + [Kind.FORWARD] * 2
    store.write(outbox.void)
    assert {one.kind for one in claim(store, acknowledgements=False)} == {Kind.FORWARD}
    assert {one.kind for one in claim(store, acknowledgements=True)} == {Kind.ACKNOWLEDGEMENT}


def test_an_unsettled_claim_is_sent_again_verbatim_and_counted(store: Database) -> None:
    """After a lease ran out the same octets go to another worker, as one doubt more."""
    queue(store, storing.mail(None, "<out@desk>"))
    (first,) = claim(store)
    assert claim(store, NOW + LEASE) == ()
    (again,) = claim(store, LATER)
    assert again == replace(first, attempt=2, fence=first.fence + 1)
    with store.read() as conn:
        assert outbox.listing(conn)[0].doubts == 1


def test_outcome_of_a_lost_claim_is_ignored(store: Database) -> None:
    """A worker that was too late changes nothing; the one that holds the claim does."""
    queue(store, storing.mail(None, "<out@desk>"))
    (late,) = claim(store)
    (current,) = claim(store, LATER)
    assert settle(store, late, Verdict.FAILED) == ()
    (settled,) = settle(store, current, Verdict.DELIVERED)
    assert settled.verdict is Verdict.DELIVERED
    assert settle(store, current, Verdict.FAILED) == ()


def test_renewed_claim_is_kept(store: Database) -> None:
    """A claim renewed while the server thinks is not sent by another; a lost one is not renewed."""
    queue(store, storing.mail(None, "<out@desk>"))
    (mine,) = claim(store)
    claims = [(mine.id, mine.fence)]
    held = store.write(lambda conn: outbox.renew(conn, claims, NOW + LEASE, LEASE))
    assert held == {mine.id}
    assert claim(store, LATER) == ()
    claim(store, LATER + LEASE)
    assert store.write(lambda conn: outbox.renew(conn, claims, LATER, LEASE)) == frozenset()


def test_a_claim_given_back_is_neither_attempt_nor_doubt(store: Database) -> None:
    """A daemon that stops gives back what it did not send, as if it never had it."""
    queue(store, storing.mail(None, "<out@desk>"))
    (mine,) = claim(store)
    assert store.write(lambda conn: outbox.give_back(conn, [(mine.id, mine.fence)])) == 1
    (again,) = claim(store)
    assert again.attempt == 1
    with store.read() as conn:
        assert outbox.listing(conn)[0].doubts == 0


def test_settling_tells_what_the_desk_must_know(store: Database) -> None:
    """A delivered answer names its ticket, kind, side, and that a person wrote it."""
    number = store.write(open_ticket)
    queue(store, storing.mail(number, "<reply@desk>", kind=Kind.REPLY))
    mine = next(one for one in claim(store) if one.kind is Kind.REPLY)
    (settled,) = settle(store, mine, Verdict.DELIVERED)
    assert settled == outbox.Settled(
        delivery_id=mine.id,
        ticket=number,
        kind=Kind.REPLY,
        side="customer",
        by_person=True,
        recipient=ANNA.address,
        message_id="<reply@desk>",
        at=NOW,
        verdict=Verdict.DELIVERED,
        reply="250 2.0.0 queued as 4711",
        attempts=1,
    )
    with store.read() as conn:
        found = tickets.case(conn, number)
    assert found is not None
    assert [one.state for one in found.thread] == ["received", "queued", "queued", "delivered"]


def test_deferred_mail_waits_until_its_time(store: Database) -> None:
    """A deferred delivery is due again at the time given, and not before."""
    queue(store, storing.mail(None, "<out@desk>"))
    later = NOW + timedelta(minutes=5)
    settle(store, claim(store)[0], Verdict.DEFERRED, later)
    assert claim(store, later - timedelta(microseconds=1)) == ()
    with store.read() as conn:
        assert outbox.next_due(conn) == later
    assert claim(store, later)[0].attempt == 2


def test_next_due_sees_claims_that_run_out(store: Database) -> None:
    """With nothing queued the next thing to do is the end of a lease; with nothing at all, none."""
    with store.read() as conn:
        assert outbox.next_due(conn) is None
    queue(store, storing.mail(None, "<out@desk>"))
    claim(store)
    with store.read() as conn:
        assert outbox.next_due(conn) == NOW + LEASE


def test_failed_mail_is_listed_and_retried(store: Database) -> None:
    """What was given up is listed with the server's words, and tried again on demand."""
    queue(store, storing.mail(None, "<out@desk>"))
    mine = claim(store)[0]
    settle(store, mine, Verdict.FAILED)
    with store.read() as conn:
        assert outbox.listing(conn) == ()
        (failed,) = outbox.listing(conn, failed=True)
    assert (failed.id, failed.state, failed.reply) == (mine.id, "failed", "250 2.0.0 queued as 4711")
    assert store.write(lambda conn: outbox.retry(conn, [mine.id + 1], NOW)) == 0
    assert store.write(lambda conn: outbox.retry(conn, None, NOW)) == 1
    assert [one.id for one in claim(store)] == [mine.id]


def test_dropped_mail_is_never_sent(store: Database) -> None:
    """A dropped delivery is gone from the queue; one that is being sent cannot be dropped."""
    queue(store, storing.mail(None, "<out@desk>"), storing.mail(None, "<two@desk>"))
    (sending,) = claim(store, limit=1)
    with store.read() as conn:
        ids = [one.id for one in outbox.listing(conn)]
    assert store.write(lambda conn: outbox.drop(conn, ids, NOW)) == 1
    assert store.write(lambda conn: outbox.retry(conn, None, NOW)) == 0
    assert claim(store, LATER)[0].id == sending.id
