"""queue, quarantine: mail that waits to go out, mail that was set aside."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from mailflow.cli.session import ID, Session, as_json, moment, show
from mailflow.store import inbox, outbox


@click.group(invoke_without_command=True)
@click.option("--failed", is_flag=True, help="Mail that was given up.")
@as_json
@click.pass_context
def queue(context: click.Context, *, failed: bool, as_json: bool) -> None:
    """Mail decided and not yet delivered."""
    if context.invoked_subcommand:
        return
    session: Session = context.obj
    with session.database() as database, database.read() as connection:
        queued = outbox.listing(connection, failed=failed)
    rows = [
        {
            "id": one.id,
            "ticket": one.ticket,
            "kind": one.kind.value,
            "recipient": one.recipient,
            "subject": one.subject,
            "state": one.state,
            "attempts": one.attempts,
            "doubts": one.doubts,
            "queued": moment(one.queued_at),
            "next": moment(one.next_at),
            "reply": one.reply,
        }
        for one in queued
    ]
    columns = ("id", "ticket", "kind", "recipient", "state", "attempts", "next", "reply")
    show(rows, columns, as_json=as_json)


@queue.command()
@click.argument("ids", type=ID, nargs=-1)
@click.pass_obj
def retry(session: Session, ids: tuple[int, ...]) -> int:
    """Try again now; none named: all."""
    with session.database() as database:
        again = partial(outbox.retry, ids=ids or None, now=datetime.now(UTC))
        return _count(database.write(again), "to be tried again", ids)


@queue.command()
@click.argument("ids", type=ID, nargs=-1, required=True)
@click.pass_obj
def drop(session: Session, ids: tuple[int, ...]) -> int:
    """Give mail up for good."""
    with session.database() as database:
        count = database.write(partial(outbox.drop, ids=ids, now=datetime.now(UTC)))
        return _count(count, "dropped", ids)


def _count(count: int, what: str, ids: tuple[int, ...]) -> int:
    click.echo(f"{count} {what}")
    return 0 if count == len(set(ids)) or not ids else 1


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def quarantine(context: click.Context, *, as_json: bool) -> None:
    """Mail kept because it could not be processed."""
    if context.invoked_subcommand:
        return
    session: Session = context.obj
    with session.database() as database, database.read() as connection:
        kept = inbox.quarantined(connection)
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "received": moment(one.received_at),
            "sender": one.sender,
            "cause": one.cause,
            "size": one.size,
        }
        for one in kept
    ]
    show(rows, ("id", "received", "sender", "cause", "size"), as_json=as_json)


@quarantine.command("show")
@click.argument("ids", type=ID, nargs=-1, required=True)
@click.pass_obj
def show_quarantined(session: Session, ids: tuple[int, ...]) -> None:
    """Print the first 100 lines of each mail, harmless for a terminal."""
    for number, content in _contents(session, ids):
        click.echo(f"--- {number}, {len(content)} octets")
        for line in content[:100_000].decode("utf-8", "replace").splitlines()[:100]:
            click.echo("".join(c if c.isprintable() or c == "\t" else "?" for c in line))


@quarantine.command()
@click.argument("ids", type=ID, nargs=-1, required=True)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for ID.eml files; else one mail goes to the standard output.",
)
@click.pass_obj
def export(session: Session, ids: tuple[int, ...], folder: Path | None) -> None:
    """Write the exact bytes of mail."""
    if folder is None and len(ids) != 1:
        raise click.UsageError("several mails need --to FOLDER")
    for number, content in _contents(session, ids):
        if folder is None:
            sys.stdout.buffer.write(content)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.eml").write_bytes(content)


@quarantine.command()
@click.argument("ids", type=ID, nargs=-1, required=True)
@click.pass_obj
def release(session: Session, ids: tuple[int, ...]) -> int:
    """Let mail take its way again."""
    with session.database() as database:
        freed = database.write(partial(inbox.release, ids=ids))
    return _count(len(freed), "released", ids)


def _contents(session: Session, ids: tuple[int, ...]) -> list[tuple[int, bytes]]:
    found = []
    with session.database() as database, database.read() as connection:
        held = {one.id for one in inbox.quarantined(connection)}
        for number in ids:
            received = inbox.received(connection, number) if number in held else None
            if received is None:
                raise click.ClickException(f"{number} is not in the quarantine")
            found.append((number, received.content))
    return found


COMMANDS = (queue, quarantine)
