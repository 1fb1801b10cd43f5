"""Text, attachments and the entity: what is shown, what is a file, and where each lies."""

from __future__ import annotations

from mailflow.message.parse import decoded, parse
from mailflow.model import Part, Slice


def mail(*lines: str, ending: str = "\r\n") -> bytes:
    return ending.join((*lines, "")).encode()


def multipart(subtype: str, *parts: str, boundary: str = "b", ending: str = "\r\n") -> str:
    """An entity of parts that are given with \\n line ends."""
    joined = "".join(f"--{boundary}\n{part}\n" for part in parts)
    entity = f"Content-Type: multipart/{subtype}; boundary={boundary}\n\n{joined}--{boundary}--\n"
    return entity.replace("\r\n", "\n").replace("\n", ending)


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>rich words</p>"
FILE = (
    "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
    'Content-Disposition: attachment; filename="a.pdf"\n\nJVBERi0xLjQ='
)
PICTURE = "Content-Type: image/png\nContent-ID: <p@example.com>\n\npixels"


def cut(content: bytes, place: Slice) -> bytes:
    return content[place.start : place.start + place.length]


def kinds(parts: tuple[Part, ...]) -> list[str]:
    return [part.media_type for part in parts]


# --- What is shown ---------------------------------------------------------------------------------


def test_bare_text() -> None:
    """A mail without MIME is its text; line ends become LF."""
    parsed = parse(mail("From: a@example.com", "", "one", "two"))
    assert parsed.text_plain == "one\ntwo\n"
    assert (parsed.html, parsed.attachments, parsed.defects) == ("", (), ())


def test_alternatives() -> None:
    """Of plain text and HTML each goes to its own field."""
    parsed = parse(multipart("alternative", PLAIN, HTML).encode())
    assert parsed.text_plain == "plain words"
    assert parsed.html == "<p>rich words</p>"
    assert parsed.attachments == ()


def test_named_alternative() -> None:
    """A name does not make an attachment of an alternative."""
    named = 'Content-Type: text/html; name="mail.html"\n\n<p>rich words</p>'
    assert parse(multipart("alternative", PLAIN, named).encode()).html == "<p>rich words</p>"


def test_empty_alternative() -> None:
    """An empty plain alternative is no text: the HTML has it."""
    parsed = parse(multipart("alternative", "Content-Type: text/plain\n\n \n", HTML).encode())
    assert parsed.text_plain == ""
    assert parsed.html == "<p>rich words</p>"


def test_related_in_alternative() -> None:
    """The usual mail with a picture: HTML from the related part, the picture inline."""
    related = multipart("related", HTML, PICTURE, boundary="r")
    parsed = parse(multipart("alternative", PLAIN, related).encode())
    assert (parsed.text_plain, parsed.html) == ("plain words", "<p>rich words</p>")
    (part,) = parsed.attachments
    assert (part.media_type, part.content_id, part.inline) == ("image/png", "<p@example.com>", True)


def test_texts_around_a_file() -> None:
    """All text of a mixed mail is shown, in order, and the file between is a file."""
    parsed = parse(multipart("mixed", PLAIN, FILE, "\nmore words").encode())
    assert parsed.text_plain == "plain words\nmore words"
    assert kinds(parsed.attachments) == ["application/pdf"]


def test_html_with_a_plain_footer() -> None:
    """Where text exists only as HTML, the HTML has all of it, plain text escaped."""
    parsed = parse(multipart("mixed", HTML, "\n5 < 6").encode())
    assert parsed.text_plain == ""
    assert parsed.html == "<p>rich words</p>\n<pre>5 &lt; 6</pre>"


def test_attached_text() -> None:
    """A text that is an attachment by disposition, or by name behind the first, is not shown."""
    by_name = 'Content-Type: text/plain; name="log.txt"\n\nlog'
    by_disposition = "Content-Disposition: attachment\n\nnotes"
    parsed = parse(multipart("mixed", PLAIN, by_name, by_disposition).encode())
    assert parsed.text_plain == "plain words"
    assert [part.name for part in parsed.attachments] == ["log.txt", ""]


def test_attached_message() -> None:
    """An attached mail is one part, whole; its text and files are not the mail's own."""
    inner = "From: x@example.com\n\n" + multipart("mixed", PLAIN, FILE, boundary="i")
    content = multipart("mixed", "\nsee below", f"Content-Type: message/rfc822\n\n{inner}").encode()
    parsed = parse(content)
    assert parsed.text_plain == "see below"
    assert kinds(parsed.attachments) == ["message/rfc822"]
    assert decoded(content, parsed.attachments[0]).startswith(b"From: x@example.com\r\n")
    assert decoded(content, parsed.attachments[0]).endswith(b"--i--\r\n")


def test_parts_that_others_forget() -> None:
    """Nameless files, calendars, reports and unknown text types are attachments."""
    types = ("application/octet-stream", "text/calendar", "message/delivery-status", "text/enriched")
    parts = (f"Content-Type: {each}\n\nx: y\n" for each in types)
    assert kinds(parse(multipart("mixed", PLAIN, *parts).encode()).attachments) == list(types)


def test_digest() -> None:
    """In a digest a part without a type is a message (RFC 2046 section 5.1.5)."""
    assert kinds(parse(multipart("digest", "\nSubject: one\n\nx").encode()).attachments) == [
        "message/rfc822"
    ]


def test_flowed() -> None:
    """format=flowed becomes paragraphs; a signature's line and the depth of quotes stay (RFC 3676)."""
    text = parse(
        mail(
            "Content-Type: text/plain; format=flowed",
            "",
            "one ",
            "line",
            "",
            "> a ",
            "> quote",
            ">> deeper",
            " From stuffed",
            "-- ",
            "me",
        )
    ).text_plain
    assert text == "one line\n\n> a quote\n>> deeper\nFrom stuffed\n-- \nme\n"


def test_flowed_without_its_spaces() -> None:
    """DelSp=yes: the space before the soft break goes too."""
    parsed = parse(
        mail("Content-Type: text/plain; format=Flowed; DelSp=Yes", "", "Donau ", "dampf", "x")
    )
    assert parsed.text_plain == "Donaudampf\nx\n"


def test_quoted_printable_in_latin() -> None:
    """Transfer encoding and charset are both undone."""
    parsed = parse(
        mail(
            "Content-Type: text/plain; charset=iso-8859-1 (Western)",
            "Content-Transfer-Encoding: Quoted-Printable",
            "",
            "Gr=FC=DFe aus der K=",
            "=FCche",
        )
    )
    assert parsed.text_plain == "Grüße aus der Küche\n"


def test_guessed_charset_is_a_defect() -> None:
    """A text whose charset is wrong is shown as well as can be, and the mail is marked."""
    parsed = parse(b"Content-Type: text/plain; charset=x-nonsense\r\n\r\nGr\xfc\xdfe")
    assert parsed.text_plain == "Grüße"
    assert parsed.defects == ("the text's charset is wrong or unknown",)


# --- Files -----------------------------------------------------------------------------------------


def test_slices() -> None:
    """A part's head and body are found in the octets: the head without the empty line after it."""
    for ending in ("\r\n", "\n", "\r"):
        content = multipart("mixed", PLAIN, FILE, ending=ending).encode()
        (part,) = parse(content).attachments
        assert (
            cut(content, part.head).decode() == FILE.partition("\n\n")[0].replace("\n", ending) + ending
        )
        assert cut(content, part.body) == b"JVBERi0xLjQ="
        assert decoded(content, part) == b"%PDF-1.4"
        assert (part.size, part.encoding, part.name, part.inline) == (8, "base64", "a.pdf", False)


def test_broken_base64() -> None:
    """What is intact of broken base64 is saved; padding may be missing."""
    for body, octets in (
        ("JVBERi0xLjQ", b"%PDF-1.4"),
        ("JVB!ERi0*xLjQ=", b"%PDF-1.4"),
        ("JVBERi0xL", b"%PDF-1"),
    ):
        content = multipart("mixed", PLAIN, FILE.replace("JVBERi0xLjQ=", body)).encode()
        assert decoded(content, parse(content).attachments[0]) == octets


def test_size_without_decoding() -> None:
    """The size that is counted is the size that decoding gives."""
    for encoding, body in (
        ("base64", "JVBERi0x\nLjQ="),
        ("quoted-printable", "Gr=FC=DFe aus der K=\n=FCche"),
        ("7bit", "as it is"),
        ("x-uuencode", "begin 644 a\nend"),
    ):
        part = f"Content-Type: application/x\nContent-Transfer-Encoding: {encoding}\n\n{body}"
        content = multipart("mixed", PLAIN, part).encode()
        (found,) = parse(content).attachments
        assert found.size == len(decoded(content, found)), encoding


def clean(head: str, body: str) -> bool:
    return parse(multipart("mixed", PLAIN, f"{head}\n\n{body}").encode()).attachments[0].clean


def test_clean() -> None:
    """A part may be spliced when SMTP carries it as it is and it says the truth about its octets."""
    file = "Content-Type: application/x"
    assert clean(file, "x" * 998)
    assert clean(file, f"{'x' * 998}\n" * 40)
    assert not clean(file, "x" * 999)
    assert not clean(file, f"{'x' * 998}\n{'x' * 999}\n")
    assert not clean(file, "nul \0")
    assert not clean(f"{file}\nContent-Transfer-Encoding: binary", "x")
    assert not clean(file, "ä")
    assert clean(f"{file}\nContent-Transfer-Encoding: 8bit", "ä")
    assert not clean(f'{file}; name="ä"', "x")


def test_mail_that_is_a_file() -> None:
    """The mail's own header is no part's head: spliced, it would give away To and Received."""
    content = mail("To: x@example.com", "Content-Type: application/pdf", "", "%PDF")
    (part,) = parse(content).attachments
    assert (part.head.length, part.clean) == (0, False)
    assert decoded(content, part) == b"%PDF\r\n"


# --- The content as one entity ---------------------------------------------------------------------


def test_entity() -> None:
    """The entity's head is the Content-* lines alone, folded as they were, with CRLF."""
    content = mail(
        "Content-Language: de",
        "From: a@example.com",
        "Content-Type: multipart/mixed;",
        "\tboundary=b",
        "Content-Length: 77",
        "content-type: text/html",
        "",
        "--b",
        "",
        "x",
        "--b--",
        ending="\n",
    )
    entity = parse(content).entity
    assert entity.head == b"Content-Language: de\r\nContent-Type: multipart/mixed;\r\n\tboundary=b\r\n"
    assert cut(content, entity.body) == b"--b\n\nx\n--b--\n"
    assert entity.clean
    assert not entity.sealed


def test_entity_that_cannot_be_sent() -> None:
    """Long lines, NUL and a binary part anywhere make the entity unfit to be spliced."""
    binary = multipart("mixed", PLAIN, "Content-Transfer-Encoding: binary\n\nx")
    for content in (mail("", "x" * 999), mail("", "a\0"), binary.encode()):
        assert not parse(content).entity.clean


def test_sealed() -> None:
    """Signed and encrypted mail is only passed on whole."""
    signature = "Content-Type: application/pgp-signature\n\nxyz"
    assert parse(multipart("signed", PLAIN, signature).encode()).entity.sealed
    assert parse(
        multipart("mixed", multipart("signed", PLAIN, signature, boundary="s"), PLAIN).encode()
    ).entity.sealed
    assert parse(mail("Content-Type: application/x-pkcs7-mime; name=smime.p7m", "", "x")).entity.sealed
    assert parse(mail("", "-----BEGIN PGP MESSAGE-----")).entity.sealed
    assert parse(mail("", "hello", "-----BEGIN PGP SIGNED MESSAGE-----")).entity.sealed


def test_not_sealed() -> None:
    """A quoted or attached signature seals nothing."""
    assert not parse(mail("", "> -----BEGIN PGP MESSAGE-----")).entity.sealed
    inner = f"Content-Type: message/rfc822\n\n{multipart('signed', PLAIN, boundary='s')}"
    assert not parse(multipart("mixed", PLAIN, inner).encode()).entity.sealed
