"""The SMTP and LMTP doors: hardened aiosmtpd sessions, each door in a thread with a loop of its own.

`door` has the thread, `session` the dialogue with one client, `gate` what the sessions of a door
share; `command` and `content` are pure. asyncio and aiosmtpd go no further than this folder.
"""

from __future__ import annotations

from mailflow.ingest.smtp.door import LmtpDoor, SmtpDoor
from mailflow.ingest.smtp.gate import DoorSettings

__all__ = ["DoorSettings", "LmtpDoor", "SmtpDoor"]
