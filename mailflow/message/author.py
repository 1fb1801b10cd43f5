"""Who wrote a mail, and, apart from it, whether an automatic answer to it is allowed.

Comes in: a parsed mail's headers, addresses, texts and bytes, its envelope and the desk. Goes out: an
Author with reasons. It proves nobody: that an agent may answer a customer needs a token besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailflow.message.authentication import authentication
from mailflow.message.automatic import Finding, Mail, findings, kind_of
from mailflow.message.bounce import Report, delivery_report
from mailflow.message.fields import Header, first, values
from mailflow.model import (
    Address,
    Authentication,
    Author,
    AuthorKind,
    AutomaticKind,
    Desk,
    Envelope,
    Team,
)

MAX_HOPS = 100  # RFC 5321 section 6.3: at least 100 Received lines before a mail counts as looping
OWN_HEADER = "mailflow-kind"


def author(
    headers: Sequence[Header],
    from_: tuple[Address, ...],
    envelope: Envelope,
    content: bytes,
    subject: str,
    text: str,
    desk: Desk,
) -> Author:
    """The author by the first rule that fits: loop, delivery report, automatic, agent, customer.

    `headers` are all fields in order, names in lower case, values unfolded and decoded; `from_` all
    addresses of all From fields. Exactly one From with one address, or the author is unknown.
    """
    single = _single(headers, from_)
    form = single is not None and single.key in _folded(desk.trust.forms)
    address = _reply_to(headers) if form else single
    written_by = () if form else from_  # a form's own address says nothing of the author
    loop = tuple(_loop(headers, written_by, envelope, desk))
    report = None if form or loop else delivery_report(headers, from_, envelope, subject, content)
    found = findings(Mail(headers, written_by, envelope, subject, text, content))
    teams = () if form or address is None else teams_of(address, desk.teams)
    checked = authentication(headers, single.address if single else "", desk.trust)
    spam = is_spam(headers, desk)
    kind, automatic = _kind(loop, report, found, teams)
    sender = "" if form else envelope.sender
    against = tuple(_against(address, sender, checked, spam, desk))
    reported = (report.because,) if report else ()
    because = (*loop, *reported, *(finding.because for finding in found), *against)
    return Author(
        kind=kind,
        address=address,
        answerable=not because,
        because=tuple(dict.fromkeys(because)),
        automatic=automatic,
        bounce=report.bounce if report else None,
        authentication=checked,
        spam=spam,
        teams=teams,
    )


def _kind(
    loop: tuple[str, ...], report: Report | None, found: tuple[Finding, ...], teams: tuple[str, ...]
) -> tuple[AuthorKind, AutomaticKind | None]:
    if loop:
        return AuthorKind.LOOP, None
    if report is not None:
        if report.bounce is not None:
            return AuthorKind.BOUNCE, None
        return AuthorKind.AUTOMATIC, report.kind
    automatic = kind_of(found)
    if automatic is not None:
        return AuthorKind.AUTOMATIC, automatic
    return (AuthorKind.AGENT if teams else AuthorKind.CUSTOMER), None


def _single(headers: Sequence[Header], from_: tuple[Address, ...]) -> Address | None:
    """The only address of the only From: of two, an attacker would choose which one counts."""
    if len(from_) != 1 or len(values(headers, "from")) != 1:
        return None
    local, _, domain = from_[0].address.rpartition("@")
    return from_[0] if local and domain else None


def _reply_to(headers: Sequence[Header]) -> Address | None:
    """The one address of the one Reply-To: `a@b` or `Name <a@b>`; anything less plain is nobody."""
    found = values(headers, "reply-to")
    if len(found) != 1:
        return None
    name, angle, rest = found[0].strip().partition("<")
    address, closing, after = rest.partition(">") if angle else (name, ">", "")
    name = name.strip().strip('"') if angle else ""
    local, _, domain = address.strip().rpartition("@")
    plain = closing and not after and "@" not in name and not set(' ,;:<>()"\t') & set(address.strip())
    return Address(name, address.strip()) if plain and local and domain and "@" not in local else None


def _loop(
    headers: Sequence[Header], from_: tuple[Address, ...], envelope: Envelope, desk: Desk
) -> Iterator[str]:
    """Our own mail came back, or a mail goes round in circles."""
    if any(is_own(address.address, desk) for address in from_):
        yield "the mail comes from the desk's own address"
    elif first(headers, OWN_HEADER) and any(is_own(each, desk) for each in _senders(headers, envelope)):
        yield "the desk's own mail came back"
    if len(values(headers, "received")) > MAX_HOPS:
        yield f"the mail passed more than {MAX_HOPS} hosts"


def _senders(headers: Sequence[Header], envelope: Envelope) -> tuple[str, ...]:
    """Where an address of ours can stand in a mail of ours that something passed on."""
    reply_to = _reply_to(headers)
    return envelope.sender, first(headers, "sender").strip(), reply_to.address if reply_to else ""


def is_own(address: str, desk: Desk) -> bool:
    """The desk's address, an alias, or one of them with a +token."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in _folded((desk.address, *desk.aliases))


def teams_of(address: Address, teams: Sequence[Team]) -> tuple[str, ...]:
    """The teams whose mailbox it is, or one of whose `members` patterns it fits; proves nothing."""
    fits = {address.key, f"*@{address.key.rpartition('@')[2]}"}
    return tuple(team.name for team in teams if fits & _folded((team.mailbox, *team.members)))


def is_spam(headers: Sequence[Header], desk: Desk) -> bool:
    """A filter's verdict: a header of `spam_headers` whose value begins as configured."""
    return any(
        name == header.casefold() and value.strip().casefold().startswith(begins.casefold())
        for header, begins in desk.trust.spam_headers
        for name, value in headers
    )


def _against(
    address: Address | None, sender: str, checked: Authentication, spam: bool, desk: Desk
) -> Iterator[str]:
    """What speaks against an answer to a person."""
    if address is None:
        yield "the author is unknown: there is not exactly one From with one address"
    elif address.key in _folded(team.mailbox for team in desk.teams):
        yield "the author is a team's mailbox"
    if is_own(sender, desk):
        yield "the envelope sender is the desk's own address"
    if spam:
        yield "a filter marked the mail as spam"
    if checked is Authentication.FAIL:
        yield "the sender's address failed authentication"
    elif desk.trust.require_authentication == "everyone" and checked is not Authentication.PASS:
        yield "the sender's address is not authenticated"


def _folded(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(address.casefold() for address in addresses)
