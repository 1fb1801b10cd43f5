"""What tickets are about and incidents, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, func, select

from mailflow.model import Address, Change, Incident, Status
from mailflow.store import incidents, schema, tickets
from mailflow.store.database import Database
from tests.system import storing
from tests.system.storing import NOW

MINUTE = timedelta(minutes=1)
ALWAYS = (NOW - timedelta(days=1), NOW + timedelta(days=1))


def opens(store: Database, number: int, *features: str, minute: int = 0, who: int = 0) -> None:
    """A ticket of customer `who` (its own, unless given) with these features."""
    customer = Address("", f"Customer{who or number}@example.com")
    change = Change(ticket=storing.ticket(number, customer), features=frozenset(features))
    store.write(lambda conn: tickets.save(conn, change, None, NOW + minute * MINUTE))


def test_customers_are_counted_not_tickets(store: Database) -> None:
    """Of each feature how many other customers have it, in the bucket, in that time."""
    opens(store, 1, "web03", "slow")
    opens(store, 2, "web03", minute=10)
    opens(store, 3, "web03", minute=20, who=2)
    opens(store, 4, "web03", minute=30)
    with store.read() as conn:
        wanted = ("web03", "slow", "db17")
        assert incidents.customers(conn, "vps", wanted, ALWAYS, "") == {"web03": 3, "slow": 1}
        assert incidents.customers(conn, "vps", wanted, ALWAYS, "customer2@EXAMPLE.com")["web03"] == 2
        half = (NOW, NOW + 20 * MINUTE)
        assert incidents.customers(conn, "vps", ("web03",), half, "") == {"web03": 2}
        assert incidents.customers(conn, "billing", wanted, ALWAYS, "") == {}
        assert incidents.customers(conn, "vps", (), ALWAYS, "") == {}
        assert incidents.of_ticket(conn, 1) == {"web03", "slow"}


def test_features_are_forgotten_after_two_days(store: Database) -> None:
    """They are words of mail: a later ticket takes the old ones away."""
    opens(store, 1, "web03")
    opens(store, 2, "web03", minute=2 * 24 * 60)
    with store.read() as conn:
        assert incidents.of_ticket(conn, 1) == {"web03"}
    opens(store, 3, "web03", minute=2 * 24 * 60 + 1)
    with store.read() as conn:
        assert incidents.of_ticket(conn, 1) == frozenset()
        count = conn.execute(select(func.count()).select_from(schema.features)).scalar_one()
    assert count == 2


def test_only_open_and_untied_tickets_share(store: Database) -> None:
    """What is resolved, closed or tied is not tied by a proposal."""
    for number in range(1, 5):
        opens(store, number, "web03", "slow")
    changed = (
        replace(storing.ticket(2), status=Status.RESOLVED),
        replace(storing.ticket(3), incident="other"),
        replace(storing.ticket(4), status=Status.WAITING),
    )
    for ticket in changed:
        store.write(lambda conn, one=ticket: tickets.save(conn, Change(ticket=one), None, NOW))  # type: ignore[misc]
    with store.read() as conn:
        assert incidents.sharing(conn, "vps", ("web03", "x"), NOW) == {1: {"web03"}, 4: {"web03"}}
        assert incidents.sharing(conn, "vps", ("web03",), NOW + MINUTE) == {}
        assert incidents.tied(conn, "other") == (3,)
        assert [row[0] for row in incidents.titles(conn, (4, 1))] == [1, 4]


def test_an_incident_is_proposed_named_and_resolved(store: Database) -> None:
    """Its name is found in any case while it is open, and afterwards while a ticket of it is open."""
    proposed = Incident("", "vps", ("web03",), NOW)
    store.write(lambda conn: _saved(conn, proposed))
    with store.read() as conn:
        (found,) = incidents.current(conn, "vps", NOW)
        assert replace(found, id=None) == proposed
        assert incidents.names(conn) == ()
        assert incidents.current(conn, "billing", NOW) == ()
        assert incidents.current(conn, "vps", NOW + MINUTE) == ()
    named = replace(found, name="Störung web03")
    store.write(lambda conn: _saved(conn, named))
    with store.read() as conn:
        assert incidents.named(conn, "STÖRUNG WEB03") == named
        assert incidents.names(conn) == ("Störung web03",)
    store.write(lambda conn: _saved(conn, replace(named, resolved_at=NOW)))
    with store.read() as conn:
        assert incidents.named(conn, "Störung web03") is None
        assert incidents.names(conn) == ()
    tied = replace(storing.ticket(1), incident="Störung web03")
    store.write(lambda conn: tickets.save(conn, Change(ticket=tied), None, NOW))
    with store.read() as conn:
        assert incidents.names(conn) == ("Störung web03",)


def _saved(conn: Connection, incident: Incident) -> None:
    incidents.alone(conn)
    tickets.save(conn, Change(incidents=(incident,)), None, NOW)
