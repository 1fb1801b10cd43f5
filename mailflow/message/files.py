"""The files of a mail -> warnings for the people who may open them.

By name, by what the octets say, and by an archive's table of contents. Pure, total, linear; nothing is
unpacked or run. It says that a file can do harm, never that it does: that is the virus scanner's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from mailflow.errors import BeyondLimits
from mailflow.message import archives
from mailflow.message.parse import decoded, parse
from mailflow.message.transfer import decode_transfer
from mailflow.model import Danger, FileWarning, Part

_MOST = 20  # warnings about one mail: more are not read
_DEEPEST = 3  # mails within mails
_BEGINNING = 64 * 1024  # octets as encoded, in which a file shows what it is
_PAGE = 1024 * 1024  # octets of a page that are read

# What a double click starts. What needs an interpreter named on a command line (sh, py, php) is daily
# bread of a technical desk, and harmless until then.
_BY_EXTENSION = {
    extension: danger
    for danger, extensions in (
        (
            Danger.PROGRAM,
            "exe scr com pif cpl msi msp msix appx jar xll dll application gadget apk dmg pkg",
        ),
        (Danger.SCRIPT, "js jse vbs vbe wsf wsh ps1 psm1 bat cmd hta sct chm reg scf"),
        (Danger.SHORTCUT, "lnk url library-ms search-ms settingcontent-ms"),
        (Danger.DISK, "iso img vhd vhdx"),
        (Danger.MACROS, "docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm"),
    )
    for extension in extensions.split()
}
_RUNS = frozenset({Danger.PROGRAM, Danger.SCRIPT, Danger.SHORTCUT})
_ARCHIVES = frozenset(("zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "cab", "arj", "ace", "lzh"))
_HARMLESS = frozenset(
    (
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "rtf", "txt", "csv", "log",
        "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "mp3", "mp4", "avi", "mov", "wav",
        "htm", "html", "xml", "eml", "msg", "zip", "rar", "7z",
    )
)  # fmt: skip
_PAGES = frozenset(("htm", "html", "shtml", "xhtml", "svg"))
_PAGE_TYPES = frozenset(("text/html", "application/xhtml+xml", "image/svg+xml"))
_ACTIVE = (b"<form", b"<script", b"<input", b"javascript:")
_ELF, _MACH = b"\x7fELF", (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_LINK = b"L\0\0\0\x01\x14\x02\0"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = b"%PDF-"
_OPENED = (*archives.SIGNATURES, _OLE, _PDF)
_DISK_MARK = slice(0x8001, 0x8006)  # ECMA-119 section 8.1: "CD001" in sector 16
_VBA, _SEALED = "_VBA_PROJECT".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
_TURNED = "\u202e"  # right-to-left override: gpj.exe reads exe.jpg
_ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z])")


def warnings(content: bytes, parts: Iterable[Part]) -> tuple[FileWarning, ...]:
    """What to say of a mail's attachments, and of those of mails attached to it."""
    return tuple(islice(_of_parts(content, parts, _DEEPEST), _MOST))


def _of_parts(content: bytes, parts: Iterable[Part], depth: int) -> Iterator[FileWarning]:
    for part in parts:
        if part.media_type == "message/rfc822":
            yield from _of_mail(decoded(content, part), depth - 1)
            continue
        body = content[part.body.start : part.body.start + part.body.length]
        octets = decode_transfer(body[:_BEGINNING], part.encoding)
        if octets.startswith(_OPENED) or _is_page(part.name, part.media_type):
            octets = decode_transfer(body, part.encoding)
        yield from of_file(part.name, part.media_type, octets)


def _of_mail(content: bytes, depth: int) -> Iterator[FileWarning]:
    if depth == 0:
        return
    try:
        parts = parse(content).attachments
    except BeyondLimits:
        return
    yield from _of_parts(content, parts, depth)


def of_file(name: str, media_type: str, octets: bytes) -> tuple[FileWarning, ...]:
    """The warnings for one file. Of a program or a picture its beginning will do, of all others all."""
    shown = name or media_type
    danger = _by_name(name) or _by_octets(octets)
    if danger in _RUNS and (_is_disguised(name) or _pretends(name, media_type, octets)):
        danger = Danger.DISGUISED
    if danger:
        return (FileWarning(shown, danger),)
    if _is_page(name, media_type):
        return (FileWarning(shown, Danger.PAGE),) if _is_active(octets) else ()
    if octets.startswith(_PDF):
        return (FileWarning(shown, Danger.ENCRYPTED),) if _pdf_encrypted(octets) else ()
    if octets.startswith(archives.SIGNATURES):
        return tuple(_of_archive(shown, octets))
    return ()


# --- By name -------------------------------------------------------------------------------------


def _extensions(name: str) -> list[str]:
    """In lower case, without what the system does not see: "a.pdf   .EXE. " gives a, pdf, exe."""
    return [piece.strip() for piece in name.casefold().rstrip(". ").rsplit(".", 2)]


def _extension(name: str) -> str:
    return _extensions(name)[-1] if "." in name else ""


def _by_name(name: str) -> Danger | None:
    return Danger.DISGUISED if _TURNED in name else _BY_EXTENSION.get(_extension(name))


def _is_disguised(name: str) -> bool:
    """invoice.pdf.exe: the system hides the last extension."""
    pieces = _extensions(name)
    return len(pieces) == 3 and pieces[1] in _HARMLESS


# --- By octets -----------------------------------------------------------------------------------


def _by_octets(octets: bytes) -> Danger | None:
    if _is_program(octets):
        return Danger.PROGRAM
    if octets.startswith(_LINK):
        return Danger.SHORTCUT
    if octets[_DISK_MARK] == b"CD001":
        return Danger.DISK
    if octets.startswith(_OLE):
        return Danger.MACROS if _VBA in octets else Danger.ENCRYPTED if _SEALED in octets else None
    return None


def _is_program(octets: bytes) -> bool:
    """PE (a text may begin with MZ as well, but holds no NUL), ELF, Mach-O."""
    if octets.startswith(b"MZ"):
        return b"\0" in octets[:64]
    return octets.startswith((_ELF, *_MACH))


def _pretends(name: str, media_type: str, octets: bytes) -> bool:
    """A program that its name or its media type declares to be something to look at."""
    if not _is_program(octets) and not octets.startswith(_LINK):
        return False
    return (
        _extension(name) in _HARMLESS
        or media_type in ("application/pdf", "application/msword", "application/zip")
        or media_type.startswith(("image/", "text/", "audio/", "video/"))
    )


def _is_page(name: str, media_type: str) -> bool:
    return media_type in _PAGE_TYPES or _extension(name) in _PAGES


def _is_active(octets: bytes) -> bool:
    """NULs are left out for UTF-16."""
    page = octets[:_PAGE].replace(b"\0", b"").lower()
    return any(mark in page for mark in _ACTIVE)


def _pdf_encrypted(octets: bytes) -> bool:
    """Whether the trailer says so, where the file's last line but one points (ISO 32000-1, 7.5.5, 7.5.8)."""
    words = octets[octets.rfind(b"startxref") :][:64].split()
    start = int(words[1]) if len(words) > 1 and words[1].isdigit() and len(words[1]) < 12 else 0
    trailer = octets.find(b"trailer", start)
    ends = octets[start : start + 4096], octets[trailer : trailer + 4096] if trailer >= 0 else b""
    return any(map(_ENCRYPT.search, ends))


# --- By an archive's table of contents -----------------------------------------------------------


def _of_archive(name: str, octets: bytes) -> Iterator[FileWarning]:
    """Each danger once, with the first member that has it."""
    found = archives.listing(octets)
    if any(_is_macro(one) for one in found.names):
        yield FileWarning(name, Danger.MACROS)
        return
    if found.encrypted:
        yield FileWarning(name, Danger.ENCRYPTED)
    inside: dict[Danger, str] = {}
    for member in found.names:
        if danger := _of_member(member):
            inside.setdefault(danger, member)
    for danger, member in inside.items():
        yield FileWarning(name, danger, member)


def _of_member(name: str) -> Danger | None:
    danger = _by_name(name)
    if danger in _RUNS and _is_disguised(name):
        return Danger.DISGUISED
    return danger or (Danger.NESTED if _extension(name) in _ARCHIVES else None)


def _is_macro(name: str) -> bool:
    return name.casefold().rpartition("/")[2] == "vbaproject.bin"
