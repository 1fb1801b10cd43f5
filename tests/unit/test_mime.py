"""The bytes of outgoing mail: whatever goes in, one header stays one header and reads back."""

from __future__ import annotations

import email
import email.policy
from email.headerregistry import AddressHeader
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailflow.model import Address, Excerpt
from mailflow.outbound.mime import (
    Header,
    base64_part,
    clean,
    content_lines,
    decoded,
    head,
    joined,
    multipart,
    text_part,
    visible,
)
from tests.unit.samples import leaves, octets, plain_text, read

INJECTIONS = [
    "slow\r\nBcc: evil@evil.test",
    "slow\nBcc: evil@evil.test",
    "slow\rBcc: evil@evil.test",
    "slow\r\n\r\nbody",
    "slow\x85Bcc: evil@evil.test",
    "slow\u2028Bcc: evil@evil.test",
    "slow\u2029Bcc: evil@evil.test",
    "slow\x0bBcc: evil@evil.test",
    "slow\x0cBcc: evil@evil.test",
    "slow\x1c\x1d\x1eBcc: evil@evil.test",
    "slow\0Bcc: evil@evil.test",
    "=?utf-8?q?slow=0D=0ABcc:_evil@evil.test?=",
    "=?utf-8?b?c2xvdw0KQmNjOiBldmlsQGV2aWwudGVzdA==?=",
    "=?utf-8?q?a?=\r\n =?utf-8?q?b?=",
    "slow\udc0a\udc0dBcc: evil@evil.test",
    "\r\nBcc: evil@evil.test",
    "ä\r\nBcc: evil@evil.test" * 20,
]
HOSTILE = st.text() | st.text(alphabet='a =?:,;<>@"\\()[]._-\r\n\t\0\x85\u2028äß漢😀', max_size=300)


def unfolded(block: bytes, name: str) -> str:
    """The header's text, unfolded and decoded by the standard library's newer parser."""
    found = email.message_from_bytes(block + b"\r\n", policy=email.policy.default)
    return str(found[name])


def lines_are_valid(block: bytes) -> None:
    """CRLF only; at most 78 octets where a line could be folded; never an empty line within."""
    assert block.endswith(b"\r\n")
    for line in block[:-2].split(b"\r\n"):
        assert line.strip()
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 998
        if len(line) > 78:
            assert len(line.split()) <= 2, "could have been folded"


@pytest.mark.parametrize("subject", INJECTIONS)
def test_subject_never_makes_a_bcc(subject: str) -> None:
    """CVE-2024-6923: a received subject copied into a new mail can never become a header."""
    block = head([Header("Subject", subject), Header("To", (Address("", "anna@customer.example"),))])
    for policy in (email.policy.default, email.policy.compat32):
        parsed: Any = email.message_from_bytes(block + b"\r\nbody\r\n", policy=policy)
        assert parsed.keys() == ["Subject", "To"]
        assert parsed.get_payload().strip() == "body"
    lines_are_valid(block)


@pytest.mark.parametrize("name", INJECTIONS)
def test_name_never_makes_a_bcc(name: str) -> None:
    """CVE-2024-6923 holds for display names as well: one header, one address."""
    block = head([Header("From", (Address(name, "support@desk.test"),))])
    parsed = email.message_from_bytes(block + b"\r\n", policy=email.policy.default)
    assert parsed.keys() == ["From"]
    assert [one.addr_spec for one in parsed["From"].addresses] == ["support@desk.test"]
    lines_are_valid(block)


@given(HOSTILE)
@example("a: " * 800)
@example("=?utf-8?q?x?=")
@example("x" * 2000)
@example("https://example.com/" + "x" * 60)
@example(" ä ")
def test_every_text_reads_back(text: str) -> None:
    """Hazards, parsing: parse the finished bytes again and compare the headers."""
    block = head([Header("Subject", text), Header("Mailflow-Kind", "reply")])
    parsed = email.message_from_bytes(block)
    assert parsed.keys() == ["Subject", "Mailflow-Kind"]
    assert decoded(parsed["Subject"]) == clean(text)
    assert block.isascii()
    lines_are_valid(block)


@given(st.text(alphabet="abc äöü漢😀", min_size=1, max_size=400))
def test_standard_library_reads_the_subject_alike(text: str) -> None:
    """RFC 2047: another implementation decodes what we encoded."""
    block = head([Header("Subject", text)])
    assert unfolded(block, "Subject") == clean(text)


@given(HOSTILE)
def test_encoded_words_are_short_and_whole(text: str) -> None:
    """RFC 2047 section 2: an encoded word has at most 75 characters, its line 76, no cut character."""
    block = head([Header("Subject", text)])
    for line in block.split(b"\r\n"):
        if b"=?utf-8?b?" in line:
            assert len(line) <= 76
        for word in line.split():
            if word.startswith(b"=?"):
                assert len(word) <= 75
                assert "\ufffd" not in decoded(word.decode())


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=4))
def test_addresses_with_any_names_stay_as_many(pairs: list[tuple[str, str]]) -> None:
    """A name with commas, brackets or quotes never makes another recipient."""
    addresses = tuple(Address(name, f"a{n}@example.com") for n, (name, _) in enumerate(pairs))
    block = head([Header("To", addresses)])
    parsed: AddressHeader = email.message_from_bytes(block, policy=email.policy.default)["To"]
    assert [one.addr_spec for one in parsed.addresses] == [one.address for one in addresses]
    lines_are_valid(block)


@pytest.mark.parametrize(
    "name",
    [
        "Kundin, Anna",
        'Anna "Ann" Kundin',
        "Anna\\Kundin",
        "Änne Kündin",
        "support@desk.test",
        "Anna (Customer) <evil@evil.test>",
        "漢" * 60,
        "=?utf-8?q?Anna?=",
        "A." * 80,
    ],
)
def test_odd_names_read_back(name: str) -> None:
    """What is shown as the writer's name is what they wrote, in every program."""
    block = head([Header("From", (Address(name, "a@example.com"), Address("", "b@example.com")))])
    raw = email.message_from_bytes(block)["From"].replace("\r\n", "")
    assert [(decoded(shown), spec) for shown, spec in getaddresses([raw])] == [
        (name, "a@example.com"),
        ("", "b@example.com"),
    ]
    lines_are_valid(block)


def test_a_name_is_bounded() -> None:
    """A stranger's name of kilobytes does not go round the world with every mail."""
    block = head([Header("From", (Address("漢" * 5000, "a@example.com"),))])
    assert len(block) < 2000


@pytest.mark.parametrize(
    "address",
    ["a,b@example.com", "a;b@example.com", 'a"b@example.com', "a<b@example.com", "a b@example.com",
     "a(b)c@example.com", "a\\@example.com", '"a, b"@example.com', "a:b@example.com", "a\r\nBcc: x@example.com"],
)  # fmt: skip
def test_odd_addresses_stay_one(address: str) -> None:
    """RFC 5322 3.4.1: a local part with specials is quoted, so it never reads as two addresses."""
    block = head([Header("To", (Address("", address), Address("", "b@example.com")))])
    parsed = email.message_from_bytes(block, policy=email.policy.default)
    assert parsed.keys() == ["To"]
    found = parsed["To"].addresses
    assert len(found) == 2
    assert found[0].domain == "example.com"
    assert found[1].addr_spec == "b@example.com"


@given(HOSTILE, HOSTILE)
def test_head_is_total_over_addresses(local: str, domain: str) -> None:
    """Hazards, parsing: never nothing; no received address can stop a mail from being written."""
    block = head([Header("To", (Address("x", f"{local}@{domain}"),)), Header("Date", "now")])
    assert email.message_from_bytes(block).keys() == ["To", "Date"]


def test_international_addresses_are_kept() -> None:
    """RFC 6532: with SMTPUTF8 an address stands in the header as it is."""
    block = head([Header("To", (Address("", "ünal@müller.example"),))])
    assert block == "To: ünal@müller.example\r\n".encode()


def test_long_chain_of_references() -> None:
    """RFC 5322 3.6.4: References of any length are folded between identifiers, none encoded."""
    ids = tuple(f"<{n}.{'x' * 60}@eurprd01.prod.outlook.example>" for n in range(40))
    block = head([Header("References", ids), Header("In-Reply-To", ids[-1:])])
    parsed = email.message_from_bytes(block)
    assert tuple(parsed["References"].split()) == ids
    assert parsed["In-Reply-To"].strip() == ids[-1]
    assert b"=?" not in block
    lines_are_valid(block)


def test_empty_values() -> None:
    """A mail without a subject has an empty header, not a missing one."""
    parsed = email.message_from_bytes(head([Header("Subject", ""), Header("References", ())]))
    assert parsed.items() == [("Subject", ""), ("References", "")]


def test_a_header_that_cannot_be_one_is_refused() -> None:
    """The last line of defence: what does not read back as meant is not sent."""
    with pytest.raises(ValueError, match="does not read back"):
        head([Header("Sub ject", "x"), Header("To", "y")])
    with pytest.raises(ValueError, match="does not read back"):
        head([Header("References", ("<a@b>\r\nBcc: x@evil.test",))])


@pytest.mark.parametrize(
    "character", ["\r", "\n", "\0", "\x0b", "\x1e", "\x7f", "\x85", "\u2028", "\u2029"]
)
def test_clean_leaves_one_line(character: str) -> None:
    """Hazards, parsing: C0, C1 and line separators are removed from every header."""
    assert clean(f" a{character}{character}b ") == "a b"


def test_visible_has_nothing_that_hides() -> None:
    """Hazards, who may: names are shown without control, bidi and zero-width characters."""
    assert visible("in\u202evoice\u200b\u2066.p\0df\r\n") == "invoice.p df"


TEXTS = st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"]))


@given(TEXTS)
@example("x" * 5000)
@example("-- \nMax")
@example(".\n..\nFrom me\n")
@example("a\0b")
@example("trailing \t\nand more  \n")
@example("=3D =\n")
@example("\u2028\x85\x0b\x0c")
def test_every_text_body_reads_back(text: str) -> None:
    """RFC 2045: what a reader decodes is the text; lines have CRLF and at most 78 octets."""
    part = text_part(text)
    parsed = email.message_from_bytes(part, policy=email.policy.default)
    body = parsed.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().replace("\r\n", "\n") == text
    assert part.isascii()
    assert b"\0" not in part
    assert part.count(b"\r") == part.count(b"\n") == part.count(b"\r\n")
    assert max(map(len, part.split(b"\r\n"))) <= 78


def test_lone_returns_are_line_ends() -> None:
    """Hazards, sending: a bare CR or LF never leaves."""
    assert text_part("a\rb\r\nc\nd").endswith(b"a\r\nb\r\nc\r\nd")


def test_unencodable_characters_do_not_stop_a_mail() -> None:
    """A lone surrogate of a broken charset becomes a question mark."""
    assert b"a?b" in text_part("a\udc80b")


@pytest.mark.parametrize(
    ("text", "charset", "encoding"),
    [
        ("Hello", "us-ascii", "7bit"),
        ("x" * 78, "us-ascii", "7bit"),
        ("x" * 79, "utf-8", "quoted-printable"),
        ("Grüße", "utf-8", "quoted-printable"),
    ],
)
def test_encoding_of_text(text: str, charset: str, encoding: str) -> None:
    """Plain where it may be: raw mail stays readable."""
    parsed = email.message_from_bytes(text_part(text, "html"), policy=email.policy.default)
    assert parsed.get_content_type() == "text/html"
    assert (parsed.get_content_charset(), parsed["Content-Transfer-Encoding"]) == (charset, encoding)


def test_multipart_structure() -> None:
    """RFC 2046 5.1: nested multiparts parse to exactly what was meant, without a defect."""
    inner = multipart("alternative", "in", [(text_part("one\n"),), (text_part("<p>two</p>", "html"),)])
    file = base64_part("application/pdf", "a.pdf", b"%PDF\r\n\0\xff")
    whole = octets(multipart("mixed", "out", [inner, (file,), (b"Content-Type: text/x\r\n\r\n", b"3")]))
    parsed = read(b"MIME-Version: 1.0\r\n" + whole)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf", "text/x",
    ]  # fmt: skip
    one, two, pdf, third = leaves(parsed)
    assert plain_text(one) == "one\n"
    assert plain_text(two) == "<p>two</p>"
    assert pdf.get_content() == b"%PDF\r\n\0\xff"
    assert third.get_payload() == "3"


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120).filter(visible)
)
@example("Rechnung März 2026.pdf")
@example("漢" * 100 + ".pdf")
@example('a"b\\c;d=e.pdf')
@example("x" * 200)
@example("utf-8''%41.pdf")
def test_filenames_read_back(name: str) -> None:
    """RFC 2231: names beyond ASCII and of any length read back, in short lines, without controls."""
    part = base64_part("application/octet-stream", name, b"x")
    parsed = email.message_from_bytes(part, policy=email.policy.default)
    expected = visible(name)
    if expected.isascii():
        expected = expected.replace("\\", "_").replace('"', "_")
    assert email.message_from_bytes(part).get_filename() == expected
    assert parsed.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
    lines_are_valid(part.partition(b"\r\n\r\n")[0] + b"\r\n")


@pytest.mark.parametrize("name", ["x" * 5000 + ".pdf", "漢" * 5000 + ".pdf"])
def test_filename_is_bounded_and_keeps_its_end(name: str) -> None:
    """The end of a file's name tells what kind of file it is."""
    found = email.message_from_bytes(base64_part("application/pdf", name, b"x")).get_filename()
    assert found is not None
    assert len(found) == 200
    assert found.endswith(".pdf")


@pytest.mark.parametrize("name", INJECTIONS)
def test_filename_never_makes_a_header(name: str) -> None:
    """Hazards, who may: attachment names are data."""
    parsed = email.message_from_bytes(base64_part("image/png", name, b"x"))
    assert parsed.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
    assert parsed.get_payload(decode=True) == b"x"


def test_shown_picture_keeps_its_id() -> None:
    """RFC 2392: the HTML beside finds its picture though it was encoded anew."""
    parsed = email.message_from_bytes(base64_part("image/png", "", b"x", "<logo@x>"))
    assert (parsed["Content-ID"], parsed["Content-Disposition"]) == ("<logo@x>", "inline")


def test_content_lines() -> None:
    """Only what describes the content is taken over, folded lines with it, whatever the line ends."""
    given_ = (
        b"Received: by x\r\n\tby y\r\nContent-Type: text/plain;\r\n charset=utf-8\n"
        b"X-Originating-IP: 192.0.2.1\rcontent-id: <a@b>\r\n \r\nTo: x"
    )
    assert content_lines(given_) == (
        b"Content-Type: text/plain;\r\n charset=utf-8\r\ncontent-id: <a@b>\r\n"
    )
    assert content_lines(given_, (b"content-id",)) == b"content-id: <a@b>\r\n"
    assert content_lines(b"") == b""


def test_joined_keeps_the_octets() -> None:
    """Own neighbours become one piece; excerpts stay what they are."""
    one, two = Excerpt(1, 0, 3), Excerpt(1, 3, 2)
    assert joined([b"a", b"b", one, two, b"c", b"", b"d"]) == (b"ab", one, two, b"cd")
    assert joined([]) == ()
