"""init, check, upgrade: what an operator does before the daemon runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from mailflow.cli.session import Session, as_json
from mailflow.clock import SystemWatch
from mailflow.config import Configuration, write_init
from mailflow.config.settings import Door
from mailflow.daemon import mailboxes
from mailflow.daemon.build import scanner, signer, transport
from mailflow.errors import MailflowError
from mailflow.model import Desk, Team
from mailflow.rules.replay import differences
from mailflow.store import report as records
from mailflow.store.database import Database
from mailflow.store.versions import check_schema
from mailflow.store.versions import upgrade as upgrade_schema


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a commented mailflow.toml and the folders it names; overwrite nothing."""
    try:
        made = write_init(folder)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    for path in made:
        click.echo(f"made {path}")
    click.echo(f"next: edit {folder / 'mailflow.toml'}, then `mailflow check` and `mailflow run`")


@dataclass(frozen=True, slots=True)
class Finding:
    """What `check` found out about one part."""

    part: str
    ok: bool
    says: str


@click.command()
@click.option(
    "--clocks", is_flag=True, help="Only compare the clocks of all tickets with their history."
)
@as_json
@click.pass_obj
def check(session: Session, *, clocks: bool, as_json: bool) -> int:
    """Validate configuration and templates, open the database, log in everywhere; change nothing."""
    findings = _clocks(session) if clocks else _parts(session)
    if as_json:
        rows = [{"part": one.part, "ok": one.ok, "says": one.says} for one in findings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in findings:
            click.echo(f"{'ok    ' if one.ok else 'FAILED'}  {one.part}: {one.says}")
    return 0 if all(one.ok for one in findings) else 1


def _parts(session: Session) -> list[Finding]:
    return [_attempt(part, probe) for part, probe in _probes(session)]


def _attempt(part: str, probe: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, probe())
    except (MailflowError, OSError, ValueError) as error:
        return Finding(part, False, str(error) or type(error).__name__)


def _probes(session: Session) -> Iterator[tuple[str, Callable[[], str]]]:
    configuration = session.configuration
    yield "configuration", lambda: f"{configuration.path} is right"
    for key in configuration.without_effect:
        yield key, lambda: "is read, and has no effect in this version"
    yield "templates", partial(_templates, session)
    yield "store", partial(_store, session)
    for name, door in (("smtp", configuration.smtp), ("lmtp", configuration.lmtp)):
        if door is not None:
            yield name, partial(_door, door)
    for mailbox in configuration.imap:
        yield f"imap {mailbox.user}@{mailbox.host}", partial(mailboxes.probe, mailbox)
    yield "outbound", partial(_outbound, configuration)
    if clamd := scanner(configuration, SystemWatch()):
        yield "scan", clamd.ping
    if configuration.dkim is not None:
        yield "dkim", partial(_dkim, configuration)
    for team in configuration.desk.teams:
        yield f"team {team.name}", partial(_team, team, configuration.desk)


def _door(door: Door) -> str:
    return f"would listen on {door.listen} and take mail of up to {door.max_size} octets"


def _team(team: Team, desk: Desk) -> str:
    buckets = ", ".join(one.name for one in desk.buckets if one.team == team.name)
    return f"would get {buckets or 'no bucket'} first, at {team.mailbox}, level {team.level}"


def _templates(session: Session) -> str:
    session.office.render(session.configuration.desk.languages[0], "_words")
    return f"in {', '.join(session.configuration.desk.languages)}"


def _store(session: Session) -> str:
    file = session.sqlite_file
    if file is not None and not file.exists():
        if not file.parent.is_dir():
            raise MailflowError(f"the folder {file.parent} of the database does not exist")
        return f"{file} does not exist yet; run makes it"
    database = Database(session.configuration.store_url)
    database.open()
    try:
        with database.read() as connection:
            check_schema(connection)
    finally:
        database.close()
    return "is there, and its schema fits"


def _outbound(configuration: Configuration) -> str:
    way = transport(configuration, SystemWatch())
    return way.probe()


def _dkim(configuration: Configuration) -> str:
    """The record is not looked up: nobody's DNS tells what all others see."""
    signs = signer(configuration)
    return f"would sign; the DNS must hold: {signs.record}" if signs else "would not sign"


_TICKETS_AT_ONCE = 200  # a writer may have to wait for one batch


def _clocks(session: Session) -> list[Finding]:
    """Every difference between the clocks on file and those that follow from the history; else one line."""
    faults: list[Finding] = []
    number = seen = 0
    with session.database() as database:
        with database.read() as connection:
            total = records.count(connection)
        with click.progressbar(length=total, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            while batch := _records(database, number):
                faults += [Finding(f"#{one}", False, says) for one, says in _differing(batch)]
                number, seen = batch[-1][0], seen + len(batch)
                bar.update(len(batch))
    return faults or [Finding("clocks", True, f"of {seen} tickets are as their history tells")]


def _records(database: Database, after: int) -> tuple[records.Record, ...]:
    with database.read() as connection:
        return records.records(connection, after, _TICKETS_AT_ONCE)


def _differing(batch: Iterable[records.Record]) -> Iterator[tuple[int, str]]:
    for number, clocks, history in batch:
        for difference in differences(clocks, history):
            yield number, difference


@click.command()
@click.pass_obj
def upgrade(session: Session) -> None:
    """Bring the database to this version's schema; safe to repeat."""
    upgrade_schema(session.configuration.store_url)
    click.echo("the database has this version's schema")


COMMANDS = (init, check, upgrade)
