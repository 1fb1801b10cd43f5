"""Tells the operator what they must look after: the quarantine, a failing mailbox or server.

An alarm is a mail like any other, decided in the caller's transaction; one an hour and cause at most.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from mailflow.identity import Chance
from mailflow.model import Change
from mailflow.office import Office
from mailflow.outbound.compose import desk_alarm
from mailflow.record import save


def raise_alarm(
    connection: Connection,
    topic: str,
    what: str,
    why: str,
    office: Office,
    at: datetime,
    chance: Chance,
) -> None:
    """Alarm the operator about `what` (topics: quarantine, mailbox, server, scanner), with the reason."""
    mail = desk_alarm(office.desk, topic, what, why, at, chance, office.render)
    save(connection, Change(outgoing=(mail,)), None, at)
