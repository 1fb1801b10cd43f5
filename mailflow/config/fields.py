"""The kinds of values that tables of the configuration hold, as pydantic reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationInfo

from mailflow.config import values
from mailflow.config.secret import Secret
from mailflow.config.values import Listen, shown
from mailflow.model import Rate, Span
from mailflow.rules.hours import parse_hours

T = TypeVar("T")


def _text(parse: Callable[[str], T]) -> PlainValidator:
    def parse_text(value: object) -> T:
        if not isinstance(value, str):
            raise ValueError(f"{shown(value)} is no text; allowed: text in quotes")
        return parse(value)

    return PlainValidator(parse_text)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_day(value: object) -> date:
    if isinstance(value, str):
        return values.parse_day(value)
    if type(value) is date:  # TOML has days of its own
        return value
    raise ValueError(f'{shown(value)} is no day; allowed: "2026-12-24"')


def folder_of(info: ValidationInfo) -> Path:
    """The folder of the configuration, which relative paths are relative to."""
    context: dict[str, Path] = info.context or {}
    return context["folder"]


def _as_path(value: object, info: ValidationInfo) -> Path | None:
    """A path, relative ones to the folder of the configuration; None for an empty text."""
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no text; allowed: a path in quotes")
    return folder_of(info) / value if value else None


def _as_secret(value: object) -> Secret:
    if not isinstance(value, Secret):
        raise ValueError(f"{shown(value)} is no file here; allowed: a file with the secret")
    return value


def _as_maybe_secret(value: object) -> Secret | None:
    return None if value is None or value == "" else _as_secret(value)


Listed = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]
Label = Annotated[str, _text(values.parse_label)]
Name = Annotated[str, _text(values.parse_name)]
Address = Annotated[str, _text(values.parse_address)]
Member = Annotated[str, _text(values.parse_member)]
Domain = Annotated[str, _text(values.parse_domain)]
Host = Annotated[str, _text(values.parse_host)]
Zone = Annotated[str, _text(values.parse_zone)]
Language = Annotated[str, _text(values.parse_language)]
Day = Annotated[date, PlainValidator(_as_day)]
Duration = Annotated[timedelta, _text(values.parse_duration)]
Positive = Annotated[timedelta, _text(values.parse_positive)]
Limit = Annotated[timedelta | None, _text(values.parse_limit)]
Size = Annotated[int, _text(values.parse_size)]
PerTime = Annotated[Rate | None, _text(values.parse_rate)]
Header = Annotated[tuple[str, str], _text(values.parse_header)]
Hours = Annotated[tuple[bool, tuple[Span, ...]], _text(parse_hours)]
Place = Annotated[Listen, _text(values.parse_listen)]
Server = Annotated[Listen, _text(values.parse_server)]
File = Annotated[Path | None, PlainValidator(_as_path)]
SecretFile = Annotated[Secret, PlainValidator(_as_secret)]
MaybeSecret = Annotated[Secret | None, PlainValidator(_as_maybe_secret)]
Port = Annotated[int, Field(ge=1, le=65535)]
Tls = Literal["implicit", "starttls", "none"]


class Table(BaseModel):
    """A table of the file: what it does not know is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)
