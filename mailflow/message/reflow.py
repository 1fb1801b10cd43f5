"""Builds lines of text from the words and boundaries of a document: breaks, quotes, lists, cells.

Words in, one text out. Spaces are collapsed as a browser does it; each line bears the ">" of the quotes it
stands in.
"""

from __future__ import annotations

import re
from typing import Final

_SPACES = re.compile(r"[ \t\r\n\f]+")
_RULE: Final = "_" * 32
_DEEPEST: Final = 50  # quotes within quotes, and lists within lists, that are shown
_MOST_BREAKS: Final = 3


class Reflow:
    """Takes words and boundaries in order; `text` gives what has come of them."""

    def __init__(self) -> None:
        self.written = 0  # pieces so far, for `since`
        self._pieces: list[str] = []
        self._breaks = 0  # line ends before the next word
        self._line_starts = True
        self._space = False
        self._quoted = 0
        self._shown_quoted = 0
        self._indented = 0
        self._preformatted = 0
        self._bullet = ""
        self._row_open = False  # the row so far is one line
        self._row_due = False
        self._cell_due = False
        self._last = ""

    @property
    def ends_with_colon(self) -> bool:
        return self._last.endswith((":", "："))

    def since(self, start: int) -> str:
        """What was written since `written` was `start`."""
        return "".join(self._pieces[start:])

    def text(self) -> str:
        return "".join(self._pieces).strip("\n")

    def write(self, words: str) -> None:
        words = words.replace("\xa0", " ")
        if self._preformatted:
            for number, line in enumerate(words.split("\n")):
                self._breaks += number > 0
                self._append(line.rstrip("\r"))
            return
        words = _SPACES.sub(" ", words)
        if words.startswith(" "):
            self._space = True
        self._append(words.strip(" "))
        if words.endswith(" ") and words != " ":
            self._space = True

    def line_break(self) -> None:
        self._breaks += 1

    def block(self, breaks: int) -> None:
        """The next word begins a line (1), or a paragraph (2)."""
        if not self._cell_due:
            self._breaks = max(self._breaks, breaks)

    def rule(self) -> None:
        self.block(1)
        if self._last != _RULE:
            self._append(_RULE)
        self.block(1)

    def quote(self, step: int) -> None:
        self.block(1)
        self._quoted += step

    def indent(self, step: int) -> None:
        self._indented += step

    def item(self, bullet: str) -> None:
        self._bullet = bullet

    def preformatted(self, step: int) -> None:
        self._preformatted += step

    def row(self) -> None:
        self._row_open = self._cell_due = False

    def cell(self) -> None:
        """The next word begins a cell: beside the one before it, if that was a single line."""
        if self._row_open:
            self._breaks = 0
            self._cell_due = True
        else:
            self.block(1)
            self._row_due = True

    def _append(self, words: str) -> None:
        if not words:
            return
        if self._breaks and self._pieces:
            self._break()
        self._breaks = 0
        if not self._pieces or self._line_starts:
            self._begin_line()
        elif self._cell_due:
            self._put(" | ")
        elif self._space:
            self._put(" ")
        self._row_open = self._row_open or self._row_due
        self._cell_due = self._row_due = self._space = False
        self._put(words)
        self._last = words

    def _begin_line(self) -> None:
        self._put(_marks(self._quoted))
        indented = min(self._indented, _DEEPEST) - 1
        self._put("  " * max(0, indented) + self._bullet)
        self._bullet = ""
        self._shown_quoted = self._quoted
        self._line_starts = False

    def _break(self) -> None:
        between = _marks(min(self._shown_quoted, self._quoted)).rstrip()
        self._put("\n" + f"{between}\n" * (min(self._breaks, _MOST_BREAKS) - 1))
        self._line_starts = True
        self._row_open = False

    def _put(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self.written += 1


def _marks(quoted: int) -> str:
    depth = min(quoted, _DEEPEST)
    return ">" * depth + " " * (depth > 0)
