"""list, show, search, log: looking at tickets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import Connection

from mailflow.cli.session import NUMBER, Session, as_json, moment, show
from mailflow.model import SHOWN, Case, Clock, Entry, Filed, Role, Status
from mailflow.store import search as finding
from mailflow.store import tickets
from mailflow.store.tickets import LARGEST_NUMBER


@click.command("list")
@click.option("--status", type=click.Choice([one.value for one in Status]))
@click.option("--team", metavar="TEAM")
@click.option("--bucket", metavar="BUCKET")
@click.option("--customer", metavar="ADDRESS")
@click.option("--overdue", is_flag=True, help="Only those with a promise past its time.")
@click.option("--limit", type=NUMBER, default=100, show_default=True)
@as_json
@click.pass_obj
def list_tickets(
    session: Session,
    status: str | None,
    team: str | None,
    bucket: str | None,
    customer: str | None,
    limit: int,
    *,
    overdue: bool,
    as_json: bool,
) -> None:
    """List tickets, the newest first."""
    with session.database() as database, database.read() as connection:
        found = finding.listing(
            connection,
            status=status,
            team=team,
            bucket=bucket,
            customer=customer,
            overdue_at=datetime.now(UTC) if overdue else None,
            limit=limit,
        )
    rows = [
        {
            "number": one.ticket.number,
            "status": one.ticket.status.value,
            "bucket": one.ticket.bucket,
            "team": one.ticket.team,
            "priority": one.ticket.priority.value,
            "customer": one.ticket.customer.address,
            "subject": one.ticket.subject,
            "opened": moment(one.ticket.opened_at),
            "due": moment(one.due_at),
        }
        for one in found
    ]
    show(rows, ("number", "status", "bucket", "team", "customer", "subject", "due"), as_json=as_json)


@click.command("show")
@click.argument("number", type=NUMBER)
@as_json
@click.pass_obj
def show_ticket(session: Session, number: int, *, as_json: bool) -> None:
    """Show one ticket with its timeline."""
    with session.database() as database, database.read() as connection:
        case = tickets.case(connection, number)
        history = tickets.history(connection, number)
    if case is None:
        raise click.ClickException(f"there is no ticket {number}")
    told = _told(case, history)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _readable(told))


def _told(case: Case, history: tuple[Entry, ...]) -> dict[str, Any]:
    """The contract's `show N --json`."""
    ticket = case.ticket
    let_in = [one.address for one in ticket.participants if one.role is not Role.STRANGER]
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status.value,
        "customer": {"address": ticket.customer.address, "name": ticket.customer.name},
        "participants": [{"address": one.address, "name": one.name} for one in let_in],
        "language": ticket.language,
        "bucket": ticket.bucket,
        "team": ticket.team,
        "level": ticket.level,
        "priority": ticket.priority.value,
        "opened": moment(ticket.opened_at),
        "closed": moment(ticket.closed_at),
        "clocks": [_clock(one) for one in case.clocks if one.promise in SHOWN],
        "messages": [_message(one) for one in case.thread],
        "timeline": [
            {"at": moment(one.at), "what": one.what, "by": one.by, "why": one.why} for one in history
        ],
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "promise": clock.promise.value,
        "due": moment(clock.due_at),
        "met": moment(clock.met_at),
        "broken": clock.broken,
    }


def _message(filed: Filed) -> dict[str, Any]:
    return {
        "direction": filed.direction.value,
        "kind": filed.kind,
        "message_id": filed.message_id,
        "from": filed.from_.address,
        "to": filed.to,
        "subject": filed.subject,
        "state": filed.state,
    }


def _readable(told: dict[str, Any]) -> str:
    customer = told["customer"]
    who = f"{customer['name']} <{customer['address']}>" if customer["name"] else customer["address"]
    lines = [
        f"#{told['number']} {told['subject']}",
        f"{told['status']}, {told['bucket']}, team {told['team']}, priority {told['priority']}",
        f"customer {who} ({told['language']}), opened {told['opened']}",
        "",
        *(
            f"{one['promise']}: due {one['due']}, "
            + (f"met {one['met']}" if one["met"] else "not met yet")
            + (", broken" if one["broken"] else "")
            for one in told["clocks"]
        ),
        "",
        *(
            f"{'<-' if one['direction'] == 'in' else '->'} {one['kind']}  {one['from']} to {one['to']}"
            f"  {one['state']}  {one['message_id']}"
            for one in told["messages"]
        ),
        "",
        *(
            f"{one['at']}  {one['what']}, by {one['by']}" + (f": {one['why']}" if one["why"] else "")
            for one in told["timeline"]
        ),
    ]
    return "\n".join(lines)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=NUMBER, default=50, show_default=True)
@as_json
@click.pass_obj
def search(session: Session, words: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    """Find mail by text, customer, ticket number or Message-ID; also mail without a ticket."""
    with session.database() as database, database.read() as connection:
        found = finding.search(connection, " ".join(words), limit)
    rows = [
        {
            "ticket": one.ticket,
            "at": moment(one.at),
            "direction": one.direction,
            "kind": one.kind,
            "from": one.from_.address,
            "subject": one.subject,
            "message_id": one.message_id,
        }
        for one in found
    ]
    show(rows, ("ticket", "at", "direction", "kind", "from", "subject"), as_json=as_json)


@click.command()
@click.argument("which")
@as_json
@click.pass_obj
def log(session: Session, which: str, *, as_json: bool) -> None:
    """The way of a ticket (its number) or of a mail (its Message-ID) through the daemon."""
    with session.database() as database, database.read() as connection:
        steps = _way(connection, which)
    if not steps:
        raise click.ClickException(f"nothing is known of {which}")
    rows = [{"at": moment(one.at), "what": one.what, "detail": one.detail} for one in steps]
    show(rows, ("at", "what", "detail"), as_json=as_json)


def _way(connection: Connection, which: str) -> tuple[finding.Step, ...]:
    if not which.isdecimal():
        return finding.way_of_message(connection, which)
    known = len(which) < 11 and int(which) <= LARGEST_NUMBER
    return finding.way_of_ticket(connection, int(which)) if known else ()


COMMANDS = (list_tickets, show_ticket, search, log)
