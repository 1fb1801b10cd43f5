"""The inbox on both databases: what was accepted is there once, and one worker at a time has it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from mailflow.model import Received
from mailflow.store import inbox, tickets
from mailflow.store.database import Database
from tests.system import storing
from tests.system.storing import LEASE, NOW, accept, claim


def test_bytes_come_back_exactly(store: Database) -> None:
    """A mail's octets are stored as they came: NUL, bare CR and LF, every octet."""
    content = bytes(range(256)) * 3 + b"\r\n.\n\r"
    accept(store, "<a@example.com>", content=content)
    (received,) = claim(store)
    assert received.content == content
    assert received.envelope == storing.arrival().envelope
    assert received.received_at == NOW


def test_repeat_is_recognised(store: Database) -> None:
    """The same mail accepted again is one mail, whatever its Message-ID says of others."""
    first = store.write(
        lambda conn: inbox.accept(conn, storing.arrival(), storing.hints("<a@example.com>"))
    )
    again = store.write(
        lambda conn: inbox.accept(conn, storing.arrival(), storing.hints("<a@example.com>"))
    )
    assert (again.id, first.repeat, again.repeat) == (first.id, False, True)
    assert store.write(inbox.waiting) == 1


def test_same_mail_by_two_connections_is_one(url: str) -> None:
    """Two processes that accept one mail at the same time store it once."""
    doors = [Database(url), Database(url)]
    for door in doors:
        door.open()

    def work(conn: Connection) -> inbox.Accepted:
        return inbox.accept(conn, storing.arrival(b"x" * 1000), storing.hints("<same@example.com>"))

    for _ in range(20):
        done = [future.result() for future in [door.submit(work) for door in doors]]
        assert done[0].id == done[1].id
    for door in doors:
        door.close()


def test_hostile_text_is_kept(store: Database) -> None:
    """NUL and lone surrogates in what a stranger wrote never refuse a mail."""
    envelope_free = storing.hints("<a\0b\ud800@example.com>", ("<" + "x" * 5000 + ">",))
    store.write(lambda conn: inbox.accept(conn, storing.arrival(), envelope_free))
    assert len(claim(store)) == 1


def test_follow_ups_go_first_then_the_oldest(store: Database) -> None:
    """A mail with ancestors or to a token address goes ahead of older new requests."""
    new = [accept(store, f"<new{n}@example.com>") for n in range(2)]
    answer = accept(store, "<answer@example.com>", "<known@desk>")
    token = accept(store, "<token@example.com>", to="support+abc@desk.example")
    assert [one.id for one in claim(store)] == [answer, token, *new]


def test_one_mail_of_a_conversation_at_a_time(store: Database) -> None:
    """While a mail of a conversation is worked on, no other of it is claimed; then the next is."""
    first = accept(store, "<first@example.com>")
    second = accept(store, "<second@example.com>", "<first@example.com>")
    assert [one.id for one in claim(store)] == [first]
    assert claim(store, "two") == ()
    store.write(lambda conn: inbox.done(conn, first))
    assert [one.id for one in claim(store, "two")] == [second]


def test_expired_lease_is_claimed_again_and_counted(store: Database) -> None:
    """A claim whose lease is over goes to another worker, as one attempt more; a live one does not."""
    accept(store, "<a@example.com>")
    assert claim(store)[0].attempts == 0
    assert claim(store, "two", NOW + LEASE) == ()
    (again,) = claim(store, "two", NOW + LEASE + timedelta(microseconds=1))
    assert again.attempts == 1


def test_renewed_lease_is_kept(store: Database) -> None:
    """Renewing prolongs one's own claims, and only those."""
    mine = accept(store, "<a@example.com>")
    claim(store)
    later = NOW + LEASE
    assert store.write(lambda conn: inbox.renew(conn, "two", [mine], later, LEASE)) == frozenset()
    assert store.write(lambda conn: inbox.renew(conn, "one", [mine], later, LEASE)) == {mine}
    assert claim(store, "two", later + LEASE) == ()


def test_void_frees_the_claims_of_a_dead_daemon(store: Database) -> None:
    """A starting daemon ends its predecessor's claims at once, each counted as an attempt."""
    accept(store, "<a@example.com>")
    claim(store)
    assert store.write(inbox.void) == 1
    assert claim(store, "two")[0].attempts == 1


def test_given_back_claims_cost_no_attempt(store: Database) -> None:
    """A daemon that stops in order gives its claims back uncounted, and no one else's."""
    accept(store, "<a@example.com>")
    accept(store, "<b@example.com>")
    claim(store, "one", limit=1)
    claim(store, "two", limit=1)
    assert store.write(lambda conn: inbox.give_back(conn, "one")) == 1
    (again,) = claim(store, "three")
    assert again.attempts == 0


def test_done_counts_once(store: Database) -> None:
    """A mail is decided on once: the second to say so is told."""
    mine = accept(store, "<a@example.com>")
    claim(store)
    assert store.write(lambda conn: inbox.done(conn, mine))
    assert not store.write(lambda conn: inbox.done(conn, mine))
    assert store.write(inbox.waiting) == 0


def test_failure_is_counted_and_tried_again(store: Database) -> None:
    """A failed mail is new again, and its failures are counted."""
    mine = accept(store, "<a@example.com>")
    for attempt in (1, 2):
        claim(store)
        assert store.write(lambda conn: inbox.failed(conn, mine)) == attempt
    assert claim(store)[0].attempts == 2


def test_quarantine_holds_until_released(store: Database) -> None:
    """A quarantined mail is listed with its cause, claimed by nobody, and new again once released."""
    mine = accept(store, "<a@example.com>", content=b"12345")
    store.write(lambda conn: inbox.quarantine(conn, mine, "nested too deeply", NOW))
    store.write(lambda conn: inbox.quarantine(conn, mine, "again", NOW))
    (held,) = store.write(inbox.quarantined)
    assert held == inbox.Quarantined(mine, NOW, storing.ANNA.address, "nested too deeply", 5)
    assert claim(store) == ()
    shown = store.write(lambda conn: inbox.received(conn, mine))
    assert shown is not None
    assert shown.content == b"12345"
    assert store.write(lambda conn: inbox.release(conn, [mine, 999])) == (mine,)
    assert [one.id for one in claim(store)] == [mine]
    assert store.write(inbox.quarantined) == ()


def test_three_workers_make_exactly_one_ticket_of_each_mail(url: str) -> None:
    """Three workers with connections of their own turn 200 mails into exactly 200 tickets."""
    workers = [Database(url) for _ in range(3)]
    for worker in workers:
        worker.open()
    for n in range(200):
        accept(workers[0], f"<{n}@example.com>")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(_decide_all, workers, ("one", "two", "three")))
    with workers[0].read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM tickets").scalar() == 200
        assert conn.exec_driver_sql("SELECT count(DISTINCT inbox_id) FROM messages").scalar() == 200
        assert inbox.waiting(conn) == 0
    for worker in workers:
        worker.close()


def _decide_all(store: Database, worker: str) -> None:
    while received := claim(store, worker, limit=8):
        for one in received:
            store.write(lambda conn, one=one: _decide(conn, one))  # type: ignore[misc]


def _decide(conn: Connection, received: Received) -> None:
    change = storing.opening(tickets.next_number(conn), f"<{received.id}@example.com>")
    tickets.save(conn, change, received, NOW)
    assert inbox.done(conn, received.id)


@pytest.mark.parametrize("workers", [4])
def test_claims_never_overlap(url: str, workers: int) -> None:
    """However many workers claim at once, each mail has one of them."""
    stores = [Database(url) for _ in range(workers)]
    for store in stores:
        store.open()
    for n in range(60):
        accept(stores[0], f"<{n}@example.com>")

    def claim_some(store: Database) -> list[int]:
        return [one.id for _ in range(10) for one in claim(store, str(id(store)), limit=5)]

    with ThreadPoolExecutor(workers) as pool:
        claimed = [one for some in pool.map(claim_some, stores) for one in some]
    assert len(claimed) == len(set(claimed)) == 60
    for store in stores:
        store.close()
