"""The IMAP door: a mailbox polled, and watched with IDLE; each new mail goes to `accept` once.

Its state is UIDVALIDITY and the last UID, never a flag, a date or a place. Start reading at door.py.
"""

from mailflow.ingest.imap.door import ImapDoor
from mailflow.ingest.imap.probe import probe
from mailflow.ingest.imap.settings import Alone, ImapSettings, State
from mailflow.ingest.imap.stored import StoredMailbox

__all__ = ["Alone", "ImapDoor", "ImapSettings", "State", "StoredMailbox", "probe"]
