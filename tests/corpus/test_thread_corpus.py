"""Public threading suites, as mail of customers on its whole real way: which mails share a ticket?

The suites know no senders, and here only a sender who takes part joins a ticket by its Message-IDs. So each
case is played with one customer for each expected thread, who sends all its mails; and again with a single
customer for everything, where nothing but the headers keeps two threads apart.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from mailflow.config import load, write_init
from mailflow.model import Desk, Trust
from mailflow.store import schema, versions
from tests.corpus.authors import needs_corpora
from tests.corpus.conversations import Case, ancestry, cases, written
from tests.flow.desk import PlayedDesk

pytestmark = needs_corpora

SUBJECT = "the subject alone joins nothing: two mails that look alike may be two matters"
ABSENT = "the mail that both answer never came, so its Message-ID is no ticket's"
QUOTED = "Message-IDs are compared as written: programs copy them and do not quote them anew"

# Expected threads that are several tickets here, by their label.
APART = {
    "invalid-threading-headers-allow-subject-fallback": SUBJECT,
    "localized-subject-prefixes": SUBJECT,
    "message-id-quoted-local-normalization": QUOTED,
    "subject-blob-normalization": SUBJECT,
    "subject-blob-only-preserved": SUBJECT,
    "subject-fallback-attaches-to-header-thread": SUBJECT,
    "subject-fallback-groups-headerless": SUBJECT,
    "subject-forward-wrapper-normalization": SUBJECT,
    "subject-prefixes-custom": SUBJECT,
    "subject-trailer-fwd-normalization": SUBJECT,
    "subject-whitespace-normalization": SUBJECT,
    "imap thread-orderedsubject": SUBJECT,
    "imap thread-orderedsubject2": SUBJECT,
    "imap thread3": SUBJECT,
    "imap thread4": SUBJECT,
    "imap thread6": ABSENT,
    "ancestry G": ABSENT,
    "ancestry liar 1": ABSENT,
    "ancestry liar2 1": ABSENT,
    "ancestry same subject 1": SUBJECT,
}
# Expected threads that share a ticket where one customer sends everything.
TOGETHER = {
    "conflicting-references-beat-in-reply-to": "In-Reply-To names the very mail that is answered",
    "imap thread": "the second mail names the first among its ancestors",
}
# The same where every mail comes before those that it answers.
MIXED = {
    **TOGETHER,
    "duplicate-message-id-first-wins": "each of two mails with one Message-ID is what the answer awaits",
}

Groups = frozenset[frozenset[int]]  # the mails of each ticket
Play = Callable[..., Groups]  # takes a case and the sender of each of its mails


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("init")
    write_init(folder)
    desk = load(folder / "mailflow.toml", {}).desk
    return replace(desk, trust=Trust(require_authentication="none"))


@pytest.fixture(scope="module")
def empty_database() -> Iterator[Path]:
    """In a folder in memory where there is one: what a disk survives is tested elsewhere."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        file = Path(folder) / "empty.db"
        versions.create_if_empty(f"sqlite:///{file}")
        yield file


@pytest.fixture(scope="module")
def play(policy: Desk, empty_database: Path) -> Play:
    """Plays a case on a new desk: the mails that share a ticket."""

    def play_(case: Case, authors: Sequence[str], *, backwards: bool = False) -> Groups:
        file = empty_database.with_name("mailflow.db")
        shutil.copy(empty_database, file)
        desk = PlayedDesk(file, policy)
        indices = range(len(case.mails))
        received = {
            desk.receives(written(case.mails[index], authors[index], index), authors[index]).id: index
            for index in (reversed(indices) if backwards else indices)
        }
        filed = desk.reads(on_file)
        desk.close()
        assert sorted(inbox_id for inbox_id, _ in filed) == sorted(received), case.name
        assert len(received) == len(case.mails), f"{case.name}: a mail passes for a repeat of another"
        return grouped((received[inbox_id], ticket) for inbox_id, ticket in filed)

    return play_


def on_file(connection: Connection) -> list[tuple[int, int | None]]:
    """(received mail, ticket) of everything that came in."""
    rows = schema.messages.c
    query = select(rows.inbox_id, rows.ticket).where(rows.direction == "in")
    return [(row.inbox_id, row.ticket) for row in connection.execute(query)]


def grouped(places: Iterable[tuple[int, int | None]]) -> Groups:
    tickets: dict[int, set[int]] = {}
    for mail, ticket in places:
        assert ticket is not None, "a customer's mail is on no ticket"
        tickets.setdefault(ticket, set()).add(mail)
    return frozenset(map(frozenset, tickets.values()))


def one_each(case: Case) -> list[str]:
    """The senders if each thread is one customer's; a mail of no thread is anybody's."""
    owners = {mail: label for label, (_, mails) in enumerate(case.threads) for mail in mails}
    return [f"customer{owners.get(mail, '')}@customer.example" for mail in range(len(case.mails))]


def one_for_all(case: Case) -> list[str]:
    return ["anna@customer.example"] * len(case.mails)


def unlike(case: Case, tickets: Groups) -> list[str]:
    """The expected threads that are not exactly one ticket."""
    return [label for label, mails in case.threads if mails not in tickets]


def together(case: Case, tickets: Groups) -> set[str]:
    """The expected threads that share a ticket with another one."""
    crowded = [each for each in tickets if sum(bool(each & mails) for _, mails in case.threads) > 1]
    return {label for label, mails in case.threads if any(each & mails for each in crowded)}


def test_each_thread_of_a_customer_is_a_ticket(play: Play) -> None:
    """Whoever takes part joins by any Message-ID of the ticket; no two customers share a ticket."""
    every = [(case, play(case, one_each(case))) for case in cases()]
    split = [label for case, tickets in every for label in unlike(case, tickets)]
    threads = sum(len(case.threads) for case, _ in every)
    exact = sum(not unlike(case, tickets) for case, tickets in every)
    print(
        f"exactly as expected: cases {exact} of {len(every)}, threads {threads - len(split)} of {threads}"
    )
    assert len(every) == 48
    assert set(split) == set(APART)
    assert not [case.name for case, tickets in every if together(case, tickets)]


def test_nothing_but_headers_joins_the_mails_of_one_customer(play: Play) -> None:
    """The same subject, the same Message-ID, the same parent that never came: still two matters."""
    every = [(case, play(case, one_for_all(case))) for case in cases()]
    assert {label for case, tickets in every for label in together(case, tickets)} == set(TOGETHER)
    split = {label for case, tickets in every for label in unlike(case, tickets)}
    assert split <= {*APART, *TOGETHER}


def test_backwards(play: Play) -> None:
    """Answers before what they answer: it ends, every mail is on one ticket, no two matters are mixed."""
    every = [(case, play(case, one_for_all(case), backwards=True)) for case in cases()]
    assert {label for case, tickets in every for label in together(case, tickets)} == set(MIXED)


def test_circles_end(play: Play) -> None:
    """Mails that are each other's ancestors are one conversation."""
    case = ancestry()
    circles = [mail for mail, headers in enumerate(case.mails) if "Loop" in dict(headers)["Subject"]]
    tickets = play(case, one_for_all(case))
    found = sorted(len(each) for each in tickets if each & set(circles))
    assert found == [1, 2, 3, 4]
