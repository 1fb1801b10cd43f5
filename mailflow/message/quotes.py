"""Recognises what mail programs put around the mail that is answered or passed on.

Lines in; attributions ("On ... wrote:"), header blocks, fences ("--- Original Message ---") out. Each test
is linear and looks at a few neighbouring lines at most. It judges single places; `text.py` decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from mailflow.message.phrases import (
    FORWARDED,
    LABELS,
    OPENERS,
    ORIGINAL,
    RAW_LABELS,
    VERBS,
)

_LONGEST: Final = 500  # characters of a line that can be part of an attribution or header
_ATTRIBUTION_LINES: Final = 4
_HEADER_LINES: Final = 25
_RULE: Final = 3  # characters of a line that counts as a rule

_PREFIX = re.compile(r"[ \t\xa0]*(>[> \t\xa0]*)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\xad]")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2})(?!\d)")
_EVIDENCE = re.compile(r"[\d@]")
_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]")
_ENDS: Final = (":", "：", *VERBS)


@dataclass(frozen=True, slots=True)
class Line:
    """A line: as written, how deeply quoted, without the marks, and folded for comparing with phrases."""

    text: str
    depth: int
    bare: str
    folded: str

    @property
    def blank(self) -> bool:
        return not self.folded


_BLANK: Final = Line("", 0, "", "")


def lines_of(text: str) -> list[Line]:
    """The text's lines; CRLF and CR count as line ends."""
    lines: list[Line] = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not raw or raw.isspace():
            lines.append(_BLANK)
            continue
        line = _line(raw)
        if line.depth and lines and _continues_address(lines[-1], line):
            line = Line(raw, 0, raw, fold(raw))
        lines.append(line)
    return lines


def _line(raw: str) -> Line:
    marks = _PREFIX.match(raw)
    bare = raw[marks.end() :] if marks else raw
    return Line(raw, marks[1].count(">") if marks else 0, bare, fold(bare))


def _continues_address(before: Line, line: Line) -> bool:
    """The wrapped end of an attribution, `<anna@example.com` and `>:` or `> wrote:`, is no quote."""
    return (
        line.depth == 1
        and (line.folded.startswith(":") or line.folded in _WRAPPED_ENDS)
        and before.depth == 0
        and "<" in before.text.rpartition(">")[2]
    )


_WRAPPED_ENDS: Final = frozenset(f"{verb}{end}" for verb in VERBS for end in (":", " :"))


def fold(text: str) -> str:
    """For comparing: case folded, single spaced, without invisible characters and emphasis."""
    text = text[: 4 * _LONGEST]
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.replace("*", "").casefold().split())


# --- "On Monday Anna wrote:" ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribution:
    """Lines `start` to `end` (exclusive). `strong`: proves a quote even when no mark follows."""

    start: int
    end: int
    strong: bool


def attributions(lines: Sequence[Line]) -> dict[int, Attribution]:
    """Every attribution among the unquoted lines, by its first line."""
    found: dict[int, Attribution] = {}
    evidence = -_ATTRIBUTION_LINES
    for last, line in enumerate(lines):
        if _EVIDENCE.search(line.folded, 0, _LONGEST):
            evidence = last
        if last - evidence >= _ATTRIBUTION_LINES or line.depth:
            continue
        if line.folded.rstrip(" -_").endswith(_ENDS):
            attribution = _ending_at(lines, last)
            if attribution:
                found[attribution.start] = attribution
    return found


def _ending_at(lines: Sequence[Line], last: int) -> Attribution | None:
    """The shortest one that starts like one; else the single line, if it says enough by itself."""
    joined = ""
    for start in range(last, max(-1, last - _ATTRIBUTION_LINES), -1):
        line = lines[start]
        if line.blank or line.depth or len(line.text) > _LONGEST:
            break
        joined = f"{line.folded} {joined}".strip()
        if _starts(line.folded) and _proves(joined):
            return Attribution(start, last + 1, _strongly(joined))
    single = lines[last].folded
    if len(single) <= _LONGEST and _proves(single):
        return Attribution(last, last + 1, _strongly(single))
    return None


def _starts(line: str) -> bool:
    begin = line.lstrip("-_ \"'")
    if begin.startswith(OPENERS) and _DIGIT.search(begin, 0, 60):
        return True
    return bool(_YEAR.search(line) and _TIME.search(line))


def _proves(line: str) -> bool:
    return bool(_EVIDENCE.search(line)) and (_verb(line) or _strongly(line))


def _strongly(line: str) -> bool:
    """A verb with an address and a date, or with a full date and time; or all of it without a verb."""
    address, year, time = _ADDRESS.search(line), _YEAR.search(line), _TIME.search(line)
    if _verb(line):
        return bool((address and _DIGIT.search(line)) or (year and time))
    return bool(address and year and time and line.rstrip(" -_").endswith((":", "：")))


def _verb(line: str) -> bool:
    return any(verb in line for verb in VERBS)


# --- "From: ... Sent: ... To: ... Subject: ..." ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """What a run of header lines has told so far."""

    end: int
    roles: frozenset[str] = frozenset()
    values: str = ""

    @property
    def proves(self) -> bool:
        """Enough for a mail's header: people write forms with "From:", "To:" and "Date:" too."""
        if not {"from", "sent"} <= self.roles or not _DIGIT.search(self.values):
            return False
        return "subject" in self.roles or ("to" in self.roles and "@" in self.values)


def header_at(lines: Sequence[Line], start: int, fenced: bool = False) -> Header | None:
    """The quoted mail's header that begins at `start`, at that line's quoting depth.

    `fenced`: a rule or fence stands above it, so that labels in any language count.
    """
    if _role(lines[start], fenced) is None:
        return None
    depth, header, labelled = lines[start].depth, Header(start), 0
    for at in range(start, min(len(lines), start + _HEADER_LINES)):
        line = lines[at]
        if line.depth != depth and not line.blank:
            break
        role = _role(line, fenced)
        if role == "raw":
            return None
        if role is None:
            if not _goes_on(lines, at, fenced):
                break
            continue
        if role in header.roles and role in ("from", "sent", "subject"):
            break
        labelled += 1
        header = Header(at + 1, header.roles | {role}, f"{header.values} {line.folded[:_LONGEST]}")
    if header.proves or (fenced and labelled >= 3 and _looks_like_header(header.values)):
        return header
    return None


def _looks_like_header(values: str) -> bool:
    return bool(_ADDRESS.search(values) and _TIME.search(values))


def _role(line: Line, fenced: bool) -> str | None:
    if line.blank:
        return None
    label, colon, _ = line.folded[:60].replace("：", ":").partition(":")
    if not colon:
        return None
    label = label.strip(" \"'")
    if label in RAW_LABELS:
        return "raw"
    return LABELS.get(
        label, "other" if fenced and 0 < len(label) <= 20 and len(label.split()) <= 3 else None
    )


def _goes_on(lines: Sequence[Line], at: int, fenced: bool) -> bool:
    """A wrapped value or an empty line between header lines: a header line follows at once."""
    if lines[at].blank:
        return at + 1 < len(lines) and _role(lines[at + 1], False) not in (None, "raw")
    following = lines[at + 1 : at + 4]
    for line in following:
        if line.blank:
            return False
        if _role(line, fenced) not in (None, "raw"):
            return True
    return False


# --- "-----Original Message-----" -----------------------------------------------------------------


class Fence(Enum):
    """What a line between two mails announces."""

    FORWARD = auto()
    ORIGINAL = auto()
    UNKNOWN = auto()  # dashes around words that no table knows
    RULE = auto()  # a bare line of underscores, dashes or equal signs


def fence_of(line: Line) -> Fence | None:
    """None for ordinary lines. Undashed, only the whole of "Begin forwarded message:" counts."""
    folded = line.folded
    if not folded or len(folded) > 4 * _LONGEST:
        return None
    if not folded.strip("_-—=–─ "):
        return Fence.RULE if len(folded) >= _RULE else None
    begin = folded.lstrip("-—_=–─+")
    if len(folded) - len(begin) < 2:
        phrase = folded.rstrip(" :：")
        return Fence.FORWARD if phrase in FORWARDED and folded != phrase else None
    begin = begin.strip()
    if begin.startswith(FORWARDED):
        return Fence.FORWARD
    if not begin.endswith(("--", "__", "——", "==")):
        return None
    return Fence.ORIGINAL if begin.rstrip("-—_=–─ ") in ORIGINAL else Fence.UNKNOWN
