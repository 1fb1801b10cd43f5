"""Signs outgoing mail with the operator's own key: DKIM (RFC 6376), rsa-sha256 (RFC 8301).

In come a complete mail and the time it was queued; out comes the same mail behind one DKIM-Signature.
The same mail, time and key give the same octets. dkimpy, an extra, reads the key and computes RSA; the
field is made here, since dkimpy dates it by the clock and is quadratic on lines of blanks.
"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import structlog

from mailflow.clock import Watch
from mailflow.model import Delivery, Outcome, Verdict
from mailflow.outbound.deliver import Transport
from mailflow.outbound.mime import CRLF

log = structlog.get_logger(__name__)

# Named once more than they are there: one that is added later breaks the signature (section 8.15).
_NEVER_MORE = (
    "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To",
)  # fmt: skip
# The same where they are there; a relay may add a missing one.
_IF_THERE = (
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Mailflow-Kind", "Mailflow-Ticket",
)  # fmt: skip
_LINE = 74  # octets of a folded line of the field
_BITS = range(1024, 4096 + 1)  # what every verifier reads (RFC 8301 section 3.2)
_TXT = 255  # octets of one string of a TXT record (RFC 1035 section 3.3)
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier (RFC 8017 appendix A.1)
_UNUSABLE = (
    "holds no usable key; allowed: an RSA private key in PEM, without a passphrase, of"
    f" {_BITS.start} to {_BITS.stop - 1} bits (2048 is usual); Ed25519 is not supported"
)

Field = tuple[bytes, bytes]


class Signer:
    """Signs for `domain` (d=) with the key that `selector` names (s=) and `key_pem` holds.

    ValueError says why it is no key; ModuleNotFoundError means that dkimpy is not installed.
    """

    def __init__(self, domain: str, selector: str, key_pem: str) -> None:
        import dkim.crypto  # an extra, and slow to import: only where mail is signed

        self._rsa = dkim.crypto
        self._domain, self._selector = domain.lower(), selector.lower()
        try:
            self._key = self._tried(key_pem)
        except (AssertionError, ValueError, dkim.crypto.UnparsableKeyError) as error:
            raise ValueError(_UNUSABLE) from error

    def _tried(self, key_pem: str) -> dict[str, int]:
        """The key, once something that it signed was verified; dkimpy's reader accepts nonsense."""
        lines = (line.strip() for line in key_pem.splitlines())
        key: dict[str, int] = self._rsa.parse_pem_private_key("\n".join(filter(None, lines)).encode())
        if key["modulus"].bit_length() not in _BITS:
            raise ValueError("the modulus is too short or too long")
        signature = self._rsa.RSASSA_PKCS1_v1_5_sign(sha256(), key)
        if not self._rsa.RSASSA_PKCS1_v1_5_verify(sha256(), signature, key):
            raise ValueError("what it signs does not verify")
        return key

    def signed(self, content: bytes, at: datetime) -> bytes:
        """`content`, whose lines end with CRLF, behind its signature of the time `at`."""
        return self.signature(content, at) + content

    def signature(self, content: bytes, at: datetime) -> bytes:
        """The header field DKIM-Signature, with its line end."""
        head, _, body = content.partition(CRLF + CRLF)
        fields = tuple(_fields(head))
        names = tuple(_signed_names(fields))
        digest = base64.b64encode(sha256(_relaxed_body(body)).digest()).decode()
        tags = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self._domain}; s={self._selector};"
            f" t={int(at.timestamp())}; h={': '.join(names)}; bh={digest}; b="
        )
        own = _relaxed((b"DKIM-Signature", tags.encode()))
        proof = sha256(b"".join(_chosen(fields, names)) + own)
        value = base64.b64encode(self._rsa.RSASSA_PKCS1_v1_5_sign(proof, self._key)).decode()
        lines = textwrap.wrap(f"DKIM-Signature: {tags}", _LINE, break_on_hyphens=False)
        return "\r\n ".join([*lines, *textwrap.wrap(value, _LINE)]).encode() + CRLF

    @property
    def record(self) -> str:
        """The TXT record that publishes the key, as a line of a zone file (RFC 6376 section 3.6)."""
        public = base64.b64encode(_public(self._key["modulus"], self._key["publicExponent"])).decode()
        text = f"v=DKIM1; k=rsa; p={public}"
        strings = " ".join(f'"{text[at : at + _TXT]}"' for at in range(0, len(text), _TXT))
        return f"{self._selector}._domainkey.{self._domain}. IN TXT ( {strings} )"


class SigningTransport:
    """A transport that signs each mail on its way to another one, in the thread that sends.

    The recipients of one mail come one after the other: it is signed once for them. What cannot be
    signed is not sent but deferred, so that it is seen in the queue.
    """

    def __init__(self, transport: Transport, signer: Signer, watch: Watch) -> None:
        self._transport = transport
        self._signer = signer
        self._watch = watch
        self._last: tuple[tuple[str, datetime] | None, bytes] = (None, b"")

    @property
    def reachable(self) -> bool:
        return self._transport.reachable

    def stop(self, grace: float) -> None:
        self._transport.stop(grace)

    def send(self, delivery: Delivery, *, first: bool) -> Future[Outcome]:
        try:
            content = self._signature(delivery) + delivery.content
        except Exception:
            log.exception("signing failed", delivery=delivery.id)
            return self._deferred(delivery)
        return self._transport.send(replace(delivery, content=content), first=first)

    def _signature(self, delivery: Delivery) -> bytes:
        mail = (delivery.message_id, delivery.queued_at)
        if self._last[0] != mail:
            self._last = (mail, self._signer.signature(delivery.content, delivery.queued_at))
        return self._last[1]

    def _deferred(self, delivery: Delivery) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        now, reply = self._watch.now(), "not sent: it could not be signed"
        future.set_result(Outcome(delivery.id, delivery.fence, Verdict.DEFERRED, now, reply))
        return future


# --- Canonical form (RFC 6376 section 3.4) -------------------------------------------------------


def _fields(head: bytes) -> Iterator[Field]:
    """Name and value of each header field, still folded."""
    unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    for line in unfolded.split(CRLF):
        name, _, value = line.partition(b":")
        yield name, value


def _signed_names(fields: Sequence[Field]) -> Iterator[str]:
    present = [name.strip().lower() for name, _ in fields]
    for name in (*_NEVER_MORE, *_IF_THERE):
        times = present.count(name.lower().encode())
        yield from [name] * (times + 1 if times or name in _NEVER_MORE else 0)


def _chosen(fields: Sequence[Field], names: Sequence[str]) -> Iterator[bytes]:
    """What h= names, in its order; of several fields of a name the last comes first (5.4.2)."""
    for name in dict.fromkeys(names):
        for field in reversed(fields):
            if field[0].strip().lower() == name.lower().encode():
                yield _relaxed(field) + CRLF


def _relaxed(field: Field) -> bytes:
    """One unfolded field in the form `relaxed`, without its line end."""
    name, value = field
    return name.strip().lower() + b":" + _squeezed(value).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    """No blanks before a line's end, one for a run of them elsewhere, no empty lines at the end."""
    lines = _squeezed(body + CRLF).replace(b" \r\n", CRLF).rstrip(CRLF)
    return lines + CRLF if lines else b""


def _squeezed(octets: bytes) -> bytes:
    """One blank for each run of blanks and tabs. Each round halves the longest run."""
    octets = octets.replace(b"\t", b" ")
    while b"  " in octets:
        octets = octets.replace(b"  ", b" ")
    return octets


# --- The public key (RFC 5280 section 4.1.2.7, RFC 8017 appendix A.1.1) ----------------------------


def _public(modulus: int, exponent: int) -> bytes:
    """A SubjectPublicKeyInfo in DER."""
    numbers = b"".join(_der(0x02, n.to_bytes(n.bit_length() // 8 + 1)) for n in (modulus, exponent))
    return _der(0x30, _RSA + _der(0x03, b"\0" + _der(0x30, numbers)))


def _der(tag: int, octets: bytes) -> bytes:
    length = len(octets)
    if length < 0x80:
        return bytes([tag, length]) + octets
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + octets
