"""Bodies of outgoing mail: own words, files, received mail passed on as it came."""

from __future__ import annotations

import base64
import email
import quopri
from dataclasses import replace

import pytest

from mailflow.model import BLOCK_OPENS, Excerpt
from mailflow.outbound.body import behind, files, passed_on, replaced, with_files, without_marks
from tests.unit.samples import eml, leaves, octets, plain_text, read, received, understood

LIMIT = 10_000_000
PNG = b"\x89PNG\r\n\x1a\n\0\xff" * 20


def mail(*parts: str | bytes, subtype: str = "mixed") -> bytes:
    """A multipart mail; each part with its own header."""
    whole = [
        b"From: anna@customer.example\r\nReceived: by canary.customer.example\r\nBcc: bcc@canary.test\r\n"
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/"
        + subtype.encode()
        + b'; boundary="b"\r\n\r\npreamble\r\n'
    ]
    for part in parts:
        whole.append(b"--b\r\n" + (part.encode() if isinstance(part, str) else part) + b"\r\n")
    return b"".join([*whole, b"--b--\r\n"])


def file(encoding: str, body: bytes, extra: str = "", name: str = "a.bin") -> bytes:
    head = (
        f'Content-Type: application/octet-stream; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n{extra}'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body


def whole(content: bytes) -> bytes:
    """A mail of nothing but this body."""
    return b"MIME-Version: 1.0\r\n" + content


def picture(content_id: str, body: bytes | None = None, disposition: str = "inline") -> bytes:
    encoded = body if body is not None else base64.encodebytes(PNG).replace(b"\n", b"\r\n").strip()
    return (
        f"Content-Type: image/png; name=shot.png\r\nContent-ID: <{content_id}>\r\n"
        f"Content-Disposition: {disposition}; filename=shot.png\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + encoded


TEXT = "Content-Type: text/plain\r\n\r\nPlease look."
HTML = "Content-Type: text/html\r\n\r\n<p>Look: <img src='cid:shot@x'></p><script>evil()</script>"


def relayed(content: bytes, limit: int = LIMIT) -> list[bytes]:
    """The decoded files that go along with an answer."""
    message = understood(content)
    found = files(message, received(content), limit)
    joined = octets(with_files("Answer\n", found, "x"), content)
    return [bytes(part.get_payload(decode=True)) for part in leaves(read(whole(joined)))[1:]]


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("base64", base64.encodebytes(PNG).replace(b"\n", b"\r\n").strip(), PNG),
        ("base64", base64.b64encode(PNG * 50), PNG * 50),
        ("quoted-printable", quopri.encodestring(b"a=b\xe4\r\n").rstrip(), None),
        ("7bit", b"plain\r\n.dots\r\n", b"plain\r\n.dots\r\n"),
        ("8bit", "Grüße".encode(), "Grüße".encode()),
        ("8bit", b"x" * 5000, b"x" * 5000),
        ("binary", b"\0\1\2\r\n\xff", b"\0\1\2\r\n\xff"),
        ("quoted-printable", b"x" * 2000 + b"=FF=00", b"x" * 2000 + b"\xff\0"),
    ],
)
def test_files_are_relayed_byte_for_byte(encoding: str, body: bytes, expected: bytes | None) -> None:
    """Contract, kind reply: a file arrives as its writer meant it, however it was encoded."""
    content = mail(TEXT, file(encoding, body))
    assert relayed(content) == [expected if expected is not None else quopri.decodestring(body)]


def test_clean_files_are_excerpts() -> None:
    """A clean part is spliced: the outbox stores no second copy of it."""
    body = base64.encodebytes(PNG).strip()
    content = mail(TEXT, file("base64", body))
    found = files(understood(content), received(content), LIMIT)
    excerpt = found.parts[0][-1]
    assert isinstance(excerpt, Excerpt)
    assert (excerpt.content_id, excerpt.length) == (77, len(body))


def test_cut_off_base64_loses_no_more_than_its_end() -> None:
    """Hazards, parsing: what is broken is saved as far as it goes, not sent as letters."""
    line = base64.b64encode(PNG * 50)[:-3]
    (found,) = relayed(mail(TEXT, file("base64", line)))
    assert (PNG * 50).startswith(found)
    assert len(found) > len(PNG * 50) - 4


def test_only_descriptions_of_a_colleagues_file_go_out() -> None:
    """Canary: headers of a part that tell of paths and hosts inside stay inside."""
    extra = "Content-Location: file:///C:/canary\r\nX-Path: canary\r\nContent-Base: http://canary\r\n"
    content = mail(TEXT, file("7bit", b"x", extra))
    found = files(understood(content), received(content), LIMIT)
    joined = octets(with_files("Answer\n", found, "x"), content)
    assert b"canary" not in joined
    assert read(whole(joined)).get_content_type() == "multipart/mixed"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/ms-tnef",
    ],
)
def test_signatures_and_outlooks_own_copy_stay_behind(media_type: str) -> None:
    """A signature no longer fits the new text; winmail.dat holds the quoted internal block."""
    content = mail(TEXT, f"Content-Type: {media_type}; name=x.dat\r\n\r\nx", file("7bit", b"y"))
    assert relayed(content) == [b"y"]


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
@pytest.mark.parametrize("media_type", ["message/rfc822", "application/octet-stream"])
@pytest.mark.parametrize(
    "inner",
    [
        b"From: x@desk.test\r\nReply-To: support+token@desk.test\r\nMailflow-Kind: forward\r\n\r\nx",
        b"Subject: y\r\n\r\n" + BLOCK_OPENS.encode() + b"\r\nsecret",
    ],
)
def test_an_attached_mail_to_the_team_is_not_relayed(
    inner: bytes, media_type: str, encoding: str
) -> None:
    """Canary: a program that answers with the original attached must not give away block and token."""
    body = base64.encodebytes(inner).replace(b"\n", b"\r\n") if encoding == "base64" else inner
    head = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    assert relayed(mail(TEXT, head.encode() + body)) == []


def test_pictures_go_along_only_where_the_words_show_them() -> None:
    """The logo of a signature that was cut stays behind; a picture among the words goes along."""
    content = mail(HTML, picture("shot@x"), picture("logo@x"), subtype="related")
    message = understood(content)
    assert "[cid:shot@x]" in message.answer_text
    assert len(files(message, received(content), LIMIT).parts) == 1
    assert without_marks(message.answer_text, message).count("[shot.png]") == 1
    without = replace(message, answer_text="Words")
    assert files(without, received(content), LIMIT).parts == ()


def test_attached_pictures_always_go_along() -> None:
    """What is attached, and not shown within, is a file."""
    content = mail(HTML, picture("other@x", disposition="attachment"))
    assert relayed(content) == [PNG]


def test_too_large_files_are_left_out_by_name() -> None:
    """Contract, max_attachments: larger mail is relayed without them, and says so."""
    content = mail(TEXT, file("7bit", b"x" * 900), file("7bit", b"y" * 900, name="b\u202e.bin"))
    found = files(understood(content), received(content), 1000)
    assert (found.parts, found.left_out) == ((), ("a.bin", "b.bin"))
    assert len(files(understood(content), received(content), 1800).parts) == 2


def test_an_answer_without_files_is_plain_text() -> None:
    """Contract: text/plain is always present; nothing needs a multipart of one."""
    parsed = read(
        whole(octets(with_files("Grüße\n", files(understood(eml()), received(eml()), 1), "x")))
    )
    assert (parsed.get_content_type(), plain_text(parsed)) == ("text/plain", "Grüße\n")


def forwarded(
    content: bytes, before: str = "", limit: int = LIMIT
) -> tuple[bytes, email.message.EmailMessage]:
    message = understood(content)
    passed = passed_on(message, received(content), limit)
    joined = octets(behind("BLOCK\n", before, passed, message, "x"), content)
    return joined, read(whole(joined))


def test_text_mail_is_spliced_whole() -> None:
    """Contract, kind forward: the customer's mail, whole, byte for byte behind our block."""
    content = mail(TEXT, file("base64", b"QUJD"), "Content-Type: text/plain\r\n\r\n> quoted")
    joined, parsed = forwarded(content, before="BEFORE\n")
    original = content.partition(b"\r\n\r\n")[2]
    assert original in joined
    block, entity, before = parsed.iter_parts()
    assert (plain_text(block), plain_text(before)) == ("BLOCK\n", "BEFORE\n")
    assert entity.get_content_type() == "multipart/mixed"
    assert len(leaves(entity)) == 3


def test_no_header_of_the_received_mail_is_copied() -> None:
    """Contract: Bcc and envelope recipients are never copied; canary: Received and the like."""
    for content in (mail(TEXT), mail(HTML, picture("shot@x"))):
        assert b"canary" not in forwarded(content)[0]


def test_html_mail_has_the_block_in_text_and_html() -> None:
    """Contract, kind forward: HTML is sanitised, pictures inline, the block stands in both."""
    content = mail(HTML, picture("shot@x"), file("7bit", b"z"), subtype="related")
    _, parsed = forwarded(content, before="1 < 2\n")
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "application/octet-stream",
    ]  # fmt: skip
    words, shown, shot, attached = leaves(parsed)
    assert plain_text(words).startswith("BLOCK\n")
    assert plain_text(words).endswith("1 < 2\n")
    html = plain_text(shown)
    assert html.startswith("<div>BLOCK</div>")
    assert "1 &lt; 2" in html
    assert "cid:shot@x" in html
    assert "evil" not in html
    assert shot["Content-ID"] == "<shot@x>"
    assert shot.get_payload(decode=True) == PNG
    assert attached.get_payload(decode=True) == b"z"


def test_a_picture_of_one_long_line_is_still_shown() -> None:
    """Lines over 998 octets cannot travel; encoded anew, the picture keeps its Content-ID."""
    content = mail(HTML, picture("shot@x", base64.b64encode(PNG * 50)), subtype="related")
    shot = leaves(forwarded(content)[1])[2]
    assert (shot["Content-ID"], shot.get_payload(decode=True)) == ("<shot@x>", PNG * 50)


SIGNED = (
    b"From: anna@customer.example\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary="s"\r\n\r\n'
    b"--s\r\nContent-Type: text/html\r\n\r\n<p>signed  </p>\r\n"
    b"--s\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--s--\r\n"
)


def test_a_signed_mail_stays_sealed() -> None:
    """A signature is over octets: the entity goes on byte-identical, HTML or not."""
    joined, parsed = forwarded(SIGNED)
    assert SIGNED.partition(b"\r\n\r\n")[2] in joined
    _, sealed = parsed.iter_parts()
    assert sealed.get_content_type() == "multipart/signed"
    assert sealed.get_param("protocol") == "application/pgp-signature"


def test_a_sealed_mail_with_lines_too_long_is_attached_whole() -> None:
    """What can neither be spliced nor taken apart goes along as a file, and is readable besides."""
    content = SIGNED.replace(b"<p>signed", b"<p>signed" + b"x" * 2000)
    _, parsed = forwarded(content)
    words, _, attached = leaves(parsed)
    assert "signedxxx" in plain_text(words)
    assert attached.get_filename() == "mail.eml"
    assert attached.get_payload(decode=True) == content


def test_text_with_lines_too_long_is_written_anew() -> None:
    """RFC 5322: lines stay under 998 octets, every word stays readable."""
    content = mail(f"Content-Type: text/plain\r\n\r\nlong {'x' * 3000}", file("7bit", b"z"))
    joined, parsed = forwarded(content)
    assert max(map(len, joined.split(b"\r\n"))) <= 78
    words, attached = leaves(parsed)
    assert "long " + "x" * 3000 in plain_text(words)
    assert attached.get_payload(decode=True) == b"z"


@pytest.mark.parametrize("text", [TEXT, HTML])
def test_a_mail_too_large_goes_without_files(text: str) -> None:
    """Contract, max_attachments: the text always goes along, the files are named."""
    content = mail(text, file("7bit", b"x" * 900), picture("shot@x"))
    assert passed_on(understood(content), received(content), 500).left_out == ("a.bin", "shot.png")
    joined, parsed = forwarded(content, limit=500)
    assert "Look" in plain_text(leaves(parsed)[0]).replace("look", "Look")
    assert b"x" * 900 not in joined


def test_a_mail_that_is_only_a_file() -> None:
    """A bare PDF as the mail itself is passed on like any other entity."""
    content = b"Subject: x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n"
    _, pdf = forwarded(content)[1].iter_parts()
    assert (pdf.get_content_type(), pdf.get_payload(decode=True)) == ("application/pdf", b"ABC")


def test_nothing_received_gives_plain_text() -> None:
    """A delivery failed: there is nothing to pass on."""
    joined = octets(behind("BLOCK\n", "BEFORE\n", None, None, "x"))
    assert plain_text(read(whole(joined))) == "BLOCK\n\nBEFORE\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to max@desk.test.", "write to DESK."),
        ("<MAX@Desk.Test>", "<DESK>"),
        ("İ MAX@DESK.TEST", "İ DESK"),
        ("mailto:max@desk.test?x", "mailto:DESK?x"),
        ("_max@desk.test_ ...max@desk.test -max@desk.test-", "_DESK_ ...DESK -DESK-"),
        ("climax@desk.test max@desk.test.example x.max@desk.test", None),
        ("max@desk-test max+a@desk.test", None),
    ],
)
def test_replaced(text: str, expected: str | None) -> None:
    """Canary: an inner address leaves in no case and no dress; other addresses stay whole."""
    assert replaced(text, "max@desk.test", "DESK") == (text if expected is None else expected)
    assert replaced(text, "", "DESK") == text
