"""Tickets on both databases: what a decision saved is what the next one reads, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event

from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Case,
    Change,
    Entry,
    Evidence,
    Kind,
    Link,
    Participant,
    Priority,
    Promise,
    Role,
    Status,
    Token,
)
from mailflow.store import correspondence, inbox, mailboxes, outbox, rows, search, tickets
from mailflow.store.database import Database
from tests.system import storing
from tests.system.storing import ANNA, LEASE, NOW, accept, claim, open_ticket

HOUR = timedelta(hours=1)


def evidence(
    store: Database,
    *,
    tokens: tuple[str, ...] = (),
    ancestors: tuple[str, ...] = (),
    message_id: str = "<this@example.com>",
    numbers: tuple[int, ...] = (),
    returned: tuple[str, ...] = (),
) -> Evidence:
    with store.read() as conn:
        return tickets.evidence(
            conn,
            tokens=tokens,
            ancestors=ancestors,
            message_id=message_id,
            numbers=numbers,
            returned=returned,
        )


def case(store: Database, number: int) -> Case:
    found = store.write(lambda conn: tickets.case(conn, number))
    assert found is not None
    return found


# --- Case and Change -----------------------------------------------------------------------------


def test_numbers_begin_at_1001_and_leave_a_gap_on_demand(store: Database) -> None:
    """Numbers follow each other from 1001; after a restore they leave room for lost tickets."""
    assert [store.write(tickets.next_number) for _ in range(2)] == [1001, 1002]
    store.write(tickets.leave_gap)
    assert store.write(tickets.next_number) == 2003


def test_number_of_an_undone_decision_is_given_again(store: Database) -> None:
    """A decision that is rolled back has used no number: numbers have no holes."""

    def fails(conn: Connection) -> None:
        tickets.next_number(conn)
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        store.write(fails)
    assert store.write(tickets.next_number) == 1001


def test_a_saved_ticket_reads_back_whole(store: Database) -> None:
    """Ticket, clocks, tokens and history come back as they were given."""
    number = store.write(open_ticket)
    found = case(store, number)
    change = storing.opening(number)
    assert found.ticket == change.ticket
    assert found.clocks == change.clocks
    assert set(found.tokens) == set(change.tokens)
    with store.read() as conn:
        assert tickets.history(conn, number) == change.entries


def test_a_decision_takes_few_statements(store: Database) -> None:
    """Saving a new ticket with two mails takes at most 16 statements: each is a round trip."""
    statements: list[object] = []

    def work(conn: Connection) -> None:
        event.listen(conn, "before_cursor_execute", lambda *told: statements.append(told[2]))
        open_ticket(conn)

    store.write(work)
    assert 5 < len(statements) <= 16


def test_the_thread_is_oldest_first_with_states(store: Database) -> None:
    """The received mail comes first, ours follow with the state of their deliveries."""
    number = store.write(open_ticket)
    thread = case(store, number).thread
    assert [(one.kind, one.state) for one in thread] == [
        ("customer", "received"),
        ("acknowledgement", "queued"),
        ("forward", "queued"),
    ]
    assert thread[0] == storing.filed("<first@example.com>")
    assert thread[1].from_ == Address("The Desk", "support@desk.example")
    assert thread[1].text == "We have it."


@pytest.mark.parametrize(
    ("states", "joint"),
    [
        ({"queued", "failed"}, "queued"),
        ({"claimed", "delivered"}, "queued"),
        ({"failed", "delivered"}, "failed"),
        ({"delivered", "dropped"}, "delivered"),
        ({"dropped"}, "dropped"),
        (set(), "dropped"),
    ],
)
def test_a_mail_has_the_state_a_person_must_know(states: set[str], joint: str) -> None:
    """Of several deliveries the one still under way counts first, then the one that failed."""
    assert rows.joint_state(states) == joint


def test_a_change_replaces_the_ticket_and_adds_the_rest(store: Database) -> None:
    """Scalars and participants are replaced; history, tokens and mail grow."""
    number = store.write(open_ticket)
    before = case(store, number)
    changed = replace(
        before.ticket,
        status=Status.CLOSED,
        priority=Priority.HIGH,
        closed_at=NOW + HOUR,
        taken_by="bo@desk.example",
        participants=(
            Participant(Address("Bea", "bea@example.com"), Role.PARTICIPANT),
            Participant(Address("", "x@example.net"), Role.STRANGER),
        ),
    )
    change = Change(
        ticket=changed,
        entries=(Entry(NOW + HOUR, "closed", "bo@desk.example"),),
        tokens=(Token("fresh", "team:billing"),),
    )
    store.write(lambda conn: tickets.save(conn, change, None, NOW + HOUR))
    after = case(store, number)
    assert after.ticket == changed
    assert after.thread == before.thread
    assert after.clocks == before.clocks
    assert len(after.tokens) == 3
    assert store.write(lambda conn: len(tickets.history(conn, number))) == 3


def test_unknown_tickets_have_no_case(store: Database) -> None:
    """A number that was never given has nothing on file."""
    assert store.write(lambda conn: tickets.case(conn, 4711)) is None


def test_hostile_text_is_kept_scrubbed(store: Database) -> None:
    """NUL and lone surrogates become U+FFFD; the longest Message-ID and address are kept."""
    long_id = "<" + "".join(chr(0x4E00 + n) for n in range(5000)) + "@example.com>"
    stranger = Address("a\0b\ud83d", "é" * 5000 + "@example.com")
    filed = replace(storing.filed(long_id, text="x\0\udcff 😀"), from_=stranger)
    change = replace(storing.opening(7), filed=filed, ticket=storing.ticket(7, stranger))
    store.write(lambda conn: tickets.save(conn, change, None, NOW))
    found = case(store, 7)
    assert found.ticket.customer == Address("a\ufffdb\ufffd", stranger.address)
    assert found.thread[0].text == "x\ufffd\ufffd 😀"
    assert evidence(store, ancestors=(long_id,)).theirs == (7,)
    with store.read() as conn:
        assert len(search.listing(conn, customer=stranger.address)) == 1


def test_mail_without_a_ticket_is_on_file(store: Database) -> None:
    """A mail that opens no ticket is kept and found, with the reason in its way."""
    mine = accept(store, "<vacation@example.com>")
    (received,) = claim(store)
    change = Change(
        filed=storing.filed("<vacation@example.com>", text="I am on holiday until Monday"),
        entries=(Entry(NOW, "kept without a ticket", "mailflow", "vacation note"),),
    )

    def decide(conn: Connection) -> None:
        tickets.save(conn, change, received, NOW)
        inbox.done(conn, mine)

    store.write(decide)
    with store.read() as conn:
        (found,) = search.search(conn, "holiday monday")
        assert (found.ticket, found.message_id) == (None, "<vacation@example.com>")
        what = [step.what for step in search.way_of_message(conn, "<vacation@example.com>")]
        assert what == ["received by smtp", "kept without a ticket (mailflow)"]


# --- Evidence ------------------------------------------------------------------------------------


def test_tokens_prove_ticket_and_side_whatever_their_case(store: Database) -> None:
    """A token is found in any case; one that was never given proves nothing."""
    number = store.write(open_ticket)
    found = evidence(store, tokens=(f"TEAM{number}", "never", f"custom{number}"))
    assert found.tokens == (Link(number, "team:support"), Link(number, CUSTOMER_SIDE))
    with store.read() as conn:
        assert tickets.token_exists(conn, f"Custom{number}")
        assert not tickets.token_exists(conn, "custom\0\ud800")


def test_ours_are_told_from_theirs(store: Database) -> None:
    """Message-IDs that we made prove a side, the newest ancestor first; received ones only a ticket."""
    one, two = store.write(open_ticket), store.write(lambda c: open_ticket(c, "<other@example.com>"))
    ancestors = ("<first@example.com>", f"<ack{one}@desk>", f"<fwd{two}@desk>", "<other@example.com>")
    found = evidence(store, ancestors=ancestors)
    assert found.ours == (Link(two, "team:support"), Link(one, CUSTOMER_SIDE))
    assert found.theirs == (two, one)
    assert not found.own


def test_our_own_mail_that_comes_back_is_known(store: Database) -> None:
    """A mail with a Message-ID that we made is our own; one with a customer's is not."""
    number = store.write(open_ticket)
    assert evidence(store, message_id=f"<ack{number}@desk>").own
    assert not evidence(store, message_id="<first@example.com>").own


def test_a_late_original_finds_the_answer_that_came_first(store: Database) -> None:
    """A mail that a received one names as its ancestor is awaited by that one's ticket."""

    def answer(conn: Connection) -> None:
        change = replace(storing.opening(5), filed=storing.filed("<answer@example.com>", "<late@x>"))
        tickets.save(conn, change, None, NOW)

    store.write(answer)
    assert evidence(store, message_id="<late@x>").awaiting == (5,)
    assert evidence(store, message_id="<answer@example.com>").awaiting == ()


def test_numbers_and_returned_mail(store: Database) -> None:
    """Only existing numbers count, absurd ones do no harm; a bounce names our mail."""
    number = store.write(open_ticket)
    numbers = (0, number, 4711, 10**30)
    found = evidence(store, numbers=numbers, returned=(f"<ack{number}@desk>", "<no@x>"))
    assert found.numbered == (number,)
    assert found.returned == (Link(number, CUSTOMER_SIDE),)


def test_a_thousand_ancestors_are_looked_at_from_both_ends(store: Database) -> None:
    """Of too many references the first and the newest count."""
    number = store.write(open_ticket)
    many = tuple(f"<{n}@example.com>" for n in range(2000))
    assert evidence(store, ancestors=("<first@example.com>", *many)).theirs == (number,)
    assert evidence(store, ancestors=(*many, "<first@example.com>")).theirs == (number,)


# --- Clocks --------------------------------------------------------------------------------------


def test_clocks_are_due_in_order_until_met_or_broken(store: Database) -> None:
    """Clocks are listed by the time of their next step; those that take none are not, and stay on file."""
    number = store.write(open_ticket)
    with store.read() as conn:
        assert tickets.clocks_due(conn, NOW + timedelta(minutes=1), 10) == ()
        due = tickets.clocks_due(conn, NOW + timedelta(minutes=10), 10)
    assert [clock.promise for _, clock in due] == [Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE]
    met = replace(due[0][1], met_at=NOW, next_at=None)
    broken = replace(due[1][1], broken=True, next_at=None)
    store.write(lambda conn: tickets.set_clocks(conn, number, (met, broken)))
    with store.read() as conn:
        assert tickets.clocks_due(conn, NOW + HOUR, 10) == ()
        assert set(tickets.clocks(conn, number)) == {met, broken}


def test_one_changed_clock_leaves_the_others(store: Database) -> None:
    """A clock of another promise or start stays as it is."""
    number = store.write(open_ticket)
    later = replace(storing.clock(), started_at=NOW + HOUR)
    store.write(lambda conn: tickets.set_clocks(conn, number, (later,)))
    assert len(case(store, number).clocks) == 3


# --- Limits --------------------------------------------------------------------------------------


def reply(conn: Connection, number: int, message_id: str, hours: int) -> None:
    kind = Kind.REPLY if message_id.startswith("<reply") else Kind.STATUS
    out = storing.mail(number, message_id, kind=kind)
    change = Change(ticket=storing.ticket(number), outgoing=(out,))
    tickets.save(conn, change, None, NOW + hours * HOUR)


def test_automatic_mail_counts_until_a_person_answers(store: Database) -> None:
    """Automatic mails to an address count within the window, and from zero after a person's answer."""
    number = store.write(open_ticket)
    store.write(lambda conn: reply(conn, number, "<status@desk>", 1))
    with store.read() as conn:
        assert correspondence.with_address(conn, "ANNA@example.com", NOW).to_address == 2
        assert correspondence.with_address(conn, ANNA.address, NOW + HOUR).to_address == 1
        assert correspondence.with_strangers(conn, NOW) == 2
    store.write(lambda conn: reply(conn, number, "<reply@desk>", 2))
    store.write(lambda conn: reply(conn, number, "<status2@desk>", 3))
    with store.read() as conn:
        found = correspondence.with_address(conn, ANNA.address, NOW)
        assert (found.to_address, found.stranger) == (1, False)
        assert correspondence.with_strangers(conn, NOW) == 0


def test_mail_to_teams_is_not_limited(store: Database) -> None:
    """Forwards are automatic as well, and count nowhere."""
    store.write(open_ticket)
    with store.read() as conn:
        found = correspondence.with_address(conn, "support@desk.example", NOW)
    assert (found.to_address, found.stranger) == (0, True)


# --- Lists and search ----------------------------------------------------------------------------


def test_listing_filters(store: Database) -> None:
    """Every filter narrows; the newest ticket comes first, with its next due time."""
    one, two = (store.write(open_ticket) for _ in range(2))
    solved = replace(storing.ticket(two), status=Status.RESOLVED, team="sysadmins", bucket="general")
    store.write(lambda conn: tickets.save(conn, Change(ticket=solved), None, NOW))
    with store.read() as conn:

        def numbers(**filters: object) -> list[int]:
            listed = search.listing(conn, **filters)  # type: ignore[arg-type]
            return [row.ticket.number for row in listed]

        assert numbers() == [two, one]
        assert numbers(limit=1) == [two]
        assert numbers(status="open") == [one]
        assert numbers(team="sysadmins") == numbers(bucket="general") == [two]
        assert numbers(customer="Anna@Example.com") == [two, one]
        assert numbers(customer="bea@example.com") == []
        due_at = NOW + timedelta(minutes=2)
        assert numbers(overdue_at=due_at) == [two, one]
        assert numbers(overdue_at=due_at - timedelta(microseconds=1)) == []
        assert search.listing(conn)[0].due_at == due_at


@pytest.mark.parametrize(
    "words",
    [
        "slow disk",
        "DISK",
        "Grüße",
        "42",
        "ftp.example.net",
        "anna",
        '"disk OR',
        "foo_bar",
        "* disk ' )",
    ],
)
def test_search_finds_words(store: Database, words: str) -> None:
    """All words must occur, in any case; punctuation separates words and means nothing else."""
    text = "My disk is slow. Grüße, 42 of ftp.example.net and foo_bar or not"
    change = replace(storing.opening(9), filed=storing.filed("<a@example.com>", text=text))
    store.write(lambda conn: tickets.save(conn, change, None, NOW))
    with store.read() as conn:
        assert [found.ticket for found in search.search(conn, words)] == [9]


@pytest.mark.parametrize("words", ["disk fast", "dis", "", "   ", "***", "\0", "99999999999999999999"])
def test_search_finds_nothing_else(store: Database, words: str) -> None:
    """A word that does not occur, half a word, no word: nothing is found, nothing fails."""
    change = replace(storing.opening(9), filed=storing.filed("<a@example.com>", text="My disk is slow"))
    store.write(lambda conn: tickets.save(conn, change, None, NOW))
    with store.read() as conn:
        assert search.search(conn, words) == ()


def test_search_by_number_address_and_message_id(store: Database) -> None:
    """A number finds the ticket's mail, an address the mail of its tickets, a Message-ID one mail."""
    number = store.write(open_ticket)
    with store.read() as conn:
        for words in (str(number), f"#{number}", "anna@example.com"):
            assert {found.message_id for found in search.search(conn, words)} >= {
                "<first@example.com>",
                f"<fwd{number}@desk>",
            }
        for words in ("<first@example.com>", "first@example.com"):
            (found,) = search.search(conn, words)
            assert found.message_id == "<first@example.com>"


def test_changed_and_erased_text_is_searched_no_more(store: Database) -> None:
    """What is erased from a mail cannot be found by its words either."""
    store.write(open_ticket)

    def erase(conn: Connection) -> None:
        conn.exec_driver_sql("UPDATE messages SET subject = 'gone', text = '' WHERE direction = 'in'")

    store.write(erase)
    with store.read() as conn:
        assert search.search(conn, "everything slow") == ()
        assert len(search.search(conn, "gone")) == 1


def test_the_way_of_a_ticket_is_told_by_time(store: Database) -> None:
    """The log of a ticket holds its mail, its history and its deliveries with the server's words."""
    accept(store, "<first@example.com>")
    (received,) = claim(store)
    number = store.write(tickets.next_number)
    store.write(lambda conn: tickets.save(conn, storing.opening(number), received, NOW))
    store.write(lambda conn: outbox.claim(conn, "w", NOW, LEASE, 9))
    with store.read() as conn:
        what = [step.what for step in search.way_of_ticket(conn, number)]
    assert what[0].startswith("opened")
    assert "received by smtp" in what
    assert "claimed: forward to support@desk.example" in what


def test_mailboxes_remember_where_polling_stands(store: Database) -> None:
    """The state is kept by account and folder, and replaced as a whole."""
    state = mailboxes.Mailbox(2**32 - 1, 17, NOW)
    with store.read() as conn:
        assert mailboxes.load(conn, "support@imap.example", "INBOX") is None
    store.write(lambda conn: mailboxes.save(conn, "support@imap.example", "INBOX", state))
    later = replace(state, last_uid=18)
    store.write(lambda conn: mailboxes.save(conn, "support@imap.example", "INBOX", later))
    with store.read() as conn:
        assert mailboxes.load(conn, "support@imap.example", "INBOX") == later
        assert mailboxes.load(conn, "support@imap.example", "Other") is None
