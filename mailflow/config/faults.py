"""What validation found, as lines for the operator: "key.path: what is wrong; what is allowed"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mailflow.config.document import Document
from mailflow.config.values import shown

Location = tuple[int | str, ...]

LISTS = ("imap", "team", "bucket")

# By pydantic's type of error: the text, from the value found and the error's context.
_TEXTS: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "missing": lambda found, ctx: "is missing; it is required",
    "string_type": lambda found, ctx: f"{found} is no text; allowed: text in quotes",
    "bool_type": lambda found, ctx: f"{found} is neither true nor false; allowed: true, false",
    "int_type": lambda found, ctx: f"{found} is no whole number; allowed: digits without quotes",
    "float_type": lambda found, ctx: f"{found} is no number; allowed: digits without quotes",
    "dict_type": lambda found, ctx: f"{found} is no table; allowed: {{ key = value, ... }}",
    "tuple_type": lambda found, ctx: f"{found} is no list; allowed: [...]",
    "too_short": lambda found, ctx: "is empty; at least one is required",
    "literal_error": lambda found, ctx: f"{found} is unknown; allowed: {ctx['expected']}".replace(
        "'", '"'
    ),
    "greater_than_equal": lambda found, ctx: f"{found} is too small; allowed: {ctx['ge']} or more",
    "less_than_equal": lambda found, ctx: f"{found} is too large; allowed: {ctx['le']} or less",
    "finite_number": lambda found, ctx: f"{found} is no number; allowed: a finite number",
    "value_error": lambda found, ctx: str(ctx["error"]),
}


def describe(error: ValidationError, raw: Mapping[str, Any]) -> Iterator[str]:
    """One line for each fault; `raw` is what was validated, for the names of list entries."""
    for details in error.errors(include_url=False):
        yield f"{key_path(details['loc'], raw)}: {_text(details, raw)}"


def key_path(location: Location, raw: Mapping[str, Any]) -> str:
    """`smtp.listen`, `imap[1].user` (counted from 1), or by its name `team "billing".hours`."""
    path = ""
    place: Any = raw
    for step in location:
        place = _inside(place, step)
        if isinstance(step, str):
            path += f".{_quoted(step)}" if path else _quoted(step)
        elif isinstance(place, dict) and isinstance(place.get("name"), str):
            path += f" {shown(place['name'])}"
        else:
            path += f"[{step + 1}]"
    return path


def _text(details: ErrorDetails, raw: Mapping[str, Any]) -> str:
    location, kind = details["loc"], details["type"]
    if kind == "extra_forbidden":
        return _unknown(str(location[-1]), _keys(location[:-1]))
    if len(location) == 1 and location[0] in LISTS and kind == "tuple_type":
        return f"is no list; allowed: [[{location[0]}]] instead of [{location[0]}]"
    if len(location) == 1 and kind == "too_short":
        return f"is missing; at least one [[{location[0]}]] is required"
    if kind == "model_type":
        return _no_table(location, details["input"])
    text = _TEXTS.get(kind)
    return text(shown(details["input"]), details.get("ctx", {})) if text else details["msg"]


def _unknown(key: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(key, allowed, n=1)
    hint = f", did you mean {near[0]}?" if near else ""
    return f"unknown key{hint}; allowed: {', '.join(allowed)}"


def _no_table(location: Location, found: object) -> str:
    if isinstance(found, list):
        return f"is a list; allowed: one table, [{location[0]}] instead of [[{location[0]}]]"
    return f"{shown(found)} is no table; allowed: a table of keys"


def _keys(location: Location) -> list[str]:
    """The keys that the table at a location has."""
    model: type[BaseModel] = Document
    for step in location:
        if isinstance(step, str):
            model = _table_of(model, step)
    return [*model.model_fields]


def _table_of(model: type[BaseModel], key: str) -> type[BaseModel]:
    found = _models_in(model.model_fields[key].annotation)
    return next(found)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def _inside(place: Any, step: int | str) -> Any:
    try:
        return place[step]
    except (KeyError, IndexError, TypeError):
        return None


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else shown(key)
