"""What happened outside a simulated desk, and what must therefore be true of it: the invariants.

The ledger knows every mail that was given to the desk, by a canary in its words: whose conversation it
belongs to, who may ever read it, whether a team must see it. `check` holds all that is new at the desk
against it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from mailflow.model import Case, Clock, Entry, Promise
from mailflow.rules.replay import PERSON
from mailflow.store import inbox, outbox, schema
from tests.flow.desk import PlayedDesk
from tests.flow.letters import Letter
from tests.flow.people import Person
from tests.flow.post import Sent

CANARY = re.compile(r"canary\d{6}")
_ADDRESS = re.compile(r"[\w.+-]+@example\.com")
_TOKEN = re.compile(r"support\+([a-z2-7]{20})@example\.com")
_BY_PERSONS = ("reply", "resolution", "closing", "status", "escalation")
_TO_CUSTOMERS = frozenset({"acknowledgement", "notice", *_BY_PERSONS})
_TO_TEAMS = frozenset(
    {
        "forward",
        "copy",
        "note",
        "bounce",
        "handover",
        "reminder",
        "breach",
        "incident",
        "approval-request",
    }
)
_INNER_HEADERS = ("Received", "X-Originating-IP", "Authentication-Results", "Bcc", "Cc")


@dataclass
class Conversation:
    """What belongs on one ticket. `acknowledged`: an acknowledgement may be sent."""

    customer: Person
    subject: str
    first: Letter
    acknowledged: bool = True
    ticket: int = 0  # once the desk has given it one
    to_customer: list[Sent] = field(default_factory=list)
    to_team: list[Sent] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)  # the customer's
    receipts: list[Sent] = field(default_factory=list)
    taken: list[tuple[str, datetime]] = field(default_factory=list)  # kinds, repeats included
    let_in: set[str] = field(default_factory=set)  # whom a team ever let in
    merged: Conversation | None = None  # where it goes on
    is_split: bool = False  # its first mail was on another ticket before

    @property
    def end(self) -> Conversation:
        """Where it goes on after all merges."""
        return self.merged.end if self.merged else self

    @property
    def places(self) -> set[int]:
        """Its ticket, and those that it was merged into."""
        return {self.ticket, *(self.merged.places if self.merged else ())}


@dataclass(frozen=True)
class Given:
    """A mail that the desk was given. `reader`: whom of the customers its words may reach."""

    canary: str
    conversation: Conversation | None  # None: it belongs to no ticket
    reader: str
    shown: bool  # a team must see it


class Ledger:
    """Raises AssertionError as soon as something is wrong."""

    def __init__(self, desk: PlayedDesk) -> None:
        self._desk = desk
        self._readers: dict[str, str] = {}
        self._given: dict[int, Given] = {}  # by id in the inbox
        self._filed: set[int] = set()
        self._set_aside: set[int] = set()  # expected in the quarantine
        self._conversations: dict[int, Conversation] = {}  # by ticket
        self._seen_by_teams: set[str] = set()
        self._looked_at = 0
        self._last_row = 0
        self._copies: dict[tuple[str, str], bytes] = {}
        self._tokens: dict[str, tuple[int, bool]] = {}  # token -> ticket, customer's side
        self.repeats = 0  # mails that were sent again, byte for byte
        self.kinds: Counter[str] = Counter()

    # --- What is told to it ---

    def may_read(self, canary: str, reader: str) -> None:
        self._readers[canary] = reader

    def given(self, inbox_id: int, given: Given) -> None:
        assert inbox_id not in self._given, "another mail was taken for a repeat"
        self._given[inbox_id] = given
        self.may_read(given.canary, given.reader)

    def set_aside(self, inbox_id: int) -> None:
        """This mail is beyond the limits."""
        self._set_aside.add(inbox_id)

    # --- What must be true at every step ---

    def check(self) -> None:
        """Everything that is new since the last check."""
        self._check_filed()
        new = self._desk.post.sent[self._looked_at :]
        self._looked_at = len(self._desk.post.sent)
        for sent in new:
            self._check_sent(sent)
        for number in {sent.ticket for sent in new} - {0}:
            self._check_ticket(number)

    def _check_filed(self) -> None:
        rows = self._desk.reads(self._new_rows)
        for row in rows:
            self._last_row = row.id
            assert row.inbox_id not in self._filed, "a mail was filed twice"
            self._filed.add(row.inbox_id)
            self._check_place(self._given[row.inbox_id], row.ticket)
        quarantined = {one.id for one in self._desk.quarantined()}
        assert quarantined == self._set_aside
        assert self._filed == set(self._given), "accepted and neither filed nor quarantined"

    def _new_rows(self, connection: Connection) -> list[Row[Any]]:
        m = schema.messages.c
        query = select(m.id, m.inbox_id, m.ticket).where(m.direction == "in", m.id > self._last_row)
        return list(connection.execute(query.order_by(m.id)))

    def _check_place(self, given: Given, ticket: int | None) -> None:
        conversation = given.conversation
        if conversation is None:
            assert ticket is None, f"{given.canary} belongs to no ticket"
            return
        assert ticket is not None, f"{given.canary} has no ticket"
        if not conversation.ticket:
            assert ticket not in self._conversations, f"{given.canary} joined another ticket, {ticket}"
            conversation.ticket = ticket
            self._conversations[ticket] = conversation
        assert ticket in conversation.places, f"{given.canary} is not on {conversation.ticket}"

    def split(self, conversation: Conversation) -> None:
        """A mail of another conversation was made a ticket of its own."""
        assert conversation.ticket not in self._conversations
        self._conversations[conversation.ticket] = conversation

    def _check_sent(self, sent: Sent) -> None:
        if sent.kind in _TO_CUSTOMERS:
            self._conversations[sent.ticket].taken.append((sent.kind, sent.at))
        known = self._copies.setdefault((sent.message_id, sent.recipient), sent.content)
        assert known == sent.content, "a repeat differs"
        if known is not sent.content:
            self.repeats += 1
            return
        self.kinds[sent.kind] += 1
        if sent.kind == "alarm":
            assert sent.recipient == self._desk.policy.admin
            return
        conversation = self._conversations[sent.ticket]
        if sent.kind in _TO_CUSTOMERS:
            if sent.recipient != conversation.customer.address:
                assert sent.recipient in conversation.let_in, "nobody else is written to"
                assert sent.kind == "reply", "a participant gets answers and nothing else"
                assert len(CANARY.findall(sent.text)) == 1, "a participant gets no old history"
            conversation.to_customer.append(sent)
            self._check_for_customer(sent, conversation)
        elif sent.kind in _TO_TEAMS:
            assert sent.recipient in {team.mailbox for team in self._desk.policy.teams}
            conversation.to_team.append(sent)
            self._seen_by_teams.update(CANARY.findall(sent.text))
        else:
            assert sent.kind == "receipt"
            assert sent.recipient.endswith("@example.com")
            conversation.receipts.append(sent)
            self._seen_by_teams.update(CANARY.findall(sent.text))  # its writer is one of the team

    def _check_for_customer(self, sent: Sent, conversation: Conversation) -> None:
        """Only what this customer may read, and nothing of the inside."""
        shown = f"{sent.subject}\n{sent.text}"
        for canary in CANARY.findall(shown):
            reader = self._readers.get(canary)
            allowed = {
                reader,
                *(conversation.let_in if reader == conversation.customer.address else ()),
            }
            assert sent.recipient in allowed, f"{canary} is not for {sent.recipient}"
        octets = sent.content.decode("utf-8", "replace")
        for address in _ADDRESS.findall(f"{octets}\n{shown}"):
            public = address.startswith(("support@", "support+", "mf."))
            assert public, f"{address} went to a customer"
        assert not _TOKEN.search(shown), "a token stands in a text"
        for token in _TOKEN.findall(octets):
            here = self._tokens.setdefault(token, (sent.ticket, True))
            assert here == (sent.ticket, True), "a token of another side"
        assert not any(sent.header(name) for name in _INNER_HEADERS)
        assert sent.subject == f"Re: {conversation.subject}" or sent.kind != "acknowledgement"
        assert sent.in_reply_to in sent.references or not sent.references
        if sent.kind == "acknowledgement":
            earlier = [one.kind for one in conversation.to_customer]
            assert earlier.count("acknowledgement") == 1, "acknowledged twice"

    def _check_ticket(self, number: int) -> None:
        """Tokens are each side's own; clocks are what the history says."""
        case = self._desk.case(number)
        for token in case.tokens:
            mine = (number, token.side == "customer")
            assert self._tokens.setdefault(token.value, mine) == mine
        history = self._desk.history(number)
        self._check_acknowledged(case, history)
        self._check_clocks(case, Promise.ACKNOWLEDGEMENT, history)
        self._check_clocks(case, Promise.FIRST_RESPONSE, history)

    def _check_acknowledged(self, case: Case, history: tuple[Entry, ...]) -> None:
        clocks = _clocks(case, Promise.ACKNOWLEDGEMENT)
        reasons = [one.why for one in history if one.what == "not sent: acknowledgement"]
        assert len(clocks) + len(reasons) == 1, "acknowledged, or a reason why not"
        assert all(reasons)
        if not self._conversations[case.ticket.number].acknowledged:
            assert not clocks, "this one must not be acknowledged"

    def _check_clocks(self, case: Case, promise: Promise, history: tuple[Entry, ...]) -> None:
        """The history tells when each clock began; a later one of the promise takes its place."""
        clocks, periods = _clocks(case, promise), _periods(history, promise)
        assert len(clocks) == len(periods), f"clocks of {promise} that the history does not tell of"
        ends = [*(one.started_at for one in clocks[1:]), None]
        for clock, period, end in zip(clocks, periods, ends, strict=False):
            self._check_clock(case, clock, period, end)

    def _check_clock(
        self, case: Case, clock: Clock, period: tuple[Entry, ...], end: datetime | None
    ) -> None:
        """Met when the first mail that meets it was taken, as the history and the post say."""
        kinds = ("acknowledgement",) if clock.promise is Promise.ACKNOWLEDGEMENT else _BY_PERSONS
        by = "mailflow" if clock.promise is Promise.ACKNOWLEDGEMENT else PERSON
        words = {f"{kind} delivered" for kind in kinds}
        met_at = next((one.at for one in period if one.what in words and one.by == by), None)
        taken = {at for kind, at in self._conversations[case.ticket.number].taken if kind in kinds}
        assert met_at is None or met_at in taken
        assert clock.met_at == (met_at or end), f"{clock.promise} was met at {met_at}"
        assert clock.due_at == clock.started_at + clock.within
        struck = any(one.what == f"promise broken: {clock.promise}" for one in period)
        late = met_at is not None and met_at > clock.due_at
        assert clock.broken == (struck or late)

    # --- What must be true in the end ---

    def check_end(self) -> None:
        """Nothing waits, and every mail that a team must see was seen by one."""
        self.check()
        assert self._desk.reads(inbox.waiting) == 0
        assert self._desk.reads(outbox.listing) == ()
        for given in self._given.values():
            if given.shown and given.canary not in self._seen_by_teams:
                assert given.conversation is not None
                assert self._held(given.conversation.ticket), f"no team saw {given.canary}"
        for number in self._conversations:
            self._check_ticket(number)
        assert len(self._conversations) == len(self._desk.tickets())
        assert self._desk.reads(_states) <= {"delivered", "failed", "dropped"}

    def _held(self, number: int) -> bool:
        """A mail about it to the team was refused: it shows as failed, and somebody was told."""
        thread = self._desk.case(number).thread
        failed = [one for one in thread if one.state == "failed" and one.side.startswith("team:")]
        return bool(failed and self.kinds["alarm"])


def _states(connection: Connection) -> set[str]:
    states = select(schema.outbox.c.state, func.count()).group_by(schema.outbox.c.state)
    return {row.state for row in connection.execute(states)}


def _clocks(case: Case, promise: Promise) -> list[Clock]:
    return [one for one in case.clocks if one.promise is promise]


def _periods(history: tuple[Entry, ...], promise: Promise) -> list[tuple[Entry, ...]]:
    """The lines since each clock of the promise began, to the next one's beginning. Of two that began
    at the same moment, which only a simulated time knows, the second is on file."""
    starts = [at for at, one in enumerate(history) if one.what == f"clock {promise.value} begun"]
    ends = [*starts[1:], len(history)]
    periods = (history[start:end] for start, end in zip(starts, ends, strict=False))
    return list({period[0].why: period for period in periods}.values())
