"""Signatures below a passage, and the armour around signed text.

Lines of one passage in, the number of the line where its signature begins out. Only what a delimiter, a
telephone or a mailing list marks is a signature; closing formula and name are the writer's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailflow.message.phrases import DEVICES, GADGETS
from mailflow.message.quotes import Line, lines_of

_SIGNATURE_LINES: Final = 15  # of a signature below "--" without the space that RFC 3676 asks for
_FOOTER_LINES: Final = 6  # of what a mailing list puts below a mail
_DEVICE_WORDS: Final = 12


def signature_start(lines: Sequence[Line], first: bool) -> int:
    """Where the signature of a passage begins; its length, if it has none."""
    end = _device_start(lines, len(lines))
    filled = sum(not line.blank for line in lines[:end])
    seen = 0
    for at, line in enumerate(lines[:end]):
        if line.blank:
            continue
        if line.text.startswith("-- ") and line.folded == "--":
            return at
        below = filled - seen - 1
        if line.folded in ("--", "—", "–") and below <= _SIGNATURE_LINES and (seen or not first):
            return _device_start(lines, at)
        if below <= _FOOTER_LINES and line.folded.startswith("__") and _is_list_footer(lines[at:end]):
            return at
        seen += 1
    return end


def _device_start(lines: Sequence[Line], end: int) -> int:
    """Without the line of a telephone at the end, such as "Sent from my iPhone"."""
    last = end
    while last > 0 and lines[last - 1].blank:
        last -= 1
    return last - 1 if last and _is_device(lines[last - 1]) else end


def _is_device(line: Line) -> bool:
    folded = line.folded
    words = folded.partition("<")[0].partition("(http")[0].strip()
    if not folded.startswith(DEVICES) and not folded.endswith(("から送信", "gönderildi")):
        return False
    if len(words.split()) > _DEVICE_WORDS or words.endswith((",", "?", "!")) or ", " in words:
        return False
    return "<http" in folded or "(http" in folded or any(gadget in words for gadget in GADGETS)


def _is_list_footer(lines: Sequence[Line]) -> bool:
    """A rule above the name and address of a mailing list."""
    rule, *filled = [line.folded for line in lines if not line.blank]
    if rule.strip("_ ") or not filled or "mailing list" not in filled[0]:
        return False
    return any(line.startswith(("http://", "https://")) for line in filled)


def unarmoured(lines: Sequence[Line]) -> list[Line]:
    """The text of an inline-signed mail (RFC 9580, section 7), without its armour."""
    if not any(line.text.startswith("-----BEGIN PGP SIGNED MESSAGE-----") for line in lines):
        return list(lines)
    kept: list[Line] = []
    where = "outside"
    for line in lines:
        where, keep = _armour_step(where, line)
        if keep:
            text = line.text.removeprefix("- ") if where == "signed" else line.text
            kept += lines_of(text) if text != line.text else [line]
    return kept


def _armour_step(where: str, line: Line) -> tuple[str, bool]:
    """Where the next line is, and whether this one is text."""
    if line.text.startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        return "head", False
    if line.text.startswith("-----BEGIN PGP SIGNATURE-----"):
        return "signature", False
    if line.text.startswith("-----END PGP SIGNATURE-----"):
        return "outside", False
    if where == "head":
        return ("signed", False) if line.blank else ("head", False)
    return where, where != "signature"
