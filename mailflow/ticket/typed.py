"""What a colleague typed, behind what their mail program made of it.

Phones capitalise and end lines with full stops, editors make lists, headings and smart quotes of `#`,
text parts are wrapped. In come lines, out goes the command that was meant. Linear in the text's size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from typing import Final
from unicodedata import normalize

_MARKS: Final = "#\uff03\ufe5f"
_INVISIBLE = re.compile(
    "[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff\u20e3]"
)
# Bullets, numbers, emphasis, quotes and escapes in front of a mark. Not ">": that is somebody else's word.
_DRESSED = re.compile(
    "(?:[-+*_`~(\\[\"'\\\\\\s\u2022\xb7\u25e6\u25aa\u25cf\u2023\u2013\u2014\u201c\u201d\u201e\u2018\u2019\u201a\xab\xbb]"
    "|[0-9]{1,2}[.)])+(?=[#\uff03\ufe5f])"
)
_BEHIND: Final = ".,:;!?*_`~)]\"'\u2026\u201c\u201d\u201e\u2018\u2019\u201a\xab\xbb"
_WRAP: Final = 72  # columns: programs wrap at 72 to 80
_HEAD: Final = 4000  # characters of HTML that are searched for headings
_BEFORE_HEADING = re.compile(r"(?:<(?!h1\b)[^<>]*>|\s|&nbsp;)*<h1\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


def bare_word(word: str) -> str:
    """For comparing with the table: composed, case folded, without what stands behind it."""
    return normalize("NFKC", word[:50]).casefold().strip(_BEHIND)


def marked(line: str, is_command: Callable[[str], bool]) -> tuple[str, str]:
    """The line without blanks around it, and from its mark on if it is a command (else empty).

    Whatever begins with the mark is one. A dressed mark is one before a letter or a known word: "1. #2"
    is none.
    """
    bare = _INVISIBLE.sub("", line).strip()
    if not bare or bare[0] in _MARKS:
        return bare, f"#{bare[1:]}" if bare else ""
    dress = _DRESSED.match(bare)
    if dress is None:
        return bare, ""
    emphasis = "".join(set(dress[0]) & set("*_`~\"'\u201c\u201d\u201e"))
    behind = bare[dress.end() + 1 :].rstrip(emphasis + "\u201c\u201d" if emphasis else None)
    first = behind.split(maxsplit=1)[:1]
    if behind[:1].isalpha() or (first and is_command(first[0])):
        return bare, f"#{behind}"
    return bare, ""


def is_wrapped(lines: Sequence[str], at: int) -> bool:
    """Whether line `at` may be the wrapped end of the one before it: its first word had no room there."""
    if at >= len(lines) or not lines[at].strip() or lines[at].lstrip()[0] in _MARKS:
        return False
    return len(lines[at - 1].rstrip()) + 1 + len(lines[at].split(maxsplit=1)[0]) > _WRAP


def as_typed(text: str, html: str, is_command: Callable[[str], bool]) -> str:
    """The text with the marks that an editor took away: it made headings of "# wait" at the top."""
    lines = text.splitlines()
    at = 0
    for heading in _headings(html):
        while at < len(lines) and not lines[at].strip():
            at += 1
        first = heading.split(maxsplit=1)[:1]
        if at >= len(lines) or not first or not is_command(first[0]):
            break
        if lines[at].split() != heading.split():
            break
        lines[at] = f"#{lines[at].strip()}"
        at += 1
    return "\n".join(lines)


def _headings(html: str) -> Iterator[str]:
    """The first-rank headings with which the HTML begins."""
    head, at = html[:_HEAD], 0
    while (opened := _BEFORE_HEADING.match(head, at)) is not None:
        end = head.find("</h1>", opened.end())
        if end < 0:
            return
        yield unescape(_TAG.sub("", head[opened.end() : end]))
        at = end + len("</h1>")
