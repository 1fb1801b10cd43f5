"""report: how the promise was kept, as figures and drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from mailflow.cli.session import Session, as_json, show
from mailflow.clock import SystemWatch
from mailflow.config.values import parse_duration
from mailflow.model import SHOWN, Clock, Promise
from mailflow.rules import plot
from mailflow.rules.report import Figures, figures, timeline
from mailflow.store.database import Database
from mailflow.store.report import Promised, promised

_PROMISES = tuple(promise for promise in Promise if promise in SHOWN)
_TIME = "2026-11-24, 2026-11-24T14:00, 7d (ago)"


@click.command()
@click.option("--since", metavar="TIME", help=f"Promises that began then or later: {_TIME}.")
@click.option("--until", metavar="TIME", help="Promises that began before; the same forms.")
@click.option(
    "--plot",
    "file",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw kept and broken promises over time.",
)
@as_json
@click.pass_obj
def report(
    session: Session, since: str | None, until: str | None, file: Path | None, *, as_json: bool
) -> None:
    """How the promise was kept: per promise and team."""
    now = SystemWatch().now()
    zone = ZoneInfo(session.configuration.desk.timezone)
    first, last = _moment("--since", since, now, zone), _moment("--until", until, now, zone)
    if first and first >= (last or now):
        raise click.UsageError("--since must be earlier than --until (without it: than now)")
    with session.database() as database:
        clocks = _read(database, first, last)
    rows = [_row(one) if as_json else _readable(one) for one in figures(clocks, now)]
    show(rows, _COLUMNS, as_json=as_json)
    if file is not None:
        begins = first or (clocks[0][1].started_at if clocks else now - timedelta(days=1))
        _draw(session, file, clocks, (begins, last or now), now)


def _moment(option: str, text: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A time in UTC. Without an offset it is the desk's; a day is its midnight; "7d" is before now."""
    if text is None:
        return None
    try:
        return now - parse_duration(text)
    except (ValueError, OverflowError):
        pass
    try:
        at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.UsageError(f"{option}: {text!r} is no time; allowed: {_TIME}") from None
    if not 1970 <= at.year < 9000:
        raise click.UsageError(f"{option}: {text!r} is too far away")
    return at


def _read(
    database: Database, since: datetime | None, until: datetime | None
) -> list[tuple[str, Clock]]:
    clocks: list[tuple[str, Clock]] = []
    page: tuple[Promised, ...] = ()
    while True:
        with database.read() as connection:
            page = promised(connection, _PROMISES, since, until, after=page[-1] if page else None)
        if not page:
            return clocks
        clocks += [(team, clock) for _, team, clock in page]


# --- Figures -------------------------------------------------------------------------------------

_COLUMNS = ("promise", "team", "count", "met", "broken", "running", "kept", "median", "95%")


def _row(one: Figures) -> dict[str, Any]:
    return {
        "promise": one.promise.value,
        "team": one.team,
        "count": one.count,
        "met": one.met,
        "broken": one.broken,
        "running": one.running,
        "median_seconds": one.median.total_seconds() if one.median is not None else None,
        "p95_seconds": one.p95.total_seconds() if one.p95 is not None else None,
    }


def _readable(one: Figures) -> dict[str, Any]:
    ended = one.met + one.broken
    return {
        **_row(one),
        "kept": f"{100 * one.met // ended}%" if ended else None,
        "median": _duration(one.median),
        "95%": _duration(one.p95),
    }


def _duration(duration: timedelta | None) -> str | None:
    """The two largest units: "4s", "7m 30s", "3h 5m", "2d 4h"."""
    if duration is None:
        return None
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    first = next((n for n, (count, _) in enumerate(parts) if count), 3)
    return " ".join(f"{count}{unit}" for count, unit in parts[first : first + 2])


def _draw(
    session: Session,
    file: Path,
    clocks: list[tuple[str, Clock]],
    span: tuple[datetime, datetime],
    now: datetime,
) -> None:
    desk = session.configuration.desk
    zone = ZoneInfo(desk.timezone)
    drawn = plot.draw(
        timeline(clocks, _PROMISES, *span, zone, now), f"{desk.name}: promises kept and broken", zone
    )
    try:
        file.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error


COMMANDS = (report,)
