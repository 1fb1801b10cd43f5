"""How much automatic mail an address, and all strangers together, got: the counts behind `[limits]`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from mailflow.store import schema
from mailflow.store.columns import address_key

automatic, answered = schema.automatic, schema.answered


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Automatic mails to one address since a person's last answer, and whether none ever answered."""

    to_address: int
    stranger: bool


_LAST_ANSWER = select(answered.c.at).where(answered.c.key == bindparam("key"))
_TO_ADDRESS = select(func.count()).where(
    automatic.c.key == bindparam("key"), automatic.c.at >= bindparam("since")
)
_AFTER_ANSWER = _TO_ADDRESS.where(automatic.c.at > bindparam("answer"))
_TO_STRANGERS = select(func.count()).where(
    automatic.c.stranger == bindparam("stranger", True), automatic.c.at >= bindparam("since")
)


def with_address(conn: Connection, address: str, since: datetime) -> Correspondence:
    """Automatic mails decided for this address at or after `since`, and after a person's answer."""
    key = address_key(address)
    answer = conn.execute(_LAST_ANSWER, {"key": key}).scalar()
    if answer is None:
        return Correspondence(
            conn.execute(_TO_ADDRESS, {"key": key, "since": since}).scalar_one(), True
        )
    values = {"key": key, "since": since, "answer": answer}
    return Correspondence(conn.execute(_AFTER_ANSWER, values).scalar_one(), False)


def with_strangers(conn: Connection, since: datetime) -> int:
    """Automatic mails decided at or after `since` for addresses that no person ever answered."""
    return int(conn.execute(_TO_STRANGERS, {"since": since}).scalar_one())
