"""ingest, explain: mail from files, for real or only thought through."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from mailflow.cli.session import Session
from mailflow.daemon import run_once
from mailflow.daemon.build import readers
from mailflow.errors import AlreadyRunning, BeyondLimits
from mailflow.identity import Chance
from mailflow.ingest import file
from mailflow.ingest.envelope import implied
from mailflow.ingest.hints import scan
from mailflow.model import Arrival, Kind, Message, Received
from mailflow.office import Office
from mailflow.outbound.mime import visible
from mailflow.pipeline import Decision, decide
from mailflow.store import inbox, tickets
from mailflow.store.database import Database
from mailflow.store.versions import create_if_empty
from mailflow.workers import Workers

FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...")


@click.command()
@FILES
@click.option("--no-ack", is_flag=True, help="Import history: nothing automatic goes out to customers.")
@click.pass_obj
def ingest(session: Session, files: tuple[str, ...], *, no_ack: bool) -> int:
    """Feed .eml, mbox or Maildir through the same path as received mail."""
    faults: list[str] = []
    configuration = session.configuration
    create_if_empty(configuration.store_url)
    taken = repeats = 0
    with session.database() as database:
        for _name, content in _shown(_mails(files, faults)):
            envelope = implied(content, configuration.desk.address)
            arrival = Arrival("file", envelope, content, datetime.now(UTC), answer=not no_ack)
            accepted = database.write(partial(inbox.accept, arrival=arrival, hints=scan(arrival)))
            taken, repeats = taken + (not accepted.repeat), repeats + accepted.repeat
    click.echo(f"{taken} taken in" + (f", {repeats} were here before" if repeats else ""))
    _process(session)
    return _told(faults)


def _process(session: Session) -> None:
    """Make tickets of what was taken in, unless a running daemon does so."""
    try:
        run_once(session.configuration, ("process",))
    except AlreadyRunning:
        click.echo("the running daemon goes on with it")


def _mails(files: tuple[str, ...], faults: list[str]) -> Iterator[tuple[str, bytes]]:
    def report(name: str, error: OSError) -> None:
        faults.append(f"{name}: {error.strerror}")

    return file.read(files, report, sys.stdin.buffer)


def _shown(mails: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The mails, with a progress bar on a terminal and none in a pipe."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(mails, label="ingest", show_pos=True, file=sys.stderr, hidden=hidden) as bar:
        yield from bar


def _told(faults: list[str]) -> int:
    for fault in faults:
        click.echo(fault, err=True)
    return 1 if faults else 0


@click.command()
@FILES
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a mail and line.")
@click.pass_obj
def explain(session: Session, files: tuple[str, ...], *, as_json: bool) -> int:
    """Say what would happen to each mail and why; change and send nothing."""
    faults: list[str] = []
    workers = readers(session.office.desk, 1)
    try:
        with _database(session) as database:
            for name, content in _mails(files, faults):
                told = _explained(name, content, session.office, database, workers)
                click.echo(json.dumps(told, ensure_ascii=False) if as_json else _readable(told))
    finally:
        workers.close()
    return _told(faults)


@contextmanager
def _database(session: Session) -> Iterator[Database]:
    """The desk's database, or an empty one while there is none."""
    path = session.sqlite_file
    if path is None or path.exists():
        with session.database() as database:
            yield database
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        create_if_empty(url)
        database = Database(url)
        database.open()
        try:
            yield database
        finally:
            database.close()


def _explained(
    name: str, content: bytes, office: Office, database: Database, workers: Workers[Message]
) -> dict[str, Any]:
    envelope = implied(content, office.desk.address)
    try:
        message = workers.submit(content, envelope).result()
    except BeyondLimits as error:
        return {**dict.fromkeys(_KEYS), "file": name, "why": [], "mails": [], "error": str(error)}
    now = datetime.now(UTC)
    received = Received(0, 0, "file", envelope, now, True, content)
    with database.read() as connection:
        decision = decide(
            connection, received, message, office, now, Chance(bytes(32)), tickets.upcoming_number
        )
    return _as_told(name, message, decision)


_KEYS = (
    "file", "sender", "answer", "ticket", "thread_by", "bucket", "confidence", "why", "language",
    "team", "reply_text", "mails", "error",
)  # fmt: skip


def _as_told(name: str, message: Message, decision: Decision) -> dict[str, Any]:
    change = decision.change
    ticket = change.ticket
    joined = decision.place and decision.event
    mails = [{"kind": one.kind.value, "to": one.to, "subject": one.subject} for one in change.outgoing]
    return {
        "file": name,
        "sender": change.filed.kind if change.filed else message.author.kind.value,
        "answer": any(one.kind is Kind.ACKNOWLEDGEMENT for one in change.outgoing),
        "ticket": ticket.number if joined and ticket else None,
        "thread_by": decision.place.by.value if joined and decision.place else None,
        "bucket": ticket.bucket if joined and ticket else message.choice.bucket,
        "confidence": round(message.choice.confidence, 3),
        "why": list(dict.fromkeys(_why(message, decision))),
        "language": message.language,
        "team": decision.route.team if decision.route else None,
        "reply_text": message.new_text,
        "mails": mails,
        "error": None,
    }


def _why(message: Message, decision: Decision) -> Iterator[str]:
    yield from message.choice.because
    yield from message.author.because
    if decision.silence:
        yield f"no acknowledgement: {decision.silence}"
    if decision.event is None:
        yield "kept without a ticket"
    elif decision.event.why:
        yield decision.event.why
    if decision.route:
        yield decision.route.because
    yield from message.defects
    for one in message.warnings:
        yield f"careful, {one.danger.value}: {visible(': '.join(filter(None, (one.name, one.inside))))}"


def _readable(told: dict[str, Any]) -> str:
    if told["error"]:
        return f"{told['file']}: goes to the quarantine: {told['error']}\n"
    where = (
        f"joins ticket {told['ticket']} by {told['thread_by']}" if told["ticket"] else "joins no ticket"
    )
    lines = [
        f"{told['file']}: written by: {told['sender']}, in {told['language']}; {where}",
        f"  bucket {told['bucket']} ({told['confidence']:.0%}), team {told['team'] or '-'}",
        *(f"  because {why}" for why in told["why"]),
        *(f"  would send {one['kind']} to {one['to']}: {one['subject']}" for one in told["mails"]),
        f"  acknowledged: {'yes' if told['answer'] else 'no'}",
    ]
    return "\n".join(lines) + "\n"


COMMANDS = (ingest, explain)
