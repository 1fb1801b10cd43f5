"""The arguments of MAIL and RCPT (RFC 5321 section 4.1.2): text in, addresses out, or a refusal.

Pure. Stricter than the parser of aiosmtpd, which lets spaces, NUL and CR into an address.
"""

from __future__ import annotations

from dataclasses import dataclass

ADDRESS_LIMIT = 320  # octets: 64 of local part, at, 255 of domain; senders use the first part freely
SPECIALS = frozenset('()<>[]:;@\\,"')

Parameters = dict[str, str]


class Refused(Exception):
    """The argument is refused; `reply` is what the client is told."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server said in its greeting: `max_size` in octets, and the extensions it keeps."""

    max_size: int
    eight_bit: bool
    utf8: bool


def sender(argument: str | None, offer: Offer) -> tuple[str, bool]:
    """MAIL's address, empty for the null sender, and whether the mail is SMTPUTF8 (RFC 6531)."""
    path, rest = _path(argument, "MAIL", "FROM:")
    utf8 = _mail_parameters(_parameters(rest), offer)
    return (_address(path, utf8, "5.1.7") if path else ""), utf8


def recipient(argument: str | None, utf8: bool) -> str:
    """RCPT's address; "postmaster" may stand alone (RFC 5321 section 4.5.1)."""
    path, rest = _path(argument, "RCPT", "TO:")
    if _parameters(rest):
        raise Refused("555 5.5.4 Parameters of RCPT not implemented")
    if path.casefold() == "postmaster":
        return path
    return _address(path, utf8, "5.1.3")


def _path(argument: str | None, command: str, keyword: str) -> tuple[str, str]:
    """What stands between the angle brackets, and what follows them."""
    text = argument or ""
    bracketed = text[len(keyword) :].lstrip(" ")
    close = _closing(bracketed)
    rest = bracketed[close + 1 :]
    if text[: len(keyword)].upper() != keyword or close < 0 or (rest and rest[0] != " "):
        raise Refused(f"501 5.5.4 Syntax: {command} {keyword}<address>")
    return bracketed[1:close], rest


def _closing(text: str) -> int:
    """Where the bracket closes that opens the text, quoted strings aside; -1 where none does."""
    if not text.startswith("<"):
        return -1
    quoted = escaped = False
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == ">" and not quoted:
            return at
    return -1


def _without_route(path: str) -> str:
    """RFC 5321 appendix C: a source route is stripped."""
    route, colon, address = path.partition(":")
    return address if colon and route.startswith("@") else path


def _address(path: str, utf8: bool, status: str) -> str:
    address = _without_route(path)
    if not (address.isascii() or utf8):
        raise Refused("553 5.6.7 Address needs SMTPUTF8")
    local, at, domain = address.rpartition("@")
    good = at and address.isprintable() and len(address.encode()) <= ADDRESS_LIMIT
    if not (good and _is_local(local) and _is_domain(domain)):
        raise Refused(f"501 {status} Malformed address")
    return address


def _is_local(local: str) -> bool:
    if len(local) > 2 and local[0] == local[-1] == '"':
        return _is_quoted(local[1:-1])
    return bool(local) and " " not in local and SPECIALS.isdisjoint(local)


def _is_quoted(inner: str) -> bool:
    """No quote that is not escaped, and no escape without a character."""
    bare = inner.replace("\\\\", "").replace('\\"', "")
    return '"' not in bare and not bare.endswith("\\")


def _is_domain(domain: str) -> bool:
    if domain.startswith("[") and domain.endswith("]"):
        return all(character.isalnum() or character in ".:-" for character in domain[1:-1])
    return bool(domain) and " " not in domain and SPECIALS.isdisjoint(domain)


def _parameters(rest: str) -> Parameters:
    parameters: Parameters = {}
    for word in rest.split():
        name, equals, value = word.partition("=")
        if name.upper() in parameters or bool(equals) != bool(value):
            raise Refused("501 5.5.4 Malformed parameters")
        parameters[name.upper()] = value
    return parameters


def _mail_parameters(parameters: Parameters, offer: Offer) -> bool:
    """Whether SMTPUTF8 is asked for. DSN and AUTH are not offered, so they are not implemented."""
    offered = (
        {"SIZE"} | ({"BODY"} if offer.eight_bit else set()) | ({"SMTPUTF8"} if offer.utf8 else set())
    )
    if not offered.issuperset(parameters):
        raise Refused("555 5.5.4 Parameters of MAIL not implemented")
    if parameters.get("BODY", "7BIT").upper() not in ("7BIT", "8BITMIME") or parameters.get("SMTPUTF8"):
        raise Refused("501 5.5.4 Malformed parameters")
    size = parameters.get("SIZE", "0")
    if not (size.isascii() and size.isdigit() and len(size) <= 20):
        raise Refused("501 5.5.4 Malformed parameters")
    if int(size) > offer.max_size:
        raise Refused("552 5.3.4 Mail is too big")
    return "SMTPUTF8" in parameters
