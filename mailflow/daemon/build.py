"""Configuration in, the parts that need it out: transport, doors, readers."""

from __future__ import annotations

import os
import socket
import ssl
from functools import cache

from mailflow.clock import Watch
from mailflow.config import Configuration
from mailflow.config.settings import Door
from mailflow.daemon.ports import Acceptance
from mailflow.errors import ConfigurationError, MailflowError
from mailflow.ingest.budget import Budget
from mailflow.ingest.listen import listen
from mailflow.ingest.smtp import DoorSettings, LmtpDoor, SmtpDoor
from mailflow.model import Desk, Envelope, Message
from mailflow.office import Office
from mailflow.outbound.maildir import MaildirTransport
from mailflow.outbound.sign import Signer
from mailflow.outbound.templates import Templates
from mailflow.outbound.transport import SmtpTransport
from mailflow.outbound.wire import SmtpSettings
from mailflow.scan import Scanner
from mailflow.understand import Understanding
from mailflow.workers import Workers

READER_MEMORY = 1024 * 1024 * 1024  # octets; a mail of 35 MiB needs about a fifth of it
MOST_READERS = 4


def office(configuration: Configuration) -> Office:
    """Policy and texts. Raises ConfigurationError if a template does not compile."""
    desk = configuration.desk
    return Office(desk, Templates(desk.languages, configuration.templates).render)


# --- Understanding, in worker processes ----------------------------------------------------------


def readers(desk: Desk, count: int | None = None) -> Workers[Message]:
    """The worker processes that understand mail."""
    number = count or min(MOST_READERS, os.cpu_count() or 1)
    return Workers(_read, (desk,), number, memory=READER_MEMORY)


def _read(desk: Desk, content: bytes, envelope: Envelope) -> Message:
    return _understanding(desk).understand(content, envelope)


@cache
def _understanding(desk: Desk) -> Understanding:
    """Made once in each worker, which only ever sees one desk."""
    return Understanding(desk)


def scanner(configuration: Configuration, watch: Watch) -> Scanner | None:
    """The virus scanner that `[scan]` names."""
    if configuration.scan is None:
        return None
    place = configuration.scan.clamd
    address = str(place.path) if place.path else (place.host, place.port)
    return Scanner(str(place), address, watch)


# --- Ways in and out -----------------------------------------------------------------------------


def transport(configuration: Configuration, watch: Watch) -> SmtpTransport | MaildirTransport:
    """Where mail goes, as `[outbound]` says."""
    out = configuration.outbound
    if out.maildir is not None:
        return MaildirTransport(out.maildir, watch)
    settings = SmtpSettings(
        host=out.host or "127.0.0.1",
        port=out.port,
        tls=out.tls or "none",
        user=out.user,
        password=out.password_file.read() if out.password_file else "",
        connections=out.connections,
        hostname=configuration.desk.domain,
    )
    return SmtpTransport(settings, watch)


def signer(configuration: Configuration) -> Signer | None:
    """What `[dkim]` asks for; ConfigurationError if the key is none, or dkimpy is not installed."""
    dkim = configuration.dkim
    if dkim is None:
        return None
    try:
        return Signer(dkim.domain, dkim.selector, dkim.key_file.read())
    except ModuleNotFoundError as error:
        fault = "dkim: the package dkimpy is missing; it is required: pip install 'mailflow[dkim]'"
        raise ConfigurationError((fault,)) from error
    except ValueError as error:
        fault = f"dkim.key_file: {dkim.key_file.path} {error}"
        raise ConfigurationError((fault,)) from error


def doors(
    configuration: Configuration, acceptance: Acceptance, budget: Budget, watch: Watch
) -> list[SmtpDoor]:
    """The SMTP and LMTP doors that the configuration opens, their sockets bound.

    MailflowError if a place is taken or not allowed.
    """
    opened = []
    for kind, door in ((SmtpDoor, configuration.smtp), (LmtpDoor, configuration.lmtp)):
        if door is not None:
            sockets = _sockets(kind.name, str(door.listen))
            settings = _door_settings(door, configuration.desk.domain)
            opened.append(
                kind(
                    sockets,
                    acceptance.accept,
                    acceptance.recognise,
                    watch=watch,
                    settings=settings,
                    budget=budget,
                )
            )
    return opened


def _sockets(name: str, where: str) -> list[socket.socket]:
    try:
        return listen(where, name=name)
    except (OSError, ValueError) as error:
        raise MailflowError(f"[{name}] cannot listen on {where}: {error}") from error


def _door_settings(door: Door, hostname: str) -> DoorSettings:
    tls = None
    if door.tls_cert is not None and door.tls_key_file is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(door.tls_cert, door.tls_key_file.path)
    return DoorSettings(hostname, door.max_size, tls)
