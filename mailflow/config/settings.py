"""The tables that set up the parts: database, doors, mailboxes, the way out, and what is optional.

What one table can tell is wrong is checked here; what takes several tables in checks.py. A ValueError
says what is wrong and what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo
from pydantic import field_validator as checked

from mailflow.config import values
from mailflow.config.fields import (
    Domain,
    File,
    Host,
    Label,
    Limit,
    MaybeSecret,
    Place,
    Port,
    Positive,
    SecretFile,
    Server,
    Size,
    Table,
    Tls,
    folder_of,
)
from mailflow.config.secret import Secret, is_file
from mailflow.config.values import shown

MIB = 1024 * 1024


class Store(Table):
    url: str = "sqlite:////var/lib/mailflow/mailflow.db"

    @checked("url")
    @classmethod
    def _absolute(cls, url: str, info: ValidationInfo) -> str:
        """A relative file lies in the configuration's folder. Faults never show the URL."""
        if url.startswith("postgresql+psycopg://"):
            return url
        path = url.removeprefix("sqlite:///")
        if path == url or path in ("", ":memory:"):
            raise ValueError(
                'is no such database; allowed: "sqlite:////PATH/mailflow.db", "postgresql+psycopg://HOST/NAME"'
            )
        return f"sqlite:///{folder_of(info) / path}"


class Door(Table):
    """[smtp] and [lmtp]."""

    listen: Place
    max_size: Size = 35 * MIB
    tls_cert: File = None
    tls_key_file: MaybeSecret = Field(None, validate_default=True)

    @checked("tls_cert")
    @classmethod
    def _exists(cls, tls_cert: Path | None) -> Path | None:
        if tls_cert is not None and not is_file(tls_cert):
            raise ValueError(f"{tls_cert} is no file; allowed: a certificate chain in PEM")
        return tls_cert

    @checked("tls_key_file")
    @classmethod
    def _paired(cls, tls_key_file: Secret | None, info: ValidationInfo) -> Secret | None:
        if info.data.get("tls_cert") is not None and tls_key_file is None:
            raise ValueError("is missing; it is required with tls_cert")
        return tls_key_file


class OAuth(Table):
    token_url: str
    client_id: str
    client_secret_file: MaybeSecret = None
    refresh_token_file: SecretFile
    scope: str = ""

    @checked("token_url")
    @classmethod
    def _secure(cls, token_url: str) -> str:
        if not token_url.startswith("https://"):
            raise ValueError(f'{shown(token_url)} is not secure; allowed: "https://..."')
        return token_url


class Mailbox(Table):
    """One [[imap]]."""

    host: Host
    port: Port = 993
    tls: Tls = "implicit"
    user: Label
    oauth: OAuth | None = None
    password_file: MaybeSecret = Field(None, validate_default=True)
    folder: Label = "INBOX"
    processed: str = ""
    poll: Positive = timedelta(seconds=30)
    history: Literal["ignore", "import"] = "ignore"

    @checked("tls")
    @classmethod
    def _private(cls, tls: Tls, info: ValidationInfo) -> Tls:
        if tls == "none" and not values.is_loopback(info.data.get("host", "localhost")):
            raise ValueError('"none" is only for loopback; allowed here: "implicit", "starttls"')
        return tls

    @checked("password_file")
    @classmethod
    def _one_way_in(cls, password_file: Secret | None, info: ValidationInfo) -> Secret | None:
        if password_file is None and info.data.get("oauth", False) is None:
            raise ValueError("is missing; a password_file, a credential or oauth is required")
        return password_file


class Outbound(Table):
    """Where mail goes: a server, or with `maildir` a folder. `tls` is never None once validated."""

    maildir: File = None
    host: Host | None = Field(None, validate_default=True)
    port: Port = 25
    tls: Tls | None = Field(None, validate_default=True)
    user: str = ""
    password_file: MaybeSecret = Field(None, validate_default=True)
    connections: Annotated[int, Field(ge=1, le=100)] = 4

    @checked("host", mode="wrap")
    @classmethod
    def _one_way_out(cls, host: object, parse: Callable[[Any], Any], info: ValidationInfo) -> Any:
        maildir = info.data.get("maildir")
        if host is None:
            return None if maildir else "127.0.0.1"
        if maildir:
            raise ValueError("does not go with maildir; allowed: one of the two")
        return parse(host)

    @checked("tls", mode="wrap")
    @classmethod
    def _private(cls, tls: object, parse: Callable[[Any], Any], info: ValidationInfo) -> Any:
        if tls is not None:
            return parse(tls)
        host = info.data.get("host")
        return "none" if host is None or values.is_loopback(host) else "starttls"

    @checked("password_file")
    @classmethod
    def _guarded(cls, password_file: Secret | None, info: ValidationInfo) -> Secret | None:
        if not info.data.get("user"):
            return None
        if password_file is None:
            raise ValueError("is missing; it, or a credential, is required with user")
        if info.data.get("tls") == "none" and not values.is_loopback(
            info.data.get("host") or "localhost"
        ):
            raise ValueError(
                'may not be sent with tls = "none"; allowed: "implicit", "starttls", loopback'
            )
        return password_file


class Web(Table):
    listen: Place
    token_file: MaybeSecret = Field(None, validate_default=True)

    @checked("token_file")
    @classmethod
    def _guarded(cls, token_file: Secret | None, info: ValidationInfo) -> Secret | None:
        listen = info.data.get("listen")
        if token_file is None and listen is not None and not listen.local:
            raise ValueError("is missing; it is required unless listen is on loopback or a Unix socket")
        return token_file


class Dkim(Table):
    domain: Domain
    selector: Domain
    key_file: SecretFile


class Scan(Table):
    clamd: Server


class Keep(Table):
    raw: Limit = None
    closed: Limit = None


class Canary(Table):
    every: Positive = timedelta(minutes=5)
