"""Subjects: reply prefixes taken off, ticket numbers found. They group mail and prove nothing."""

from __future__ import annotations

# What mail programs put before the subject of an answer (RFC 5322 section 3.6.5 knows only "Re:").
_REPLY = frozenset(
    {"re", "aw", "antw", "antwort", "sv", "vs", "odp", "ref", "res", "rif", "r", "ynt", "回复", "答复"}
)
_LONGEST_NUMBER = 9


def base(subject: str) -> str:
    """The subject without leading reply prefixes: "Re: AW: Re[2]: slow" is "slow"."""
    rest = subject.strip()
    while True:
        colon = min((at for at in (rest.find(":"), rest.find("：")) if at >= 0), default=0)
        word, tail = rest[:colon], rest[colon + 1 :]
        name, bracket, _ = word.strip().casefold().partition("[")
        if not colon or name.strip() not in _REPLY or (bracket and not word.strip().endswith("]")):
            return rest
        rest = tail.strip()


def numbers(subject: str) -> tuple[int, ...]:
    """The ticket numbers that the subject names as "#1234", in order, each once."""
    found: dict[int, None] = {}
    for piece in subject.split("#")[1:]:
        digits = piece[: len(piece) - len(piece.lstrip("0123456789"))]
        if digits.isascii() and 0 < len(digits) <= _LONGEST_NUMBER:
            found[int(digits)] = None
    return tuple(found)
