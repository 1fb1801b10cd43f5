"""Removes mailflow's internal block from mail that a team answered, however it was quoted.

A leak guard: what stands between the two marks never survives, whether quoted, indented, wrapped, converted
from HTML, or with one of its marks cut off. It prefers to remove too much.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from mailflow.message.quotes import Line
from mailflow.model import BLOCK_CLOSES, BLOCK_OPENS

_NOT_LETTERS = re.compile(r"[^a-z]+")


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


_OPENS = _letters(BLOCK_OPENS)
_CLOSES = _letters(BLOCK_CLOSES)
_MARKS = re.compile(f"{_OPENS}|{_CLOSES}")


def without_block(lines: Sequence[Line]) -> list[Line]:
    """The lines without any internal block.

    The marks are sought in nothing but the letters, across line ends: no mark of quoting, space or wrapping
    can hide them. Without the closing mark the block ends with the quote it stands in, outside of a quote
    with the text; without the opening mark it begins with the quote.
    """
    letters = [_letters(line.text) for line in lines]
    marks = list(_MARKS.finditer("".join(letters)))
    if not marks:
        return list(lines)
    ends = list(accumulate(map(len, letters)))
    kept: list[Line] = []
    position = 0
    for number, mark in enumerate(marks):
        first, last = bisect_right(ends, mark.start()), bisect_right(ends, mark.end() - 1) + 1
        if first < position:
            continue
        if mark[0] == _CLOSES:
            first = _section_start(lines, first, position)
        elif number + 1 < len(marks) and marks[number + 1][0] == _CLOSES:
            last = bisect_right(ends, marks[number + 1].end() - 1) + 1
        else:
            last = _section_end(lines, first)
        kept += lines[position:first]
        position = last
    return kept + list(lines[position:])


def _section_start(lines: Sequence[Line], first: int, floor: int) -> int:
    depth = lines[first].depth
    while depth and first > floor and lines[first - 1].depth >= depth:
        first -= 1
    return first


def _section_end(lines: Sequence[Line], first: int) -> int:
    """Where the quote ends that `first` stands in; lines that wrapping tore off belong to it."""
    depth = lines[first].depth
    if not depth:
        return len(lines)
    for at in range(first + 1, len(lines)):
        line, before = lines[at], lines[at - 1]
        if not line.blank and line.depth < depth and before.blank and before.depth < depth:
            return at
    return len(lines)
