"""What a writer newly wrote: plain text in, the text without quotes and delimited signatures out.

Only what is provably quoted is cut; forwarded mail stays; mailflow's internal block never does. Every line is
looked at a bounded number of times. It does not decode, and knows HTML only as `html.to_text` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby
from typing import Final

from mailflow.message.guard import without_block
from mailflow.message.phrases import FORWARD_PREFIXES, INLINE, REPLY_PREFIXES
from mailflow.message.quotes import (
    Attribution,
    Fence,
    Line,
    attributions,
    fence_of,
    header_at,
    lines_of,
)
from mailflow.message.signature import signature_start, unarmoured

_INLINE_CHARACTERS: Final = 4000  # of the writer's words, searched for "see my answers below"
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Reading:
    """`new_text`: the writer's words. `answer_text`: with the quotes that these stand between."""

    new_text: str
    answer_text: str


class Mark(Enum):
    """What a line is."""

    OWN = auto()
    QUOTE = auto()  # marked with ">"
    ATTRIBUTION = auto()
    TAIL = auto()  # an answered mail without marks, to the end
    FORWARD = auto()
    SIGNATURE = auto()


def read(text: str, subject: str = "") -> Reading:
    """Reads a mail's plain text.

    The `subject` tells whether a mail below the writer's words is answered or passed on, where the text
    alone does not: Outlook writes both alike. Without it, words above mean an answer.
    """
    lines = without_block(unarmoured(lines_of(text)))
    marks = _without_signatures(lines, _Scan(lines, _is_forward(subject), _is_reply(subject)).marks())
    inline = Mark.TAIL in marks and _announces_inline(lines, marks)
    return Reading(
        new_text=_joined(lines, marks, {Mark.OWN, Mark.FORWARD} | ({Mark.TAIL} if inline else set())),
        answer_text=_joined(lines, _with_answered(lines, marks), {Mark.OWN, Mark.FORWARD}),
    )


def _prefix(subject: str) -> str:
    prefix, colon, _ = subject[:80].replace("：", ":").partition(":")
    return prefix.partition("[")[0].strip().casefold() if colon else ""


def _is_forward(subject: str) -> bool:
    return _prefix(subject) in FORWARD_PREFIXES


def _is_reply(subject: str) -> bool:
    return _prefix(subject) in REPLY_PREFIXES


# --- Where the quotes are -------------------------------------------------------------------------


class _Scan:
    """One pass over the lines, from the top, that says of each what it is."""

    def __init__(self, lines: Sequence[Line], forward: bool, reply: bool) -> None:
        self._lines = lines
        self._forward = forward
        self._reply = reply
        self._attributions = attributions(lines)
        self._words = False
        self._marks: list[Mark] = []

    def marks(self) -> list[Mark]:
        while len(self._marks) < len(self._lines):
            self._step(len(self._marks))
        return self._marks

    def _step(self, at: int) -> None:
        line = self._lines[at]
        if line.depth:
            self._quoted(at)
        elif line.blank:
            self._marks.append(Mark.OWN)
        elif self._answered_or_passed_on(at) or self._attributed(at):
            return
        else:
            self._marks.append(Mark.OWN)
            self._words = self._words or bool(_WORD.search(line.bare))

    def _rest(self, mark: Mark) -> None:
        self._marks += [mark] * (len(self._lines) - len(self._marks))

    def _quoted(self, at: int) -> None:
        end = _run_end(self._lines, at)
        if self._opens_forward(at):
            self._rest(Mark.FORWARD)
        else:
            self._marks += [Mark.QUOTE] * (end - at)

    def _opens_forward(self, at: int) -> bool:
        """Whether a marked mail is passed on: it says so, or its whole header heads the whole text."""
        first = _next_text(self._lines, at)
        if self._forward or (first is not None and fence_of(self._lines[first]) is Fence.FORWARD):
            return True
        if self._words or self._reply or first is None:
            return False
        second = _next_text(self._lines, first + 1)
        starts = [first] if second is None else [first, second]
        return any(header_at(self._lines, start, fenced=start != first) for start in starts)

    def _answered_or_passed_on(self, at: int) -> bool:
        fence = fence_of(self._lines[at])
        if fence is Fence.FORWARD:
            self._rest(Mark.FORWARD)
            return True
        if fence is Fence.ORIGINAL or self._heads_mail(at, fence):
            self._rest(self._tail(fence))
            return True
        return False

    def _heads_mail(self, at: int, fence: Fence | None) -> bool:
        """A header block, below a rule or by itself, that the writer does not introduce as an example."""
        if fence is None:
            return header_at(self._lines, at) is not None and not _introduced(self._lines, at)
        below = _next_text(self._lines, at + 1)
        return below is not None and header_at(self._lines, below, fenced=True) is not None

    def _tail(self, fence: Fence | None) -> Mark:
        """Below nothing written, or with a subject that says so, a mail is passed on and not answered."""
        if self._forward or fence is Fence.UNKNOWN:
            return Mark.FORWARD
        return Mark.TAIL if self._words or self._reply else Mark.FORWARD

    def _attributed(self, at: int) -> bool:
        attribution = self._attributions.get(at)
        if attribution is None:
            return False
        below = _next_text(self._lines, attribution.end)
        if below is not None and self._lines[below].depth and not self._forward:
            self._marks += [Mark.ATTRIBUTION] * (below - at)
        elif below is not None and attribution.strong and self._is_tail(attribution, below):
            self._rest(self._tail(None))
        elif below is None and attribution.strong and self._words:
            self._rest(Mark.ATTRIBUTION)
        else:
            return False
        return True

    def _is_tail(self, attribution: Attribution, below: int) -> bool:
        """Below an attribution without marks: marked quotes further down must have attributions of their own.

        Where they have none, the writer's answers may stand between them and the attribution.
        """
        for at in range(below, len(self._lines)):
            if self._lines[at].depth:
                above = at
                while above > below and self._lines[above - 1].blank:
                    above -= 1
                return any(
                    found.end == above
                    for start in range(max(below, above - 4), above)
                    if (found := self._attributions.get(start))
                )
        return True


def _run_end(lines: Sequence[Line], at: int) -> int:
    """The end of the marked lines that begin at `at`, across empty lines between them."""
    end = at
    for here in range(at, len(lines)):
        if lines[here].depth:
            end = here + 1
        elif not lines[here].blank:
            break
    return end


def _next_text(lines: Sequence[Line], at: int) -> int | None:
    """The next line that is not empty, if it is near."""
    return next((here for here in range(at, min(len(lines), at + 6)) if not lines[here].blank), None)


def _introduced(lines: Sequence[Line], at: int) -> bool:
    """A line such as "The header of the mail that bounced:" above a header makes it the writer's own."""
    above = next(
        (lines[here] for here in range(at - 1, max(-1, at - 4), -1) if not lines[here].blank), None
    )
    return above is not None and above.depth == 0 and above.folded.endswith((":", "："))


# --- Signatures -----------------------------------------------------------------------------------


def _without_signatures(lines: Sequence[Line], marks: Sequence[Mark]) -> list[Mark]:
    cleaned: list[Mark] = []
    for mark, start, end in _spans(marks):
        kept = end - start
        if mark is Mark.OWN:
            kept = signature_start(lines[start:end], first=not cleaned)
        cleaned += [mark] * kept + [Mark.SIGNATURE] * (end - start - kept)
    return cleaned


def _spans(marks: Sequence[Mark]) -> list[tuple[Mark, int, int]]:
    """Runs of equal marks: the mark, the first line, and the one after the last."""
    spans: list[tuple[Mark, int, int]] = []
    start = 0
    for mark, run in groupby(marks):
        end = start + sum(1 for _ in run)
        spans.append((mark, start, end))
        start = end
    return spans


# --- What is given back ---------------------------------------------------------------------------


def _announces_inline(lines: Sequence[Line], marks: Sequence[Mark]) -> bool:
    own = " ".join(line.folded for line, mark in zip(lines, marks, strict=True) if mark is Mark.OWN)
    return any(phrase in own[:_INLINE_CHARACTERS] for phrase in INLINE)


def _with_answered(lines: Sequence[Line], marks: Sequence[Mark]) -> list[Mark]:
    """Quotes between the writer's words become part of the text.

    A quote at the end is not answered. One above all own words is, if another quote follows these; with
    nothing but words below it, it is only the mail that is answered.
    """
    spans = _spans(marks)
    spoken = [number for number, span in enumerate(spans) if _has_words(lines, span)]
    if not spoken:
        return list(marks)
    quotes = [number for number, (mark, _, _) in enumerate(spans) if mark is Mark.QUOTE]
    interleaved = bool(quotes) and quotes[-1] > spoken[0]
    above = -1 if interleaved else spoken[0]
    changed: list[Mark] = []
    for number, (mark, start, end) in enumerate(spans):
        answered = mark is Mark.QUOTE and above < number < spoken[-1]
        changed += [Mark.OWN if answered else mark] * (end - start)
    return changed


def _has_words(lines: Sequence[Line], span: tuple[Mark, int, int]) -> bool:
    mark, start, end = span
    return mark is Mark.OWN and any(_WORD.search(line.bare) for line in lines[start:end])


def _joined(lines: Sequence[Line], marks: Sequence[Mark], wanted: set[Mark]) -> str:
    """The wanted lines; where something was cut, one empty line stays at most."""
    kept: list[str] = []
    cut = False
    for line, mark in zip(lines, marks, strict=True):
        if mark not in wanted:
            cut = True
            continue
        if cut and kept and kept[-1]:
            kept.append("")
        if line.blank and cut:
            continue
        cut = False
        kept.append(line.text.rstrip())
    return "\n".join(kept).strip("\n \t\xa0\ufeff").rstrip()
