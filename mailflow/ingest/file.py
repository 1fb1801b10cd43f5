"""Mail from files: paths in, one mail's bytes at a time out.

Takes mail files, mbox (mboxo and mboxrd), Maildir, folders of `.eml`, and "-" for standard input. Of an
mbox one mail is in memory at a time. What cannot be read is reported, and the next one follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

MAILDIR = ("new", "cur")  # tmp holds what is still being written
LINE_LIMIT = 1024 * 1024  # octets of an mbox read at once

Report = Callable[[str, OSError], None]


def read(
    paths: Iterable[str], report: Report, stdin: BinaryIO | None = None
) -> Iterator[tuple[str, bytes]]:
    """Each mail with its name: the file, for an mbox with the mail's place in it ("old.mbox:3")."""
    for path in paths:
        if path == "-" and stdin is not None:
            yield from _mails("-", stdin)
            continue
        for file in _files(Path(path)):
            try:
                with file.open("rb") as stream:
                    yield from _mails(str(file), stream)
            except OSError as error:
                report(str(file), error)


def _files(path: Path) -> list[Path]:
    """The mail files that a path stands for, in the order of their names."""
    if not path.is_dir():
        return [path]
    folders = [path / name for name in MAILDIR if (path / name).is_dir()]
    found: Iterable[Path] = path.glob("*.eml")
    if folders:
        found = chain.from_iterable(folder.iterdir() for folder in folders)
    return sorted((file for file in found if not file.name.startswith(".")), key=_order)


def _order(file: Path) -> tuple[str, str]:
    """Maildir names begin with the time of delivery, whichever folder they lie in."""
    return file.name, str(file)


def _mails(name: str, stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    first = stream.readline(LINE_LIMIT)
    if first.startswith(b"From "):
        for number, mail in enumerate(_split(stream), 1):
            yield f"{name}:{number}", mail
    elif first:
        yield name, first + stream.read()


def _split(stream: BinaryIO) -> Iterator[bytes]:
    """The mails of an mbox whose first separator has been read."""
    lines: list[bytes] = []
    fresh, empty = True, False  # at the start of a line; after an empty one
    while line := stream.readline(LINE_LIMIT):
        if fresh and (empty or not lines) and _separates(line):
            yield _mail(lines)
            lines = []
        else:
            lines.append(_unquoted(line) if fresh else line)
        empty = fresh and line in (b"\n", b"\r\n")
        fresh = line.endswith(b"\n")
    yield _mail(lines)


def _separates(line: bytes) -> bool:
    """`From SENDER DATE`: a time and a year tell it from a sentence that begins with "From"."""
    words = line.split(b" ") if line.startswith(b"From ") else []
    dated = any(word.count(b":") in (1, 2) and word.replace(b":", b"").isdigit() for word in words)
    return dated and any(len(word.strip()) == 4 and word.strip().isdigit() for word in words)


def _unquoted(line: bytes) -> bytes:
    """mboxrd: one `>` less before From."""
    if line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
        return line[1:]
    return line


def _mail(lines: list[bytes]) -> bytes:
    """The empty line before a separator belongs to the mbox, not to the mail."""
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines = lines[:-1]
    return b"".join(lines)
