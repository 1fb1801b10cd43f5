"""What a door sees of a mail at a glance: Arrival in, Hints out, for ordering and for repeats.

Linear work over the first 256 KB of the header and one hash of the body; nothing here is proof of
anything. Every text is safe to store: no control characters, no lone surrogates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from mailflow.model import Arrival, Hints

HEADER_LIMIT = 256 * 1024
ADDRESS_LIMIT = 200  # addresses kept
ANCESTOR_LIMIT = 200  # Message-IDs kept
LENGTH_LIMIT = 998  # octets of one Message-ID or address
BLOCK = 1024 * 1024

# The fields that say what a mail means. A copy that went another way differs only in what it gathered
# on its way (Received, Delivered-To, Authentication-Results, X-*, signatures), so the two are one mail;
# a mail that borrows a Message-ID differs in one of these or in its body, and is not suppressed.
TELLING = (
    b"message-id",
    b"from",
    b"sender",
    b"reply-to",
    b"date",
    b"subject",
    b"to",
    b"cc",
    b"in-reply-to",
    b"references",
    b"auto-submitted",
    b"content-type",
    b"content-transfer-encoding",
)

Fields = dict[bytes, list[bytes]]

# Everything that cannot stand in an addr-spec without quotes becomes a space.
_APART = bytes.maketrans(b'<>,;:"()[]\\', b" " * 11)
_CONTROLS = bytes(range(0x20)) + b"\x7f"
_NO_CONTROLS = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))


def scan(arrival: Arrival) -> Hints:
    """The hints of a mail. Missing or unreadable fields give empty strings, never an error."""
    end = _header_end(arrival.content)
    found = _fields(arrival.content[:end])
    message_ids = _message_ids(found.get(b"message-id", ()))
    return Hints(
        sender=sender(found) or arrival.envelope.sender,
        message_id=message_ids[0] if message_ids else "",
        ancestors=_ancestors(found),
        addresses=_addresses(arrival.envelope.recipients, found),
        fingerprint=_fingerprint(arrival.content, end, found),
    )


def fields(content: bytes) -> Fields:
    """The field bodies of a mail's header by lower-case name, unfolded, in order."""
    return _fields(content[: _header_end(content)])


def hops(content: bytes) -> int:
    """How many Received fields the mail has gathered."""
    return len(fields(content).get(b"received", ()))


def _header_end(content: bytes) -> int:
    """Where the header ends: after the line before the first empty one, 256 KB at the most."""
    window = content[: HEADER_LIMIT + 4]
    ends = [window.find(empty) for empty in (b"\r\n\r\n", b"\n\n", b"\r\r", b"\n\r\n")]
    return min([end for end in ends if end >= 0], default=min(len(content), HEADER_LIMIT))


def _fields(header: bytes) -> Fields:
    """Field bodies by lower-case name, unfolded, in order; lines that are no field are passed over."""
    lines = header.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found: Fields = {}
    for line in lines.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n"):
        name, colon, body = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(body.strip())
    return found


def sender(fields: Fields) -> str:
    """The last address of the first From field, which stands behind a name that may imitate one."""
    found = addr_specs(next(iter(fields.get(b"from", ())), b""))
    return found[-1] if found else ""


def _addresses(recipients: tuple[str, ...], fields: Fields) -> tuple[str, ...]:
    found = dict.fromkeys(_text(recipient.encode("utf-8", "replace")) for recipient in recipients)
    for name in (b"to", b"cc", b"delivered-to", b"x-original-to"):
        for body in fields.get(name, ()):
            found.update(dict.fromkeys(addr_specs(body)))
    return tuple(dict.fromkeys(address.casefold() for address in found))[:ADDRESS_LIMIT]


def addr_specs(body: bytes) -> list[str]:
    """Whatever looks like an addr-spec, names in quotes and comments included."""
    words = body.translate(_NO_CONTROLS).translate(_APART).split()
    return [_text(word) for word in words if _is_addr_spec(word)]


def _is_addr_spec(word: bytes) -> bool:
    local, _, domain = word.partition(b"@")
    return bool(local and domain) and b"@" not in domain and len(word) <= LENGTH_LIMIT


def _ancestors(fields: Fields) -> tuple[str, ...]:
    """References, then In-Reply-To, oldest first; of very many the root and the newest."""
    bodies = fields.get(b"references", []) + fields.get(b"in-reply-to", [])
    found = _message_ids(bodies)
    if len(found) > ANCESTOR_LIMIT:
        found = [found[0], *found[-(ANCESTOR_LIMIT - 1) :]]
    return tuple(found)


def _message_ids(bodies: Iterable[bytes]) -> list[str]:
    """Each `<...>` once, in order. Blanks within, which folding may leave, are dropped."""
    found: dict[str, None] = {}
    for body in bodies:
        for piece in body.split(b"<")[1:]:
            name, closed, _ = piece.partition(b">")
            name = b"".join(name.translate(_NO_CONTROLS).split())
            if closed and name and len(name) <= LENGTH_LIMIT:
                found[f"<{_text(name)}>"] = None
    return list(found)


def _text(word: bytes) -> str:
    return word.decode("utf-8", "replace")


def _fingerprint(content: bytes, end: int, fields: Fields) -> str:
    """Equal for the copies of one mail that came by different ways, and for no other mail.

    Without a Message-ID two mails may well say the same: then only the exact bytes are a repeat.
    """
    if not any(fields.get(b"message-id", ())):
        return sha256(content).hexdigest()
    digest = sha256()
    for name in TELLING:
        for body in fields.get(name, ()):
            digest.update(b"%s:%s\n" % (name, b" ".join(body.split())))
    for block in _body(content, end):
        digest.update(block)
    return digest.hexdigest()


def _body(content: bytes, end: int) -> Iterator[bytes]:
    """From `end` on in blocks: every line end as LF, none at the end of the mail."""
    stop = len(content.rstrip(b"\r\n"))
    at = end
    while at < stop:
        cut = min(at + BLOCK, stop)
        if content[cut - 1 : cut + 1] == b"\r\n":
            cut += 1
        yield content[at:cut].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        at = cut
