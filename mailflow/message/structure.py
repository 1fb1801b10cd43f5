"""A mail's octets -> its MIME tree, as a flat list in the order of the mail, with every part's place.

One linear scan, never recursive, that enforces the limits: no other parser sees a mail beyond them.
Line ends may be CRLF, LF and CR, mixed. Nothing is decoded; a part's octets are found by its slices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailflow.errors import BeyondLimits
from mailflow.message.headers import Head, read_head
from mailflow.message.parameters import media_type_of, name_of, octets_of, split_value
from mailflow.message.transfer import encoding_of
from mailflow.model import Slice

# Decoding never makes a mail larger, so the limit on decoded octets is one on the octets of the mail.
CONTENT_LIMIT = 64 * 1024 * 1024
PART_COUNT = 1000
MULTIPART_DEPTH = 50
ATTACHED_DEPTH = 10  # messages within messages

ROOT = -1

_DASHES = re.compile(rb"--([^\r\n]*+)")
_BLANK = re.compile(rb"(?>\r\n|\n|\r)(?=[\r\n])")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the tree. `parent` is an index into the list, `position` counts among its siblings.

    `composite`: it has parts of its own, which follow. `attached`: so many messages is it inside of.
    `lost`: it says it is multipart, and no part was found.
    """

    parent: int
    position: int
    attached: int
    media_type: str
    parameters: Mapping[str, bytes]
    disposition: str
    name: str
    encoding: str
    head: Head
    body: Slice
    composite: bool
    lost: bool

    def octets(self, content: bytes) -> bytes:
        return content[self.body.start : self.body.start + self.body.length]


@dataclass(slots=True)
class _Draft:
    """A part whose end is not known yet."""

    parent: int
    position: int
    attached: int
    media_type: str
    parameters: Mapping[str, bytes]
    head: Head
    end: int = 0
    children: int = 0

    def finish(self) -> Node:
        lost = self.media_type.startswith("multipart/") and not self.children
        disposition, parameters = split_value(self.head.first("content-disposition"))
        encoding = self.head.first("content-transfer-encoding").decode("ascii", "replace")
        return Node(
            parent=self.parent,
            position=self.position,
            attached=self.attached,
            media_type="text/plain" if lost else self.media_type,
            parameters=self.parameters,
            disposition=disposition.decode("ascii", "replace").lower(),
            name=name_of(parameters, self.parameters),
            encoding=encoding_of(encoding.partition("(")[0].strip()),
            head=self.head,
            body=Slice(self.head.body, max(0, self.end - self.head.body)),
            composite=self.media_type.startswith("multipart/") and not lost,
            lost=lost,
        )


@dataclass(slots=True)
class _Scan:
    """The state of one scan: the open parts, and which lines would end them."""

    content: bytes
    drafts: list[_Draft] = field(default_factory=list)
    path: list[int] = field(default_factory=list)  # open parts, outermost first
    levels: list[tuple[int, bytes]] = field(default_factory=list)  # open multiparts, their boundaries
    level_of: dict[bytes, int] = field(default_factory=dict)  # boundary -> index into `levels`

    def run(self) -> tuple[Node, ...]:
        position = self._open(0, ROOT, "text/plain")
        while self.levels and (line := _DASHES.search(self.content, position)):
            position = line.end()
            if (found := self._find(line[1])) and self._begins_line(line.start()):
                position = self._delimit(line.start(), self._after(position), *found)
        for index in self.path:
            self.drafts[index].end = len(self.content)
        self._count_blocks()
        return tuple(draft.finish() for draft in self.drafts)

    def _find(self, mark: bytes) -> tuple[int, bool] | None:
        """The open multipart that a delimiter line belongs to, and if it closes it (RFC 2046 5.1.1)."""
        mark = mark.rstrip(b" \t\r\n")
        if mark in self.level_of:
            return self.level_of[mark], False
        if mark.endswith(b"--") and mark[:-2] in self.level_of:
            return self.level_of[mark[:-2]], True
        return None

    def _is_delimiter(self, line: bytes) -> bool:
        return self._find(line[2:]) is not None

    def _delimit(self, start: int, after: int, level: int, closes: bool) -> int:
        multipart = self.levels[level][0]
        before = self._before(start)
        while self.path[-1] != multipart:
            self.drafts[self.path.pop()].end = before
        del self.levels[level + (0 if closes else 1) :]
        # The outermost of equal boundaries counts, so it is entered last.
        self.level_of = {self.levels[at][1]: at for at in reversed(range(len(self.levels)))}
        if closes:
            return after
        digest = self.drafts[multipart].media_type == "multipart/digest"
        return self._open(after, multipart, "message/rfc822" if digest else "text/plain")

    def _open(self, start: int, parent: int, default: str) -> int:
        """Begin a part, and the message that it may hold; where its body starts."""
        while True:
            head = read_head(self.content, start, self._is_delimiter)
            draft = self._draft(head, parent, default)
            parent = len(self.drafts)
            self.path.append(parent)
            self.drafts.append(draft)
            if len(self.drafts) > PART_COUNT:
                raise BeyondLimits(f"the mail has more than {PART_COUNT} parts")
            if draft.media_type.startswith("multipart/"):
                self._nest(parent, draft)
            elif holds_message(draft.media_type):
                start, default = head.body, "text/plain"
                continue
            return head.body

    def _draft(self, head: Head, parent: int, default: str) -> _Draft:
        value, parameters = split_value(head.first("content-type"))
        above = self.drafts[parent] if parent != ROOT else None
        attached = above.attached + holds_message(above.media_type) if above else 0
        if attached > ATTACHED_DEPTH:
            raise BeyondLimits(f"messages are attached to messages more than {ATTACHED_DEPTH} deep")
        position = above.children if above else 0
        if above:
            above.children += 1
        return _Draft(parent, position, attached, media_type_of(value, default), parameters, head)

    def _nest(self, index: int, draft: _Draft) -> None:
        boundary = octets_of(draft.parameters, "boundary")[0].rstrip()
        if not boundary:
            return
        if len(self.levels) >= MULTIPART_DEPTH:
            raise BeyondLimits(f"multiparts are nested more than {MULTIPART_DEPTH} deep")
        self.level_of.setdefault(boundary, len(self.levels))
        self.levels.append((index, boundary))

    def _count_blocks(self) -> None:
        """The header blocks of delivery reports are parts to other parsers (RFC 3464 section 2.1)."""
        count = len(self.drafts)
        for draft in self.drafts:
            if draft.media_type == "message/delivery-status":
                count += sum(1 for _ in _BLANK.finditer(self.content, draft.head.body, draft.end))
        if count > PART_COUNT:
            raise BeyondLimits(f"the mail has more than {PART_COUNT} parts")

    def _begins_line(self, start: int) -> bool:
        return start == 0 or self.content[start - 1] in b"\r\n"

    def _before(self, start: int) -> int:
        """The line end before a delimiter belongs to the delimiter."""
        if self.content[max(0, start - 2) : start] == b"\r\n":
            return start - 2
        return max(0, start - 1)

    def _after(self, end: int) -> int:
        if self.content.startswith(b"\r\n", end):
            return end + 2
        return min(end + 1, len(self.content))


def holds_message(media_type: str) -> bool:
    """Whether the body is a header and a body again; of a delivery report it is header blocks only."""
    return media_type.startswith("message/") and media_type != "message/delivery-status"


def scan(content: bytes) -> tuple[Node, ...]:
    """All parts, the mail itself first; parts of attached messages too. Raises BeyondLimits."""
    if len(content) > CONTENT_LIMIT:
        raise BeyondLimits(f"the mail is larger than {CONTENT_LIMIT} octets")
    return _Scan(content).run()
