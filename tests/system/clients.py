"""Mail as people's mail programs write it: new, as an answer, with pictures and files, in HTML, signed.

Everything gives an EmailMessage or, where not one octet may change, bytes. An answer keeps the thread
as RFC 5322 section 3.6.4 says, goes to the Reply-To, and quotes what it answers in its program's way.
"""

from __future__ import annotations

import hashlib
import html
import smtplib
import struct
import subprocess
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path

ENGLISH_ATTRIBUTION = "On 24/11/2026 09:15, {} wrote:"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str

    def __str__(self) -> str:
        return formataddr((self.name, self.address))


def read(octets: bytes) -> EmailMessage:
    """A mail that arrived."""
    mail = BytesParser(policy=default).parsebytes(octets)
    assert isinstance(mail, EmailMessage)
    return mail


def words(mail: EmailMessage) -> str:
    """All that a reader of the mail's text sees."""
    texts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    return "\n".join(part.get_content() for part in texts if not part.is_attachment())


def files(mail: EmailMessage) -> dict[str, bytes]:
    """The decoded octets of everything that has a name."""
    named = [(part.get_filename(), part) for part in mail.walk()]
    return {name: part.get_content() for name, part in named if name}


def submit(port: int, octets: bytes) -> None:
    """Hand a mail to an SMTP server, from its author to its first recipient."""
    mail = read(octets)
    sender, recipient = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail(sender, [recipient], octets)


# --- New mail and answers ------------------------------------------------------------------------


def new(writer: Person, to: str, subject: str, text: str) -> EmailMessage:
    """Plain text, as Thunderbird sends it."""
    mail = _begun(writer, to, subject)
    mail["User-Agent"] = "Mozilla Thunderbird"
    mail.set_content(text, cte="8bit" if text.isascii() else "quoted-printable")
    return mail


def answer(
    writer: Person, to: EmailMessage, text: str, attribution: str = ENGLISH_ATTRIBUTION
) -> EmailMessage:
    """Thunderbird's answer: the new text on top, the whole mail quoted below."""
    quoted = "\n".join(f"> {line}".rstrip() for line in words(to).splitlines())
    said = f"{text}\n\n{attribution.format(to['From'])}\n{quoted}\n"
    mail = new(writer, _answered(to), _subject(to, "Re"), said)
    return _on_thread(mail, to)


def outlook_answer(writer: Person, to: EmailMessage, text: str) -> EmailMessage:
    """Outlook's: HTML with Word's classes, a header block instead of an attribution, windows-1252."""
    mail = _begun(writer, _answered(to), _subject(to, "AW"))
    mail["X-Mailer"] = "Microsoft Outlook 16.0"
    mail["Thread-Topic"] = str(to["Subject"])
    mail["Thread-Index"] = "AdxQm8mYV2VyIGRhcyBsaWVzdCwgaXN0"
    mail["Content-Language"] = "de-DE"
    head = [("Von", to["From"]), ("Gesendet", "Dienstag, 24. November 2026 09:15")]
    head += [("An", writer), ("Betreff", to["Subject"])]
    lines = "\n".join(f"{name}: {value}" for name, value in head)
    mail.set_content(f"{text}\n\n{lines}\n\n{words(to)}", charset="utf-8", cte="quoted-printable")
    shown = _WORD.format(
        text=_paragraphs(text),
        head="<br>".join(f"<b>{name}:</b> {html.escape(str(value))}" for name, value in head),
        quoted=_paragraphs(words(to)),
    )
    octets = shown.encode("windows-1252", "xmlcharrefreplace")
    mail.add_alternative(octets, "text", "html", cte="quoted-printable")
    _part(mail, 1).set_param("charset", "windows-1252")
    return _on_thread(mail, to)


_WORD = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style><!-- p.MsoNormal {{margin:0cm;font-size:11.0pt;font-family:"Calibri",sans-serif;}} --></style></head>
<body lang="DE" link="#0563C1"><div class="WordSection1">{text}
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal">{head}<o:p></o:p></p></div>
{quoted}</div></body></html>
"""


def _paragraphs(text: str) -> str:
    lines = (html.escape(line) or "&nbsp;" for line in text.splitlines())
    return "\n".join(f'<p class="MsoNormal">{line}<o:p></o:p></p>' for line in lines)


def illustrated(
    writer: Person, to: EmailMessage, text: str, shown: tuple[str, bytes], file: tuple[str, bytes]
) -> EmailMessage:
    """Apple Mail's way: HTML with a picture between the words, and a PDF behind them."""
    mail = _begun(writer, _answered(to), _subject(to, "Re"))
    mail["X-Mailer"] = "Apple Mail (2.3774.600.62)"
    mail.set_content(text)
    cid = make_msgid(domain="mac.test")
    markup = f'<html><body>{html.escape(text)}<br><img src="cid:{cid[1:-1]}"></body></html>'
    mail.add_alternative(markup, subtype="html")
    _part(mail, 1).add_related(
        shown[1], "image", "png", cid=cid, filename=shown[0], disposition="inline"
    )
    mail.add_attachment(file[1], "application", "pdf", filename=file[0])
    return _on_thread(mail, to)


def _part(mail: EmailMessage, number: int) -> EmailMessage:
    part = [*mail.iter_parts()][number]
    assert isinstance(part, EmailMessage)
    return part


def _begun(writer: Person, to: str, subject: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = str(writer), to, subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=writer.address.rpartition("@")[2])
    return mail


def _answered(to: EmailMessage) -> str:
    return str(to["Reply-To"] or to["From"])


def _subject(to: EmailMessage, prefix: str) -> str:
    subject = str(to["Subject"])
    return subject if subject.lower().startswith(("re:", "aw:")) else f"{prefix}: {subject}"


def _on_thread(mail: EmailMessage, to: EmailMessage) -> EmailMessage:
    mail["In-Reply-To"] = str(to["Message-ID"])
    mail["References"] = " ".join([*str(to["References"] or "").split(), str(to["Message-ID"])])
    return mail


# --- Files ---------------------------------------------------------------------------------------


def picture() -> bytes:
    """A PNG whose every octet may occur."""
    rows = b"".join(b"\0" + _noise(f"row {row}", 64 * 3) for row in range(64))
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, octets: bytes) -> bytes:
    return struct.pack(">I", len(octets)) + name + octets + struct.pack(">I", zlib.crc32(name + octets))


def document(size: int = 60_000) -> bytes:
    """What looks like a PDF: a head, octets of every kind, an end."""
    return b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + _noise("pdf", size) + b"\n%%EOF\n"


def _noise(seed: str, size: int) -> bytes:
    """Octets that look random and are the same each time."""
    return hashlib.shake_128(seed.encode()).digest(size)


# --- S/MIME --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate of the writer's own making, and what openssl(1) does with it."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, writer: Person) -> Signer:
        one = cls(folder)
        subject = ["-subj", "/CN=Anna", "-addext", f"subjectAltName=email:{writer.address}"]
        request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
        one._openssl(*request, "-keyout", str(folder / "key"), "-out", str(folder / "cert"))
        return one

    def signed(self, mail: EmailMessage) -> bytes:
        """The mail with its content in a multipart/signed."""
        content = EmailMessage(policy=SMTP)
        content.set_content(mail.get_content(), cte="quoted-printable")
        del content["MIME-Version"]
        pair = ["-signer", str(self.folder / "cert"), "-inkey", str(self.folder / "key")]
        entity = self._openssl("smime", "-sign", "-md", "sha256", *pair, content=content.as_bytes())
        crlf = entity.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        mail.clear_content()
        del mail["MIME-Version"]
        return mail.as_bytes().removesuffix(b"\r\n") + crlf

    def verified(self, entity: bytes) -> bytes:
        """The content that the entity's signature proves; a RuntimeError if it proves nothing."""
        trusted = ["-CAfile", str(self.folder / "cert"), "-purpose", "any"]
        return self._openssl("smime", "-verify", *trusted, content=entity)

    def _openssl(self, *arguments: str, content: bytes = b"") -> bytes:
        command = ["openssl", *arguments]
        done = subprocess.run(command, input=content, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.stdout


def entity_of(mail: bytes, media_type: str) -> bytes:
    """The octets of the part of that type: its header and its body, as they lie in the mail."""
    multiparts = [one for one in read(mail).walk() if one.is_multipart()]
    outer = next(
        one
        for one in multiparts
        if any(part.get_content_type() == media_type for part in one.iter_parts())
    )
    for section in mail.split(f"\r\n--{outer.get_boundary()}".encode())[1:]:
        entity = section.partition(b"\r\n")[2]
        if read(entity).get_content_type() == media_type:
            return entity
    raise LookupError(media_type)
