"""Headers: decoding, Message-IDs, addresses, dates, parameters and names of files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailflow.message.charset import decode
from mailflow.message.parse import Parsed, parse
from mailflow.model import Address


def headed(*lines: bytes) -> Parsed:
    return parse(b"\r\n".join((*lines, b"", b"text\r\n")))


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Subject: plain", "plain"),
        (b"subject : space before the colon", "space before the colon"),
        (b"Subject: folded\r\n and\r\n\tagain", "folded and again"),
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"Subject: =?UTF-8?B?R3LDvMOfZQ==?= aus Ulm", "Grüße aus Ulm"),
        (b"Subject: =?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        (b"Subject: =?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"Subject: =?iso-8859-1?q?Stra=DFe?= =?utf-8?q?n=C3=A4he?=", "Straßenähe"),
        (b"Subject: =?utf-8?q?has spaces?=", "has spaces"),
        (b"Subject: =?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        (b"Subject: St\xf6rung im B\xfcro", "Störung im Büro"),
        ("Subject: Störung im Büro".encode(), "Störung im Büro"),
        ("Subject: =?iso-8859-1?q?Müller?=".encode(), "Müller"),
        (b"Subject: =?utf-7?q?+ADw-script+AD4-?=", "+ADw-script+AD4-"),
        (b"Subject: =?unicode_escape?q?=5Cu0041?=", "\\u0041"),
        (b"Subject: =?nonsense", "=?nonsense"),
        (b"Subject: a\x00b\x1b[31mc", "ab[31mc"),
        ("Subject: invoice\u202egpj.exe\u2066x".encode(), "invoicegpj.exex"),
        (b"Subject: =?utf-8?q?evil=0D=0ABcc:_victim=40example.com?=", "evil  Bcc: victim@example.com"),
        (b"X-Other: no subject", ""),
    ],
)
def test_subject(raw: bytes, subject: str) -> None:
    """A subject is one line of what a person reads, whatever the program or the attacker wrote."""
    assert headed(b"From: a@example.com", raw).subject == subject


def test_message_ids() -> None:
    """Message-IDs are taken as written: folded, commented, encoded words not decoded."""
    parsed = headed(
        b"Message-ID:\r\n <=?utf-8?q?one?=@example.com>",
        b'In-Reply-To: <two@example.com> (Ada\'s message of "Monday")',
        b"References: <three@example.com>\r\n\t<four@example.com><five@example.com> junk <a b@c>",
    )
    assert parsed.message_id == "<=?utf-8?q?one?=@example.com>"
    assert parsed.in_reply_to == ("<two@example.com>",)
    assert parsed.references == ("<three@example.com>", "<four@example.com>", "<five@example.com>")


@pytest.mark.parametrize("raw", [b"X: y", b"Message-ID: none@example.com", b"Message-ID: <a\x00b@c>"])
def test_no_message_id(raw: bytes) -> None:
    """A missing or unusable Message-ID is empty, never made up."""
    assert headed(raw).message_id == ""


def box(*pairs: tuple[str, str]) -> tuple[Address, ...]:
    return tuple(Address(name, address) for name, address in pairs)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"From: ada@example.com", box(("", "ada@example.com"))),
        (b'From: "Lovelace, Ada" <ada@example.com>', box(("Lovelace, Ada", "ada@example.com"))),
        (b"From: Lovelace, Ada <ada@example.com>", box(("Ada", "ada@example.com"))),
        (b"From: =?utf-8?q?J=C3=B6rg?= <j@example.com>", box(("Jörg", "j@example.com"))),
        (b'From: "=?utf-8?q?J=C3=B6rg?=" <j@example.com>', box(("Jörg", "j@example.com"))),
        (b"From: J\xf6rg <j@example.com>", box(("Jörg", "j@example.com"))),
        (
            b"From: =?utf-8?q?evil=40example.org=2C?= <j@example.com>",
            box(("evil@example.org,", "j@example.com")),
        ),
        (
            b"From: support@acme.example <attacker@evil.test>",
            box(("support@acme.example", "attacker@evil.test")),
        ),
        (
            b"From: A <a@example.com> <b@example.com>",
            box(("A", "a@example.com"), ("", "b@example.com")),
        ),
        (
            b"From: a@example.com\r\nFrom: b@example.com",
            box(("", "a@example.com"), ("", "b@example.com")),
        ),
        (b"From: a@example.com, b@example.com", box(("", "a@example.com"), ("", "b@example.com"))),
        (b"From: Friends: a@example.com;", box(("", "a@example.com"))),
        (b"From: undisclosed-recipients:;", ()),
        (b"From: nobody", ()),
        (b"From: ada@example.com (Ada)", box(("Ada", "ada@example.com"))),
        (b'From: "a\x00b"@example.com', ()),
        (b"From: x@" + b"y" * 400 + b".example", ()),
    ],
)
def test_from(raw: bytes, found: tuple[Address, ...]) -> None:
    """All addresses of all From headers: other than one means that the author is unknown."""
    assert headed(raw).from_ == found


def test_other_boxes() -> None:
    """Sender, Reply-To, To and Cc are read alike, repeated headers joined."""
    parsed = headed(
        b"Sender: s@example.com",
        b"Reply-To: r@example.com",
        b"To: a@example.com",
        b"Cc: c@example.com",
        b"To: b@example.com",
    )
    assert parsed.sender == box(("", "s@example.com"))
    assert parsed.reply_to == box(("", "r@example.com"))
    assert parsed.to == box(("", "a@example.com"), ("", "b@example.com"))
    assert parsed.cc == box(("", "c@example.com"))


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        (b"Mon, 22 Mar 1993 09:41:09 -0800 (PST)", datetime(1993, 3, 22, 17, 41, 9, tzinfo=UTC)),
        (b"22 Mar 93 09:41 EST", datetime(1993, 3, 22, 14, 41, tzinfo=UTC)),
        (b"Mon, 22 Mar 1993 09:41:09", datetime(1993, 3, 22, 9, 41, 9, tzinfo=UTC)),
        (b"Mon, 31 Feb 2020 09:41:09 +0000", None),
        (b"yesterday", None),
        (b"", None),
        (b"(" * 5000, None),
    ],
)
def test_date(raw: bytes, moment: datetime | None) -> None:
    """A date is aware and in UTC, or None: nothing is guessed."""
    assert headed(b"Date: " + raw).date == moment


def test_all_headers() -> None:
    """Every header can be looked up by its lower-case name, the topmost first."""
    parsed = headed(b"X-One: a\r\n b", b"x-ONE: =?utf-8?q?=C3=A4?=", b"Auto-Submitted: no")
    assert parsed.headers == (("x-one", "a b"), ("x-one", "ä"), ("auto-submitted", "no"))


NAMES = [
    (b'Content-Disposition: attachment; filename="plain.pdf"', "plain.pdf"),
    (b"Content-Disposition: attachment; filename=with space (1).pdf", "with space (1).pdf"),
    (b"Content-Disposition: attachment; filename*=utf-8''%E2%82%AC%20rates.pdf", "€ rates.pdf"),
    (b"Content-Disposition: attachment; filename*=iso-8859-1'de'Stra%DFe.pdf", "Straße.pdf"),
    (b"Content-Disposition: attachment;\r\n filename*0*=utf-8''Gr%C3;\r\n filename*1*=%BC%C3%9Fe;\r\n"
     b' filename*2=".pdf"', "Grüße.pdf"),
    (b"Content-Disposition: attachment; filename=\"=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?=\"", "Grüße.pdf"),
    (b'Content-Disposition: attachment; filename="Stra\xdfe.pdf"', "Straße.pdf"),
    ('Content-Disposition: attachment; filename="Straße.pdf"'.encode(), "Straße.pdf"),
    (b'Content-Disposition: attachment; filename="a;b\\"c.pdf"', 'a;b"c.pdf'),
    (b'Content-Disposition: attachment; filename="C:\\temp\\a.pdf"', "C:\\temp\\a.pdf"),
    (b'Content-Disposition: attachment; filename="never closed.pdf', "never closed.pdf"),
    (b"Content-Disposition: attachment; filename*=a; filename=b", "a"),
    (b'Content-Type: application/pdf; name="typed.pdf"', "typed.pdf"),
    (b"Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp%00.%E2%80%8Bpdf", "afdp.pdf"),
    (b"Content-Disposition: attachment", ""),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "name"), NAMES)
def test_name_of_an_attachment(raw: bytes, name: str) -> None:
    """Names are read in every way that programs write them, and cleaned of what would disguise them."""
    content = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n" + raw + b"\r\n"
        b"\r\nx\r\n--b--\r\n"
    )
    if b"Content-Type: a" not in raw:
        content = content.replace(raw, raw + b"\r\nContent-Type: application/pdf")
    (part,) = parse(content).attachments
    assert (part.media_type, part.name) == ("application/pdf", name)


@pytest.mark.parametrize(
    ("octets", "label", "text", "faithful"),
    [
        (b"plain", "", "plain", True),
        ("Grüße".encode(), "UTF-8", "Grüße", True),
        ("Grüße".encode(), "", "Grüße", True),
        ("Grüße".encode("cp1252"), "", "Grüße", False),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße", False),
        (b"10 \x80", "iso-8859-1", "10 €", True),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет", True),
        ("鎔基".encode("gb18030"), "gb2312", "鎔基", True),
        ("日本語".encode("iso2022_jp"), "ISO-2022-JP", "日本語", True),
        ("日本語".encode("shift_jis"), "Shift_JIS", "日本語", True),
        ("Grüße".encode("utf-16"), "utf-16", "Grüße", True),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-", False),
        (b"\\u0041", "unicode_escape", "\\u0041", False),
        (b"a\x00b", "us-ascii", "ab", True),
        (b"\xef\xbb\xbfmark", "utf-8", "mark", True),
        (b"\xed\xa0\x80", "utf-8", "í\xa0€", False),
    ],
)
def test_charsets(octets: bytes, label: str, text: str, faithful: bool) -> None:
    """An allow list of charsets; wrong labels are mended, and it is said where that was a guess."""
    assert decode(octets, label) == (text, faithful)


def test_one_damaged_character() -> None:
    """One broken octet in a long text does not turn all its other characters into nonsense."""
    text, faithful = decode("ä".encode() * 30 + b"\xff", "utf-8")
    assert text == "ä" * 30 + "\ufffd"
    assert not faithful
