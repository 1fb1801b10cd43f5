"""Structured header fields: their segments, words and parameters, in one linear pass.

Comes in: a field's value, unfolded. Goes out: words without comments and quotes. Never raises; what is
not closed ends with the value. Addresses and dates are not read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Header = tuple[str, str]  # name in lower case, value unfolded and decoded


def values(headers: Iterable[Header], name: str) -> tuple[str, ...]:
    """All values of a field, topmost first."""
    return tuple(value for each, value in headers if each == name)


def first(headers: Iterable[Header], name: str) -> str:
    """The topmost value of a field, or an empty string."""
    return next((value for each, value in headers if each == name), "")


def segments(value: str) -> list[list[str]]:
    """The words of each segment between semicolons; comments are dropped, quoted strings opened.

    White space around the `=` of a parameter is closed up: `dkim = pass` is the one word `dkim=pass`
    (RFC 8601 section 2.2 allows it). An empty segment is an empty list.
    """
    found: list[list[str]] = [[]]
    for word in _words(value):
        if word is None:
            found.append([])
        elif found[-1] and (
            _open(found[-1][-1]) or (word.startswith("=") and "=" not in found[-1][-1])
        ):
            found[-1][-1] += word
        else:
            found[-1].append(word)
    return found


def media_type(value: str) -> tuple[str, dict[str, str]]:
    """A Content-Type's type and parameters (RFC 2045 section 5.1), names and type in lower case."""
    kind, *rest = segments(value)
    pairs = (word.partition("=") for segment in rest for word in segment if "=" in word)
    return (kind[0].casefold() if kind else "text/plain"), {
        name.casefold(): text for name, _, text in pairs
    }


def keyword(value: str) -> str:
    """The first word of a field in lower case, without parameters and comments."""
    words = segments(value)[0]
    return words[0].casefold() if words else ""


def unfold(head: str) -> Sequence[Header]:
    """The fields of a block of header lines that end in LF; lines that are no field are left out."""
    joined = head.replace("\n\t", " ").replace("\n ", " ")
    pairs = (line.partition(":") for line in joined.split("\n"))
    return [(name.strip().casefold(), value.strip()) for name, colon, value in pairs if colon]


def _open(word: str) -> bool:
    """A parameter that still waits for its value; `abc==` of a base64 value does not."""
    return word.endswith("=") and word.count("=") == 1


def _words(value: str) -> Iterator[str | None]:
    """The words of a value in order; None stands for a semicolon."""
    word: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped:
            escaped = False
            if not depth:
                word.append(char)
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            if char == '"':
                quoted = False
            else:
                word.append(char)
        elif char == "(":
            depth += 1
        elif depth:
            depth -= char == ")"
        elif char == '"':
            quoted = True
        elif char == ";" or char.isspace():
            if word:
                yield "".join(word)
                word = []
            if char == ";":
                yield None
        else:
            word.append(char)
    if word:
        yield "".join(word)
