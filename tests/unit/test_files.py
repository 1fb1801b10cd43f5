"""Warnings about files: by their names, their octets and their tables of contents; and time on hostile ones."""

from __future__ import annotations

import io
import time
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mailflow.message.archives import Listing, listing
from mailflow.message.files import of_file, warnings
from mailflow.message.parse import parse
from mailflow.model import Danger, FileWarning

PE = b"MZ\x90\0\x03\0\0\0" + bytes(56) + b"PE\0\0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
BINARY = "application/octet-stream"


def dangers(name: str, octets: bytes = b"x", media_type: str = BINARY) -> list[str]:
    return [one.danger.value for one in of_file(name, media_type, octets)]


def zipped(*names: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, b"x" * 100)
    return file.getvalue()


def locked(octets: bytes, signature: bytes, flags_at: int) -> bytes:
    """A ZIP whose first header of that kind says that its member is encrypted (APPNOTE 4.4.4, bit 0)."""
    at = octets.index(signature) + flags_at
    return octets[:at] + bytes([octets[at] | 1]) + octets[at + 1 :]


# --- By name -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "danger"),
    [
        *((f"setup.{one}", "program") for one in ("exe", "scr", "com", "msi", "jar", "EXE", "pif")),
        *((f"order.{one}", "script") for one in ("js", "vbs", "ps1", "bat", "cmd", "hta", "wsf")),
        *((f"order.{one}", "shortcut") for one in ("lnk", "url")),
        *((f"order.{one}", "disk") for one in ("iso", "img", "vhd")),
        *((f"order.{one}", "macros") for one in ("docm", "xlsm", "pptm")),
        ("invoice.pdf.exe", "disguised"),
        ("invoice.pdf                    .exe", "disguised"),
        ("photo.jpg.lnk", "disguised"),
        ("letter.docx.js", "disguised"),
        ("invoice.exe. . ", "program"),  # the system leaves dots and blanks at the end out
        ("invoice\u202efdp.scr", "disguised"),
        ("invoice\u202excod", "disguised"),
        ("v1.2.exe", "program"),  # a version is no disguise
    ],
)
def test_names_that_start_programs(name: str, danger: str) -> None:
    """What a double click would run is named, in any case of letters, and its disguise with it."""
    assert dangers(name) == [danger]


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "exe", "report.pdf", "log.txt", "backup.sh", "index.php", "photo.jpg", "deploy.py"),
        *("my.exe.config", "exe.txt", "a.exe.txt", "Rechnung 12.10.2026.pdf", "disk.iso.sha256"),
    ],
)
def test_names_that_are_daily_bread(name: str) -> None:
    """A hosting desk gets logs, pictures and shell scripts all day: nobody is warned of them."""
    assert dangers(name) == []


def test_a_file_without_a_name_is_called_by_its_type() -> None:
    assert of_file("", "application/x-dosexec", PE) == (
        FileWarning("application/x-dosexec", Danger.PROGRAM),
    )


# --- By octets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "media_type", "octets", "danger"),
    [
        ("invoice.pdf", "application/pdf", PE, "disguised"),
        ("photo", "image/jpeg", PE, "disguised"),
        ("notes.txt", "text/plain", b"\x7fELF\x02\x01" + bytes(60), "disguised"),
        ("tool", BINARY, b"\x7fELF\x02\x01" + bytes(60), "program"),
        ("tool", BINARY, b"\xcf\xfa\xed\xfe" + bytes(60), "program"),
        ("update.bin", BINARY, PE, "program"),
        ("picture.png", "image/png", b"L\0\0\0\x01\x14\x02\0" + bytes(60), "disguised"),
        ("backup.bin", BINARY, bytes(0x8001) + b"CD001", "disk"),
        ("old.doc", "application/msword", OLE + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("new.docx", BINARY, OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_octets_tell_more_than_names(name: str, media_type: str, octets: bytes, danger: str) -> None:
    """A program is one, whatever it is called; one that is called something else pretends."""
    assert dangers(name, octets, media_type) == [danger]


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("letter.txt", b"MZ is short for Mark Zbikowski, whose initials begin every program.\n" * 9),
        ("old.doc", OLE),
        ("script", b"#!/bin/sh\nuname -a\n"),
        ("short", b"MZ"),
        ("cut.iso.part", bytes(0x8001) + b"CD00"),
    ],
)
def test_octets_that_only_look_so(name: str, octets: bytes) -> None:
    """A text may begin with MZ, a document of the old kind may be without macros."""
    assert dangers(name, octets) == []


@pytest.mark.parametrize(
    ("page", "warned"),
    [
        (b"<html><body><FORM action='https://bank.example'><input name=password></FORM>", True),
        (b"<html><body><script>location = atob('aHR0')</script>", True),
        ("<html><form>".encode("utf-16"), True),
        (b"<html><body><p>Your invoice: 12 EUR</p></body></html>", False),
        (b"x" * (1024 * 1024) + b"<form>", False),  # so far nobody reads
    ],
)
def test_pages(page: bytes, warned: bool) -> None:
    """An attached page that asks for input, or builds itself, is how passwords are fished for."""
    assert dangers("invoice.html", page) == ["page"] * warned
    assert dangers("", page, "text/html") == ["page"] * warned
    assert dangers("logo.svg", page) == ["page"] * warned


def pdf(trailer: bytes, *, stream: bool = False) -> bytes:
    head = b"%PDF-1.7\n1 0 obj\n(how to /Encrypt it)\nendobj\n" + b"%" * 8000 + b"\n"
    table = trailer if stream else b"xref\n0 1\n0000000000 65535 f \n" * 300 + b"trailer\n" + trailer
    return head + table + b"\nstartxref\n%d\n%%%%EOF\n" % len(head)


@pytest.mark.parametrize(
    ("octets", "warned"),
    [
        (pdf(b"<< /Size 1 /Encrypt 2 0 R >>"), True),
        (pdf(b"9 0 obj << /Type /XRef /Encrypt 2 0 R >> stream", stream=True), True),
        (pdf(b"<< /Size 1 >>"), False),
        (pdf(b"<< /EncryptMetadata true >>"), False),
        (b"%PDF-1.4 trailer << /Encrypt 1 0 R >>", True),  # without its last lines
        (b"%PDF-1.4 startxref\n99999999999999999999999", False),
        (b"%PDF-", False),
    ],
)
def test_encrypted_pdf(octets: bytes, warned: bool) -> None:
    """The trailer says so (ISO 32000-1, 7.5.5), or the stream that stands for it (7.5.8); no text does."""
    assert dangers("contract.pdf", octets) == ["encrypted"] * warned


# --- Archives ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (("a.txt", "b.jpg"), []),
        (("a.txt", "docs/invoice.pdf.exe"), [("disguised", "docs/invoice.pdf.exe")]),
        (("run.js", "run.exe", "more.exe"), [("script", "run.js"), ("program", "run.exe")]),
        (("inner.zip",), [("nested", "inner.zip")]),
        (("deep/inner.7z", "x.iso"), [("nested", "deep/inner.7z"), ("disk", "x.iso")]),
        (("[Content_Types].xml", "word/vbaProject.bin"), [("macros", "")]),
        (("[Content_Types].xml", "word/document.xml"), []),
    ],
)
def test_members_of_a_zip(members: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    """What an archive holds is named, each danger once; nothing is unpacked for it."""
    found = of_file("files.zip", "application/zip", zipped(*members))
    assert [(one.danger.value, one.inside) for one in found] == expected


@pytest.mark.parametrize(("signature", "at"), [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)])
def test_encrypted_zip(signature: bytes, at: int) -> None:
    """Either header may say so: programs believe the one or the other."""
    octets = locked(zipped("a.txt", "b.exe"), signature, at)
    assert dangers("files.zip", octets) == ["encrypted", "program"]
    assert dangers("files.zip", zipped("a.txt")) == []


RAR4 = b"Rar!\x1a\x07\x00"


def rar4(name: bytes, flags: int = 0, archive_flags: int = 0) -> bytes:
    """RAR 4, made by hand: the archive's header, and one member with three octets of data."""
    main = b"\0\0\x73" + archive_flags.to_bytes(2, "little") + (13).to_bytes(2, "little") + bytes(6)
    fixed = (3).to_bytes(4, "little") + bytes(15) + len(name).to_bytes(2, "little") + bytes(4)
    head = b"\0\0\x74" + (flags | 0x8000).to_bytes(2, "little")
    size = 7 + len(fixed) + len(name)
    return RAR4 + main + head + size.to_bytes(2, "little") + fixed + name + b"abc"


def rar5(name: bytes, extra: bytes = b"", kind: int = 2) -> bytes:
    """RAR 5, made by hand: one header of that kind."""
    fields = bytes([0, 3, 0, 0, 0, len(name)]) + name
    head = bytes([kind, 3 if extra else 2]) + (bytes([len(extra)]) if extra else b"") + b"\x03"
    block = head + fields + extra
    return b"Rar!\x1a\x07\x01\x00" + bytes(4) + bytes([len(block)]) + block + b"abc"


def seven(method: bytes) -> bytes:
    """7z, made by hand: a header at the end that names a method."""
    header = b"\x01\x04\x06" + method
    sizes = (20).to_bytes(8, "little") + len(header).to_bytes(8, "little")
    return b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(4) + sizes + bytes(4) + bytes(20) + header


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (rar4(b"a.exe"), Listing(("a.exe",))),
        (rar4(b"a.exe", flags=0x04), Listing(("a.exe",), True)),
        (rar4(b"a.exe") + rar4(b"b.txt")[20:], Listing(("a.exe", "b.txt"))),
        (rar4(b"a.exe", archive_flags=0x80), Listing((), True)),
        (rar5("ä.exe".encode()), Listing(("ä.exe",))),
        (rar5(b"a.exe", extra=b"\x03\x01\x00\x00"), Listing(("a.exe",), True)),
        (rar5(b"a.exe", extra=b"\x02\x03\x00\x02\x01\x00"), Listing(("a.exe",), True)),
        (rar5(b"a.exe", extra=b"\x02\x03\x01"), Listing(("a.exe",))),
        (rar5(b"", kind=4), Listing((), True)),
        (seven(b"\x06\xf1\x07\x01"), Listing((), True)),
        (seven(b"\x03\x01\x01"), Listing()),
        (b"no archive", Listing()),
    ],
)
def test_headers_of_archives(octets: bytes, expected: Listing) -> None:
    """Names and encryption, by the headers alone."""
    assert listing(octets) == expected


@pytest.mark.parametrize("whole", [zipped("a.txt"), rar4(b"a.exe"), rar5(b"a.exe"), seven(b"\x03")])
def test_cut_archives_raise_nothing(whole: bytes) -> None:
    """Any octets give a Listing: cut anywhere, and with any octet wrong."""
    for end in range(len(whole)):
        listing(whole[:end])
        listing(whole[:end] + b"\xff" + whole[end + 1 :])


BIG = 8 * 1024 * 1024


@pytest.mark.parametrize(
    "octets",
    [
        b"PK\x03\x04" * (BIG // 4),
        (b"PK\x01\x02" + b"\xff" * 42) * (BIG // 46),
        RAR4 + bytes(BIG),
        RAR4 + (b"\0\0\x74\0\0\x07\0" + b"\0" * 25) * (BIG // 32),
        b"Rar!\x1a\x07\x01\x00" + b"\0\0\0\0\x01\x02" * (BIG // 6),
        b"7z\xbc\xaf\x27\x1c" + b"\xff" * BIG,
        b"%PDF-" + b"startxref trailer /Encryp" * (BIG // 25),
        OLE + b"_\0V\0B\0A" * (BIG // 7),
    ],
)
def test_hostile_files_take_no_time(octets: bytes) -> None:
    """Hazards, parsing: linear work only. 8 MB of headers, well below a second."""
    started = time.process_time()
    of_file("x", BINARY, octets)
    assert time.process_time() - started < 1.0


# --- A mail's files ------------------------------------------------------------------------------


def mail(*files: tuple[str, bytes]) -> EmailMessage:
    built = EmailMessage(policy=SMTP)
    built["From"], built["To"], built["Subject"] = "a@customer.example", "support@desk.test", "files"
    built.set_content("Please look.\n")
    for name, octets in files:
        built.add_attachment(octets, "application", "octet-stream", filename=name)
    return built


def warned(built: EmailMessage) -> list[tuple[str, str, str]]:
    content = built.as_bytes()
    found = warnings(content, parse(content).attachments)
    return [(one.name, one.danger.value, one.inside) for one in found]


def test_all_files_of_a_mail() -> None:
    """Each in turn, decoded; what lies at a large file's end counts as well."""
    large = zipped(*(f"{n}.txt" for n in range(3000)), "end.exe")
    assert warned(mail(("a.txt", b"x"), ("b.bin", PE), ("c.zip", large))) == [
        ("b.bin", "program", ""),
        ("c.zip", "program", "end.exe"),
    ]


def test_files_of_attached_mails() -> None:
    """A mail within a mail hides no file."""
    outer = mail()
    outer.add_attachment(mail(("invoice.pdf.exe", PE)))
    assert warned(outer) == [("invoice.pdf.exe", "disguised", "")]


def test_no_more_than_twenty() -> None:
    """A block that nobody reads warns of nothing."""
    assert len(warned(mail(*((f"{n}.exe", PE) for n in range(21))))) == 20
