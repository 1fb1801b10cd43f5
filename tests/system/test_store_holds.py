"""Held answers and mail that waits for an `#undo`, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailflow.model import Again, Change, Hold, Kind, OutgoingMail
from mailflow.store import holds, inbox, outbox, tickets
from mailflow.store.database import Database
from tests.system import storing
from tests.system.storing import LEASE, NOW, accept, claim, open_ticket

SOON = NOW + timedelta(minutes=2)
SIDE = "team:support"


def decided(store: Database, message_id: str, *ancestors: str) -> int:
    """A received mail that is decided on; its id in the inbox."""
    received_id = accept(store, message_id, *ancestors)
    claim(store)
    assert store.write(lambda conn: inbox.done(conn, received_id))
    return received_id


def saved(store: Database, number: int, **changes: object) -> None:
    change = replace(Change(ticket=storing.ticket(number)), **changes)  # type: ignore[arg-type]
    store.write(lambda conn: tickets.save(conn, change, None, NOW))


def waiting(store: Database, number: int) -> tuple[Hold, ...]:
    with store.read() as conn:
        return holds.waiting(conn, number)


def held(store: Database, number: int, message_id: str, by: str = "eva@desk.example") -> Hold:
    hold = Hold(decided(store, message_id), SIDE, by, "max@desk.example")
    saved(store, number, hold=hold)
    return hold


def test_held_answers_wait_oldest_first_on_their_ticket(store: Database) -> None:
    """What is held on one ticket is not seen on another."""
    number, other = (
        store.write(open_ticket),
        store.write(lambda c: open_ticket(c, "<second@example.com>")),
    )
    one, two = held(store, number, "<a@x>"), held(store, number, "<b@x>", "ida@desk.example")
    three = held(store, other, "<c@x>")
    assert waiting(store, number) == (one, two)
    assert waiting(store, other) == (three,)
    assert waiting(store, 4711) == ()


def test_a_released_answer_takes_its_way_again_once(store: Database) -> None:
    """It comes out of the inbox as it came, marked; and is no longer held."""
    number = store.write(open_ticket)
    one, two = held(store, number, "<a@x>"), held(store, number, "<b@x>")
    saved(store, number, again=((one.received_id, Again.RELEASED),))
    assert waiting(store, number) == (two,)
    (again,) = claim(store)
    assert (again.id, again.again) == (one.received_id, Again.RELEASED)
    assert store.write(lambda conn: inbox.done(conn, again.id))
    assert claim(store) == ()


def test_a_dropped_answer_takes_no_way(store: Database) -> None:
    number = store.write(open_ticket)
    one = held(store, number, "<a@x>")
    saved(store, number, dropped=(one.received_id,))
    assert waiting(store, number) == ()
    assert claim(store) == ()


def test_a_mail_in_work_is_not_taken_again(store: Database) -> None:
    """Only what was decided on can be decided again."""
    number, received_id = store.write(open_ticket), accept(store, "<a@x>")
    saved(store, number, again=((received_id, Again.SPLIT),))
    (first,) = claim(store)
    assert first.again == ""


def test_a_split_mail_moves_to_its_new_ticket(store: Database) -> None:
    """It is on file once, where it was decided last; its Message-ID proves the new ticket."""
    number = store.write(open_ticket)
    received_id = decided(store, "<b@x>", "<first@example.com>")
    (received,) = (store.write(lambda conn: inbox.received(conn, received_id)),)
    assert received is not None
    filed = storing.filed("<b@x>", "<first@example.com>", text="Another thing.")
    store.write(
        lambda conn: tickets.save(
            conn, Change(filed=filed, ticket=storing.ticket(number)), received, NOW
        )
    )
    second = store.write(tickets.next_number)
    again = replace(received, again=Again.SPLIT)
    change = Change(filed=filed, ticket=storing.ticket(second))
    store.write(lambda conn: tickets.save(conn, change, again, NOW))
    with store.read() as conn:
        old, new = tickets.case(conn, number), tickets.case(conn, second)
    assert old is not None
    assert new is not None
    assert [one.message_id for one in old.thread if one.direction == "in"] == ["<first@example.com>"]
    assert [one.message_id for one in new.thread] == ["<b@x>"]


# --- Undo ----------------------------------------------------------------------------------------


def answer(number: int, message_id: str, **changes: object) -> OutgoingMail:
    one = storing.mail(number, message_id, kind=Kind.REPLY, recipients=("a@x.example", "b@x.example"))
    return replace(one, not_before=SOON, **changes)  # type: ignore[arg-type]


def undoable(store: Database, number: int, at: object = NOW) -> tuple[str, ...]:
    with store.read() as conn:
        return holds.undoable(conn, number, at)  # type: ignore[arg-type]


def test_what_a_person_wrote_can_be_taken_back_until_it_leaves(store: Database) -> None:
    """Each mail once, however many get it; neither a team's mail nor what the desk says by itself."""
    number = store.write(open_ticket)
    automatic = answer(number, "<auto@desk>", by_person=False)
    team = replace(storing.team_mail(number, "<copy@desk>"), not_before=SOON, by_person=True)
    mails = (answer(number, "<one@desk>"), answer(number, "<two@desk>"), automatic, team)
    saved(store, number, outgoing=mails)
    assert undoable(store, number) == ("<one@desk>", "<two@desk>")
    assert undoable(store, number, SOON) == ()
    assert undoable(store, number + 1) == ()


def test_a_mail_that_was_taken_back_never_leaves(store: Database) -> None:
    """All its recipients; the other mail leaves at its time."""
    number = store.write(open_ticket)
    saved(store, number, outgoing=(answer(number, "<one@desk>"), answer(number, "<two@desk>")))
    saved(store, number, retracted=("<two@desk>",))
    assert undoable(store, number) == ("<one@desk>",)
    claimed = store.write(lambda conn: outbox.claim(conn, "one", SOON, LEASE, 100))
    assert {one.message_id for one in claimed if one.kind is Kind.REPLY} == {"<one@desk>"}
    with store.read() as conn:
        case = tickets.case(conn, number)
    assert case is not None
    states = {one.message_id: one.state for one in case.thread if one.kind == Kind.REPLY}
    assert states["<two@desk>"] == "dropped"


def test_what_has_begun_to_leave_cannot_be_taken_back(store: Database) -> None:
    """An attempt that failed for now may have reached somebody."""
    number = store.write(open_ticket)
    saved(store, number, outgoing=(answer(number, "<one@desk>"),))
    claimed = store.write(lambda conn: outbox.claim(conn, "one", SOON, LEASE, 100))
    fences = [(one.id, one.fence) for one in claimed]
    assert undoable(store, number, NOW) == ()
    saved(store, number, retracted=("<one@desk>",))
    assert store.write(lambda conn: outbox.renew(conn, fences, SOON, LEASE)) == {
        one for one, _ in fences
    }
