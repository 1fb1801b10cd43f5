"""The delivery loop with the SMTP transport, a scripted server, and an outbox in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from mailflow.clock import SystemWatch
from mailflow.errors import StoreUnavailable
from mailflow.model import Delivery, Kind, Outcome, Verdict
from mailflow.outbound.deliver import Deliverer
from mailflow.outbound.retry import GIVE_UP_AFTER
from mailflow.outbound.transport import SmtpTransport
from mailflow.outbound.wire import SmtpSettings
from tests.system.scripted import DROP, Hold, ScriptedServer

PATIENCE = 20.0
LEASE = timedelta(seconds=20)
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Watch:
    """A watch that the test turns."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed


@dataclass
class Row:
    delivery: Delivery
    due_at: datetime
    leased_until: datetime | None = None
    outcome: Outcome | None = None
    claims: int = 0
    settled: list[Verdict] = field(default_factory=list)


class MemoryOutbox:
    """What a store must do for delivery, by the book: leases, fences, due times."""

    def __init__(self, watch: Watch | SystemWatch) -> None:
        self._watch = watch
        self.rows: dict[int, Row] = {}
        self.away = False
        self.refused = 0
        self.settlements: list[int] = []

    def put(
        self,
        number: int,
        *,
        kind: Kind = Kind.REPLY,
        size: int = 200,
        recipient: str = "anna@example.com",
        due_in: float = 0.0,
    ) -> None:
        head = f"Message-ID: <{number}@desk.example>\r\n\r\n".encode()
        body = b".line of text\r\n" * (size // 15)
        now = self._watch.now()
        mail = Delivery(
            number,
            kind,
            "desk@example.com",
            recipient,
            f"<{number}@desk.example>",
            0,
            0,
            now,
            head + body,
        )
        self.rows[number] = Row(mail, now + timedelta(seconds=due_in))

    def states(self) -> list[str]:
        return [row.settled[-1] if row.settled else "queued" for row in self.rows.values()]

    def all_done(self) -> bool:
        return all(state in ("delivered", "failed") for state in self.states())

    def _unclaimed(self) -> list[Row]:
        now = self._watch.now()
        return [
            row
            for row in self.rows.values()
            if row.outcome is None and (row.leased_until is None or row.leased_until <= now)
        ]

    def _transaction(self) -> None:
        if self.away:
            self.refused += 1
            raise StoreUnavailable("away")

    def claim(self, limit: int, acknowledgements: bool) -> tuple[Delivery, ...]:
        self._transaction()
        now, claimed = self._watch.now(), list[Delivery]()
        for row in self._unclaimed():
            quick = row.delivery.kind is Kind.ACKNOWLEDGEMENT
            if quick is acknowledgements and row.due_at <= now and len(claimed) < limit:
                row.claims += 1
                row.leased_until = now + LEASE
                row.delivery = replace(
                    row.delivery, attempt=row.delivery.attempt + 1, fence=row.delivery.fence + 1
                )
                claimed.append(row.delivery)
        return tuple(claimed)

    def renew(self, deliveries: Sequence[Delivery]) -> None:
        self._transaction()
        for delivery in deliveries:
            self.rows[delivery.id].leased_until = self._watch.now() + LEASE

    def settle(self, outcomes: Sequence[tuple[Outcome, datetime | None]]) -> None:
        self._transaction()
        self.settlements.append(len(outcomes))
        for outcome, retry in outcomes:
            row = self.rows[outcome.delivery_id]
            if outcome.fence != row.delivery.fence:
                continue
            row.settled.append(outcome.verdict)
            row.leased_until = None
            if retry is None:
                row.outcome = outcome
            else:
                row.due_at = retry

    def release(self, deliveries: Sequence[Delivery]) -> None:
        self._transaction()
        for delivery in deliveries:
            row = self.rows[delivery.id]
            row.leased_until = None
            row.delivery = replace(row.delivery, attempt=row.delivery.attempt - 1)

    def next_due(self) -> datetime | None:
        self._transaction()
        return min((row.due_at for row in self._unclaimed()), default=None)


@dataclass
class Desk:
    """A deliverer with its parts, driven step by step."""

    outbox: MemoryOutbox
    transport: SmtpTransport
    deliverer: Deliverer
    watch: Watch

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < deadline, self.outbox.states()
            self.deliverer.step(0.05)

    def settled(self, number: int, times: int = 1) -> None:
        self.until(lambda: len(self.outbox.rows[number].settled) >= times)


Open = Callable[..., Desk]


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:

        def open_desk(port: int, connections: int = 2) -> Desk:
            watch = Watch()
            settings = SmtpSettings("127.0.0.1", port, connections=connections)
            transport = SmtpTransport(settings, watch)
            transport.start()
            stack.callback(transport.stop, 0)
            outbox = MemoryOutbox(watch)
            deliverer = Deliverer(
                outbox,
                transport,
                watch,
                threading.Event(),
                connections=connections,
                chance=lambda: 0.5,
            )
            return Desk(outbox, transport, deliverer, watch)

        yield open_desk


def test_a_mail_is_delivered_once_and_the_loop_is_idle(opened: Open) -> None:
    """Claim, send, settle; then nothing is left to do."""
    with ScriptedServer() as server:
        desk = opened(server.port)
        desk.outbox.put(1)
        assert not desk.deliverer.idle()
        desk.until(desk.deliverer.idle)
        assert desk.outbox.states() == ["delivered"]
        assert len(server.arrived) == 1
        assert not desk.deliverer.step(0)


def test_4xx_then_success_sends_the_same_bytes(opened: Open) -> None:
    """A deferred mail waits for its pause and goes out again byte for byte (one Message-ID)."""
    with ScriptedServer({".": ["451 4.3.0 try later"]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1)
        desk.settled(1)
        assert desk.outbox.states() == ["deferred"]
        desk.watch.passed += 9.9
        desk.deliverer.step(0)
        assert desk.outbox.rows[1].claims == 1
        desk.watch.passed += 0.2
        desk.settled(1, 2)
        assert desk.outbox.states() == ["delivered"]
        first, second = server.arrived
        assert first.content == second.content == desk.outbox.rows[1].delivery.content


def test_an_acknowledgement_is_tried_again_sooner(opened: Open) -> None:
    """Its promise is two minutes."""
    with ScriptedServer({".": ["451 4.3.0 try later"]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1, kind=Kind.ACKNOWLEDGEMENT)
        desk.settled(1)
        desk.watch.passed += 5.1
        desk.settled(1, 2)
        assert desk.outbox.states() == ["delivered"]


def test_5xx_fails_at_once_and_visibly(opened: Open) -> None:
    """One recipient's failure carries the server's reply; the other recipient has the mail."""
    with ScriptedServer({"RCPT TO:<gone@": ["550 5.1.1 unknown"]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1, recipient="gone@example.com")
        desk.outbox.put(2)
        desk.until(desk.outbox.all_done)
        assert desk.outbox.states() == ["failed", "delivered"]
        outcome = desk.outbox.rows[1].outcome
        assert outcome is not None
        assert outcome.reply == "550 5.1.1 unknown"


def test_a_loss_after_the_final_dot_is_sent_again_the_same(opened: Open) -> None:
    """Nobody can know whether the server took it: the repeat has the same bytes and Message-ID."""
    with ScriptedServer({".": [DROP]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1)
        desk.settled(1)
        desk.watch.passed += 15
        desk.settled(1, 2)
        assert desk.outbox.rows[1].settled == ["deferred", "delivered"]
        first, second = server.arrived
        assert first.content == second.content


def test_a_slow_answer_after_the_dot_outlives_the_lease(opened: Open) -> None:
    """Ten minutes may pass: the lease is renewed, so nobody sends the mail a second time."""
    holding = Hold("250 ok")
    with ScriptedServer({".": [holding]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1)
        desk.until(holding.reached.is_set)
        for _ in range(600 // 8):
            desk.watch.passed += 8
            desk.deliverer.step(0)
        holding.released.set()
        desk.until(desk.outbox.all_done)
        assert desk.outbox.rows[1].claims == 1
        assert len(server.arrived) == 1


def test_after_five_days_a_mail_fails(opened: Open) -> None:
    """It is given up with the last reply and the number of attempts, and not tried again."""
    with ScriptedServer({"RCPT": ["450 4.2.2 full", "450 4.2.2 still full"]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1)
        desk.settled(1)
        desk.watch.passed += GIVE_UP_AFTER.total_seconds()
        desk.settled(1, 2)
        outcome = desk.outbox.rows[1].outcome
        assert outcome is not None
        assert outcome.verdict is Verdict.FAILED
        assert outcome.reply == "given up after 2 attempts: 450 4.2.2 still full"
        assert server.arrived == []


def test_acknowledgements_pass_big_slow_mail(opened: Open) -> None:
    """With every other connection held up by big mail, acknowledgements still go out."""
    holds = [Hold("250 ok") for _ in range(3)]
    with ScriptedServer({".": [*holds]}) as server:
        desk = opened(server.port, connections=4)
        for number in range(10):
            desk.outbox.put(number, size=2_000_000)
        desk.until(lambda: all(hold.reached.is_set() for hold in holds))
        for number in range(100, 130):
            desk.outbox.put(number, kind=Kind.ACKNOWLEDGEMENT)
        desk.until(lambda: desk.outbox.states().count("delivered") == 30)
        assert desk.outbox.states()[:10] == ["queued"] * 10
        for hold in holds:
            hold.released.set()
        desk.until(desk.outbox.all_done)
        assert len(server.arrived) == 40


class ByHand:
    """A transport whose answers the test gives."""

    def __init__(self) -> None:
        self.sent: list[tuple[Delivery, bool, Future[Outcome]]] = []
        self.reachable = True

    def send(self, delivery: Delivery, *, first: bool) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        self.sent.append((delivery, first, future))
        return future

    def stop(self, grace: float) -> None:
        for _, _, future in self.sent:
            future.cancel()

    def answer_all(self) -> None:
        for delivery, _, future in self.sent:
            future.set_result(Outcome(delivery.id, delivery.fence, Verdict.DELIVERED, START, "250 ok"))


@pytest.fixture
def by_hand() -> tuple[MemoryOutbox, ByHand, Deliverer]:
    watch, transport = Watch(), ByHand()
    outbox = MemoryOutbox(watch)
    return outbox, transport, Deliverer(outbox, transport, watch, threading.Event(), connections=4)


def test_acknowledgements_are_claimed_first(by_hand: tuple[MemoryOutbox, ByHand, Deliverer]) -> None:
    """Whatever was queued before them; and no more is claimed than connections can take soon."""
    outbox, transport, deliverer = by_hand
    for number in range(20):
        outbox.put(number)
    for number in range(100, 120):
        outbox.put(number, kind=Kind.ACKNOWLEDGEMENT)
    assert deliverer.step(0)
    assert [first for _, first, _ in transport.sent] == [True] * 8 + [False] * 6
    assert not deliverer.step(0)


def test_what_completes_together_is_settled_together(
    by_hand: tuple[MemoryOutbox, ByHand, Deliverer],
) -> None:
    """One transaction for all outcomes of a round."""
    outbox, transport, deliverer = by_hand
    for number in range(6):
        outbox.put(number)
    deliverer.step(0)
    transport.answer_all()
    assert deliverer.step(0)
    assert outbox.settlements == [6]


def test_an_outage_costs_the_mails_no_attempts(opened: Open) -> None:
    """While the server is down one mail at a time looks after it, with pauses; then all go out soon."""
    with ScriptedServer() as unused:
        port = unused.port
    desk = opened(port)
    for number in range(40):
        desk.outbox.put(number)
    for _ in range(600):
        desk.deliverer.step(0.001)
        desk.watch.passed += 1
    probes = sum(row.claims for row in desk.outbox.rows.values())
    assert 15 <= probes <= 25
    assert "connect" in desk.deliverer.trouble.lower()
    assert desk.deliverer.idle()
    with ScriptedServer(port=port) as server:
        came_back = desk.watch.passed

        def all_done() -> bool:
            desk.watch.passed += 0.5
            return desk.outbox.all_done()

        desk.until(all_done)
        assert desk.watch.passed - came_back <= 120
        assert desk.deliverer.trouble == ""
        assert len(server.arrived) == 40


def test_no_outcome_is_lost_while_the_store_is_away(opened: Open) -> None:
    """Outcomes wait in memory and settling is tried again with pauses; what was delivered is not sent
    once more (FreeScout #1041, #3585, #3607: one reply 13 to 200 times)."""
    holding = Hold("250 ok")
    with ScriptedServer({".": [holding]}) as server:
        desk = opened(server.port)
        desk.outbox.put(1)
        desk.until(holding.reached.is_set)
        desk.outbox.away = True
        holding.released.set()
        for _ in range(50):
            desk.deliverer.step(0.01)
            desk.watch.passed += 0.2
        assert 3 <= desk.outbox.refused <= 8
        assert not desk.deliverer.idle()
        desk.outbox.put(2)
        desk.outbox.away = False
        desk.watch.passed += 10
        desk.until(desk.outbox.all_done)
        assert [row.claims for row in desk.outbox.rows.values()] == [1, 1]
        assert len(server.arrived) == 2


def test_stopping_gives_back_what_was_not_begun(opened: Open) -> None:
    """The mail at its dot is finished and settled; the claims behind it are free at once, uncounted."""
    holding = Hold("250 ok")
    with ScriptedServer({".": [holding]}) as server:
        desk = opened(server.port)
        for number in (1, 2):
            desk.outbox.put(number)
        desk.until(holding.reached.is_set)
        desk.deliverer.stop(PATIENCE)
        loop = threading.Thread(target=desk.deliverer.run)
        loop.start()
        holding.released.set()
        loop.join(PATIENCE)
        assert desk.outbox.states() == ["delivered", "queued"]
        assert desk.outbox.rows[2].leased_until is None
        assert desk.outbox.rows[2].delivery.attempt == 0
        assert len(server.arrived) == 1


@dataclass(frozen=True)
class Running:
    """The loop in a thread of its own, with real time."""

    outbox: MemoryOutbox
    deliverer: Deliverer
    wake: threading.Event


@pytest.fixture
def running() -> Iterator[Callable[[ScriptedServer], Running]]:
    with ExitStack() as stack:

        def start(server: ScriptedServer) -> Running:
            watch = SystemWatch()
            transport = SmtpTransport(SmtpSettings("127.0.0.1", server.port), watch)
            transport.start()
            outbox, wake = MemoryOutbox(watch), threading.Event()
            deliverer = Deliverer(outbox, transport, watch, wake)
            loop = threading.Thread(target=deliverer.run, name="deliver")
            loop.start()
            stack.callback(loop.join, PATIENCE)
            stack.callback(deliverer.stop, 5)
            return Running(outbox, deliverer, wake)

        yield start


def wait_for(done: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.001)
    return time.monotonic() - began


def test_a_new_mail_wakes_the_loop(running: Callable[[ScriptedServer], Running]) -> None:
    """It does not wait for the next look at the outbox."""
    with ScriptedServer() as server:
        desk = running(server)
        for number in range(5):
            desk.outbox.put(number)
            desk.wake.set()
            assert wait_for(lambda: desk.outbox.all_done()) < 0.4


def test_a_due_mail_wakes_the_loop(running: Callable[[ScriptedServer], Running]) -> None:
    """The loop sleeps until the next mail is due, not for a whole second."""
    with ScriptedServer() as server:
        desk = running(server)
        for number in range(5):
            desk.outbox.put(number, due_in=0.1)
            desk.wake.set()
            assert wait_for(lambda: desk.outbox.all_done()) < 0.5


def test_the_beat_goes_on_without_mail(running: Callable[[ScriptedServer], Running]) -> None:
    """The watchdog sees progress about every second."""
    with ScriptedServer() as server:
        desk = running(server)
        before = desk.deliverer.beat
        assert wait_for(lambda: desk.deliverer.beat > before) < 2.5


def test_a_mass_of_mail_goes_out_once_each(
    running: Callable[[ScriptedServer], Running], capsys: pytest.CaptureFixture[str]
) -> None:
    """500 mails of 5 KB over 4 connections: each arrives exactly once, unchanged."""
    with ScriptedServer() as server:
        desk = running(server)
        for number in range(500):
            desk.outbox.put(number, size=5000)
        desk.wake.set()
        seconds = wait_for(desk.outbox.all_done)
        with capsys.disabled():
            print(f"\n500 mails of 5 KB over 4 connections: {500 / seconds:.0f} mails/s")
        assert sorted(mail.content for mail in server.arrived) == sorted(
            row.delivery.content for row in desk.outbox.rows.values()
        )
        assert server.connections <= 4
