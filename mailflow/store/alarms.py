"""When somebody was last told of something: an alarm once an hour and cause, a digest once a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from mailflow.store import schema
from mailflow.store.columns import digest

counters = schema.counters
PAUSE = timedelta(hours=1)


def ring(conn: Connection, cause: str, at: datetime) -> bool:
    """True if an alarm for this cause may go out now; it then counts as sent."""
    return _reached(conn, f"alarm {cause}", int(at.timestamp()), int(PAUSE.total_seconds()))


def once_a_day(conn: Connection, what: str, day: date) -> bool:
    """True for the first who asks on this day."""
    return _reached(conn, what, day.toordinal(), 1)


def _reached(conn: Connection, what: str, now: int, apart: int) -> bool:
    """True if it last happened at least `apart` before; it then happens now."""
    name = digest(what).hex()[:32]
    this = counters.c.name == name
    last = conn.execute(select(counters.c.value).where(this)).scalar()
    if last is None:
        conn.execute(insert(counters), {"name": name, "value": now})
        return True
    if now - last < apart:
        return False
    conn.execute(update(counters).where(this).values(value=now))
    return True
