"""Secrets: a file that a `*_file` key names, or a service credential (systemd's LoadCredential=).

A credential may be named after the whole key (`outbound.password_file`, `outbound.password`; of several
mailboxes `imap.USER.password`) or the key alone (`password_file`, `password`). Secrets are read when
used, never kept in the configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailflow.errors import ConfigurationError

CREDENTIALS = "CREDENTIALS_DIRECTORY"

# Section, and the keys of it that name secrets; "imap.oauth" is a table inside of each [[imap]].
KEYS = {
    "smtp": ("tls_key_file",),
    "lmtp": ("tls_key_file",),
    "imap": ("password_file",),
    "imap.oauth": ("client_secret_file", "refresh_token_file"),
    "outbound": ("password_file",),
    "web": ("token_file",),
    "dkim": ("key_file",),
}


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret lies; `key` is its name in the configuration."""

    key: str
    path: Path

    def read(self) -> str:
        """The secret without its line end; ConfigurationError if it cannot be read or is empty."""
        try:
            secret = self.path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise ConfigurationError((f"{self.key}: cannot read {self.path}: {reason}",)) from error
        if not secret:
            raise ConfigurationError(
                (f"{self.key}: {self.path} is empty; the secret is its first line",)
            )
        return secret


def with_secrets(raw: dict[str, Any], folder: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """The tables of the configuration with a Secret for each key of `KEYS` whose secret is found.

    A named file that does not exist stays as it was written, for validation to refuse.
    """
    credentials = Path(environ[CREDENTIALS]) if environ.get(CREDENTIALS) else None
    found = dict(raw)
    for section, names in KEYS.items():
        if "." in section:
            continue
        value = raw.get(section)
        if isinstance(value, dict):
            found[section] = _resolve(value, section, names, folder, credentials)
        elif isinstance(value, list):
            found[section] = [
                _resolve(entry, section, names, folder, credentials)
                if isinstance(entry, dict)
                else entry
                for entry in value
            ]
    return found


def is_file(path: Path) -> bool:
    """Whether it is a file that this process can see."""
    try:
        return path.is_file()
    except OSError:
        return False


def _resolve(
    table: dict[str, Any], section: str, names: tuple[str, ...], folder: Path, credentials: Path | None
) -> dict[str, Any]:
    resolved = dict(table)
    for name in names:
        path = _find(table, section, name, folder, credentials)
        if path is not None:
            resolved[name] = Secret(f"{section}.{name}", path)
    if isinstance(table.get("oauth"), dict):
        inner = f"{section}.oauth"
        resolved["oauth"] = _resolve(table["oauth"], inner, KEYS[inner], folder, credentials)
    return resolved


def _find(
    table: dict[str, Any], section: str, name: str, folder: Path, credentials: Path | None
) -> Path | None:
    written = table.get(name)
    if isinstance(written, str) and written and is_file(folder / written):
        return folder / written
    if credentials is None or not isinstance(written, str | None):
        return None
    named = (credentials / candidate for candidate in _credential_names(table, section, name))
    return next((path for path in named if is_file(path)), None)


def _credential_names(table: dict[str, Any], section: str, name: str) -> Iterator[str]:
    user = table.get("user")
    qualifiers = [f"{section}.{user}."] if isinstance(user, str) and "/" not in user else []
    for qualifier in (*qualifiers, f"{section}.", ""):
        yield qualifier + name
        yield qualifier + name.removesuffix("_file")
