"""Signing: what dkimpy's verifier says of it, its form, and that a repeat is the same to the octet."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

import pytest

from mailflow.model import Delivery, Kind, Outcome, Verdict
from mailflow.outbound.sign import Signer, SigningTransport
from tests.flow.watch import FakeWatch

dkim = pytest.importorskip("dkim", reason="dkimpy is missing: pip install 'mailflow[dkim]'")

AT = datetime(2025, 1, 5, 9, 30, tzinfo=UTC)
HEAD = (
    b"Date: Sun, 05 Jan 2025 09:30:00 +0000\r\n"
    b'From: "Example" <support@example.com>\r\n'
    b"To: anna@customer.example\r\n"
    b"Subject: =?utf-8?b?w4RyZ2Vy?=\r\n and  a folded\r\n\tline\r\n"
    b"Message-ID: <1@example.com>\r\n"
    b"Mailflow-Kind: reply\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
)
BODIES = {
    "plain": b"Hello,\r\n\r\nit works again.\r\n",
    "empty": b"",
    "one empty line": b"\r\n",
    "only blanks": b" \t\r\n\r\n \r\n",
    "no last line end": b"Hello",
    "blank at the very end": b"Hello \t",
    "8 bit": "Grüße aus Köln\r\n".encode(),
    "no charset at all": b"\xff\xfe\x00\x80\r\n",
    "dots": b".\r\n..\r\n.hidden\r\nend.\r\n.\r\n",
    "blanks": b"  a \t b\t\r\n\tc   \r\n",
    "empty lines at the end": b"Hello\r\n\r\n\r\n \r\n\r\n",
    "long lines": b"word " * 3000 + b"\r\n" + b" " * 5000 + b"x\r\n",
}


def made(*words: str) -> str:
    """A key as openssl makes it."""
    return subprocess.run(["openssl", *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def key() -> str:
    return made("genrsa", "2048")


@pytest.fixture(scope="module")
def signer(key: str) -> Signer:
    return Signer("example.com", "mf1", key)


def text_of(record: str) -> bytes:
    """The strings of a TXT record, joined as a verifier joins them."""
    return "".join(record.split('"')[1::2]).encode()


def verified(signer: Signer, mail: bytes) -> bool:
    """dkimpy's verdict on the mail as SMTP carries it, with the record that the DNS must hold."""
    mail = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    names = {b"mf1._domainkey.example.com.": text_of(signer.record)}
    return bool(dkim.verify(mail, dnsfunc=lambda name, timeout=5: names[name]))


# --- What verifies -------------------------------------------------------------------------------


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_what_is_signed_verifies(signer: Signer, body: bytes) -> None:
    """Any body; the mail itself is not touched, the signature only stands before it."""
    mail = HEAD + b"\r\n" + body
    signed = signer.signed(mail, AT)
    assert signed.endswith(mail)
    assert signed.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com;")
    assert verified(signer, signed)


def test_relaxed_means_that_a_relay_may_refold(signer: Signer) -> None:
    """Other folds, other blanks, names in another case and empty lines at the end change nothing."""
    signed = signer.signed(HEAD + b"\r\nHello  world\r\n", AT)
    handled = signed.replace(b"\r\n and  a folded\r\n\tline", b"\tand a\r\n folded line")
    handled = handled.replace(b"\r\nSubject: ", b"\r\nSUBJECT:")
    handled = handled.replace(b"Hello  world", b"Hello world  \r\n")
    assert handled != signed
    assert verified(signer, handled)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"works again", b"works never"),
        (b"Hello,\r\n\r\n", b"Hello,\r\n"),
        (b"again.\r\n", b"again.\r\nPay to another account.\r\n"),
        (b"support@example.com", b"boss@example.com"),
        (b"and  a folded", b"nd a folded"),
        (b"Mailflow-Kind: reply", b"Mailflow-Kind: closing"),
        (b"t=1736069400", b"t=1736069401"),
    ],
)
def test_what_is_altered_does_not_verify(signer: Signer, old: bytes, new: bytes) -> None:
    """Words, lines that come or go, addresses, the subject, our own headers, the signature's time."""
    signed = signer.signed(HEAD + b"\r\n" + BODIES["plain"], AT)
    assert old in signed
    assert not verified(signer, signed.replace(old, new))


@pytest.mark.parametrize(
    "line",
    [
        b"From: boss@example.com", b"To: b@x.test", b"Cc: b@x.test", b"Subject: Other", b"Date: now",
        b"Message-ID: <2@x.test>", b"In-Reply-To: <2@x.test>", b"References: <2@x.test>",
        b"Reply-To: b@x.test", b"Content-Type: text/html", b"Mailflow-Kind: closing",
    ],
)  # fmt: skip
def test_a_header_that_is_added_breaks_the_signature(signer: Signer, line: bytes) -> None:
    """On top or at the end of the head: nobody shows a mail of ours as another one."""
    signed = signer.signed(HEAD + b"\r\n" + BODIES["plain"], AT)
    assert not verified(signer, line + b"\r\n" + signed)
    assert not verified(signer, signed.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1))


def test_what_servers_add_on_the_way_does_not_matter(signer: Signer) -> None:
    """Trace fields, other people's headers, and a transfer encoding where there was none."""
    signed = signer.signed(HEAD + b"\r\n" + BODIES["plain"], AT)
    added = b"Received: from a by b; now\r\nX-Spam-Flag: NO\r\nContent-Transfer-Encoding: 7bit\r\n"
    assert verified(signer, added + signed)


def test_two_fields_of_a_name_are_both_signed(signer: Signer) -> None:
    """The last comes first (RFC 6376 section 5.4.2)."""
    mail = HEAD + b"Mailflow-Kind: other\r\n\r\nHello\r\n"
    signed = signer.signed(mail, AT)
    assert verified(signer, signed)
    assert not verified(signer, signed.replace(b"Kind: other", b"Kind: else"))


# --- Its form ------------------------------------------------------------------------------------


def test_a_repeat_is_the_same_to_the_octet(signer: Signer, key: str) -> None:
    """After a crash another process signs again: it is the same mail. Another time is another one."""
    mail = HEAD + b"\r\n" + BODIES["plain"]
    again = Signer("Example.COM", "mf1", key)
    assert again.signed(mail, AT) == signer.signed(mail, AT)
    assert signer.signed(mail, AT + timedelta(seconds=1)) != signer.signed(mail, AT)


def test_the_field_is_folded(key: str) -> None:
    """No line is longer than 78 octets (RFC 5322 section 2.1.1), with long names and keys as well."""
    signer = Signer("a-rather-long-name.of-a-department.example.com", "mailflow-2026", key)
    field = signer.signature(HEAD + b"\r\n", AT)
    lines = field.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert lines[-1] == b""
    assert all(line.startswith(b" ") for line in lines[1:-1])
    assert b"l=" not in field


@pytest.mark.parametrize("body", [b" " * 1_000_000 + b"x", b" x  \t" * 200_000, b" \r\n" * 300_000])
def test_a_mail_of_blanks_takes_no_longer(signer: Signer, body: bytes) -> None:
    """Linear: dkimpy's own canonical form would take minutes for the first of these."""
    assert signer.signature(HEAD + b"\r\n" + body, AT)


# --- Keys ----------------------------------------------------------------------------------------


def keys() -> Iterator[tuple[str, str]]:
    traditional = made("genrsa", "-traditional", "1024")
    yield "traditional", traditional
    yield "with CRLF", traditional.replace("\n", "\r\n")
    yield "without a last line end", traditional.rstrip()
    yield "PKCS8, 3072 bits", made("genrsa", "3072")
    yield "between other lines", f"Bag Attributes\n\n{traditional}\n"


def test_keys_as_openssl_writes_them() -> None:
    """The public key in the record is openssl's, in every size; what it signs verifies."""
    for name, key in keys():
        signer = Signer("example.com", "mf1", key)
        public = subprocess.run(
            ["openssl", "rsa", "-pubout"], input=key, capture_output=True, text=True, check=True
        ).stdout
        letters = "".join(line for line in public.splitlines() if "-" not in line)
        assert text_of(signer.record) == f"v=DKIM1; k=rsa; p={letters}".encode(), name
        assert verified(signer, signer.signed(HEAD + b"\r\nHello\r\n", AT)), name


def test_the_record_is_a_line_of_a_zone_file(signer: Signer) -> None:
    """Its strings have at most 255 octets each."""
    start, _, rest = signer.record.partition("(")
    assert start == "mf1._domainkey.example.com. IN TXT "
    strings = rest.split('"')[1::2]
    assert len(strings) == 2
    assert max(map(len, strings)) == 255


def no_keys() -> Iterator[tuple[str, str]]:
    whole = made("genrsa", "2048")
    lines = whole.splitlines()
    yield "nothing", ""
    yield "words", "s3cret"
    yield "no PEM within", "-----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----\n"
    yield "cut off", "\n".join([*lines[:5], lines[-1]])
    yield "a line missing", "\n".join(lines[:9] + lines[10:])
    yield "a letter changed", "\n".join([*lines[:20], lines[20].swapcase(), *lines[21:]])
    yield "too short", made("genrsa", "512")
    yield "Ed25519", made("genpkey", "-algorithm", "ed25519")
    yield "an elliptic curve", made("ecparam", "-genkey", "-name", "prime256v1", "-noout")
    yield "with a passphrase", made("genrsa", "-aes128", "-passout", "pass:x", "2048")
    yield "public", made("version").join(["-----BEGIN PUBLIC KEY-----\n", "\n-----END PUBLIC KEY-----"])


def test_what_is_no_key_is_said_so() -> None:
    """Whatever is in the file: one error that says what is allowed, and no word of the file."""
    for name, text in no_keys():
        with pytest.raises(ValueError, match="allowed: an RSA private key") as raised:
            Signer("example.com", "mf1", text)
            pytest.fail(name)
        assert "s3cret" not in str(raised.value)


# --- On the way out ------------------------------------------------------------------------------


class Recording:
    """A transport that keeps what it gets."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []
        self.reachable = True
        self.stopped = 0.0

    def send(self, delivery: Delivery, *, first: bool) -> Future[Outcome]:
        assert first
        self.sent.append(delivery)
        return Future()

    def stop(self, grace: float) -> None:
        self.stopped = grace


class Exhausted(Signer):
    """Has no memory left."""

    def signature(self, content: bytes, at: datetime) -> bytes:
        raise MemoryError


def delivery(content: bytes, message_id: str = "<1@example.com>", at: datetime = AT) -> Delivery:
    return Delivery(7, Kind.REPLY, "support@example.com", "a@x.test", message_id, 1, 3, at, content)


def test_a_mail_is_signed_on_its_way(signer: Signer) -> None:
    """With the time at which it was queued, whenever it is sent; all else of the delivery stays."""
    inner = Recording()
    way = SigningTransport(inner, signer, FakeWatch())
    mail = HEAD + b"\r\nHello\r\n"
    later = AT + timedelta(hours=1)
    for one in (
        delivery(mail),
        delivery(mail),
        delivery(mail, "<2@example.com>"),
        delivery(mail, at=later),
    ):
        way.send(one, first=True)
    assert [one.content for one in inner.sent[:3]] == [signer.signed(mail, AT)] * 3
    assert inner.sent[3].content == signer.signed(mail, later)
    assert {(one.id, one.fence, one.recipient) for one in inner.sent} == {(7, 3, "a@x.test")}
    inner.reachable = False
    assert not way.reachable
    way.stop(4.0)
    assert inner.stopped == 4.0


def test_what_cannot_be_signed_waits(key: str) -> None:
    """It does not go out unsigned, and it ends no thread: it is deferred, and the queue says why."""
    inner = Recording()
    watch = FakeWatch()
    way = SigningTransport(inner, Exhausted("example.com", "mf1", key), watch)
    outcome = way.send(delivery(HEAD), first=True).result()
    assert (outcome.verdict, outcome.delivery_id, outcome.fence) == (Verdict.DEFERRED, 7, 3)
    assert "could not be signed" in outcome.reply
    assert outcome.at == watch.now()
    assert inner.sent == []
