"""From a file to a Configuration, or to all of its faults at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mailflow.config.build import Configuration, build
from mailflow.config.checks import cross_check
from mailflow.config.document import Document
from mailflow.config.effect import without_effect
from mailflow.config.faults import describe
from mailflow.config.secret import with_secrets
from mailflow.errors import ConfigurationError

VARIABLE = "MAILFLOW_CONFIG"
SEARCHED = (Path("mailflow.toml"), Path("/etc/mailflow/mailflow.toml"))


def find(
    argument: str | None, environ: Mapping[str, str], searched: tuple[Path, ...] = SEARCHED
) -> Path:
    """The file that the command line or the environment names, else the first that exists."""
    named = argument or environ.get(VARIABLE)
    if named:
        return Path(named)
    for path in searched:
        if _is_there(path):
            return path
    places = ", ".join(map(str, searched))
    fault = f"no configuration; allowed: --config FILE, ${VARIABLE}, or one of the files {places}"
    raise ConfigurationError((fault,))


def load(path: Path, environ: Mapping[str, str]) -> Configuration:
    """Read and validate the file. Relative paths in it are relative to its folder.

    ConfigurationError holds one line for each fault: "FILE: key.path: what is wrong; what is allowed".
    """
    raw = _read(path)
    folder = path.absolute().parent
    faults: list[str] = []
    document = None
    try:
        complete = with_secrets(raw, folder, environ)
        document = Document.model_validate(complete, context={"folder": folder})
    except ValidationError as error:
        faults += describe(error, raw)
    faults += cross_check(raw, folder)
    if document is None or faults:
        raise ConfigurationError(tuple(f"{path}: {fault}" for fault in faults))
    return build(document, path, without_effect(raw))


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        return True  # for `load` to say so: a file we may not see is not a file that is missing


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        fault = f"line {line}: is not UTF-8; allowed: TOML in UTF-8"
    except tomllib.TOMLDecodeError as error:
        fault = _syntax(str(error))
    raise ConfigurationError((f"{path}: {fault}",))


def _syntax(text: str) -> str:
    """tomllib's "What (at line 1, column 2)" with the place first."""
    found = re.fullmatch(r"(.*) \(at (.*)\)", text, re.DOTALL)
    what, place = found.groups() if found else (text, "syntax")
    return f"{place}: {' '.join(what.split())}; allowed: TOML 1.0"
