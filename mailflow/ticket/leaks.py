"""What must not leave by accident in an answer to a customer: notes, our own block, addresses, secrets.

In come the text as a person wrote it and what is known around the ticket; out go findings, masked so that
they can be shown. It holds nothing and asks nobody: that follows from its findings. What stands on
the customer's side of the thread already is no leak. Linear in the texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from mailflow import identity
from mailflow.model import BLOCK_CLOSES, BLOCK_OPENS
from mailflow.ticket.credentials import Credential, credentials
from mailflow.ticket.fragments import fragments

MOST = 10  # findings: one is enough to hold an answer
_LOOKED_UP = 50  # suspects that are sought in the thread; an answer with more of them is asked about
_EXCERPT = 80


class LeakKind(StrEnum):
    NOTE = "note"
    BLOCK = "block"
    TOKEN = "token"
    ADDRESS = "address"  # of a team or a colleague
    CUSTOMER = "customer"  # another ticket's
    TICKET = "ticket"  # another customer's
    PASSWORD = "password"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Leak:
    """`excerpt` names the place without repeating a secret, empty for a mark of our block; `why` is a key for
    templates."""

    kind: LeakKind
    excerpt: str
    why: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """The addresses (case folded) and ticket numbers that a text names, to be looked up."""

    addresses: frozenset[str]
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around a ticket. Addresses in any case; nothing of it is ever shown.

    `customer_texts` is all that the customer's side has read or written. `other_customers` and
    `other_tickets` are those of the text's mentions that belong to other customers' tickets.
    """

    public: frozenset[str]  # the desk's address and aliases
    number: int = 0
    readers: frozenset[str] = frozenset()  # the customer and participants who were let in
    notes: tuple[str, ...] = ()
    customer_texts: tuple[str, ...] = ()
    inner_addresses: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    other_customers: frozenset[str] = frozenset()
    other_tickets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A leak unless `value` stands on the customer's side already; an empty one was sought before."""

    leak: Leak
    value: str = ""


def findings(text: str, known: Known) -> tuple[Leak, ...]:
    """What is wrong with the text, the first `MOST` of it, each once; empty for nearly all answers."""
    suspects = dict.fromkeys(one for find in _SEARCHES for one in find(text, known))
    told = _squeezed("\n".join(known.customer_texts)) if suspects else ""
    leaks = (
        one.leak
        for count, one in enumerate(suspects)
        if count >= _LOOKED_UP or not one.value or not _stands_in(one.value, told)
    )
    return tuple(islice(dict.fromkeys(leaks), MOST))


def _stands_in(value: str, told: str) -> bool:
    """The value, not only as a piece of a longer word."""
    return re.search(rf"(?<![^\W_]){re.escape(_squeezed(value))}(?![^\W_])", told) is not None


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"


def _masked(value: str) -> str:
    return value[: 2 if len(value) >= 8 else 1] + "…"


# --- What a text names ---------------------------------------------------------------------------

# Begins only where a run of such characters does: linear.
_ADDRESS = re.compile(r"(?<![\w.+%-])([\w.+%-]{1,64}+)@([\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}+)")
_NUMBER_ENDS = r"(?!\w|[-.,/]\d)"
_HASHED = re.compile(rf"(?<![\w/&])#(\d{{4,9}}){_NUMBER_ENDS}")  # the first ticket of a desk is 1001
_NAMED = re.compile(
    r"\b(?:ticket|vorgang|anfrage|case|request)s?[- ]?(?:(?:no|nr|number|nummer|id)\b)?[.:# ]{0,4}"
    rf"(?<!\d)(\d{{4,9}}){_NUMBER_ENDS}",
    re.IGNORECASE,
)
# "invoice #1234", "Auftrag #1234": numbers of other things.
_OTHER_THINGS = (
    "invoice rechnung order bestell auftrag kund customer account konto contract vertrag server vps node host "
    "port vlan issue bug pull commit build version rack disk error fehler code color farbe payment zahlung "
    "transa artikel article position product produkt item angebot quote offer beleg gutschrift credit seri"
)
_COUNTED = tuple(_OTHER_THINGS.split())


def mentions(text: str) -> Mentions:
    """What the pipeline has to look up before it asks for findings."""
    return Mentions(frozenset(_addresses(text)), frozenset(_numbers(text)))


def _addresses(text: str) -> dict[str, None]:
    return dict.fromkeys(
        f"{one[1].lstrip('._%+-')}@{one[2].rstrip('_-')}".casefold() for one in _ADDRESS.finditer(text)
    )


def _numbers(text: str) -> dict[int, None]:
    hashed = (one for one in _HASHED.finditer(text) if not _counts_others(text, one.start()))
    return dict.fromkeys(int(one[1]) for one in (*_NAMED.finditer(text), *hashed))


def _counts_others(text: str, at: int) -> bool:
    before = text[max(0, at - 40) : at].casefold().split()[-2:]
    return any(word.lstrip("([\"'").startswith(_COUNTED) for word in before)


# --- The searches --------------------------------------------------------------------------------


def _block(text: str, known: Known) -> Iterator[_Suspect]:
    """A mark of our block, sought in nothing but its letters: no quoting or wrapping hides it."""
    letters = _letters(text)
    for mark in (BLOCK_OPENS, BLOCK_CLOSES):
        if _letters(mark) in letters:
            yield _Suspect(Leak(LeakKind.BLOCK, "", "mark"))
            return


def _letters(text: str) -> str:
    return re.sub("[^a-z]+", "", text.casefold())


def _notes(text: str, known: Known) -> Iterator[_Suspect]:
    for fragment in fragments(text, known.notes, known.customer_texts):
        yield _Suspect(Leak(LeakKind.NOTE, _shortened(fragment), "fragment"))


# A Message-ID of ours proves a side of a ticket as a token does.
_MESSAGE_ID = re.compile(rf"(?<![^\W_])mf\.([a-z2-7]{{{identity.TOKEN_LENGTH}}})@", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def _tokens(text: str, known: Known) -> Iterator[_Suspect]:
    shaped = identity.tokens(_addresses(text), known.public)
    ours = {token.casefold() for token in known.tokens}
    loose = (one[0].casefold() for one in _WORD.finditer(text) if len(one[0]) == identity.TOKEN_LENGTH)
    for token in dict.fromkeys((*shaped, *(one for one in loose if one in ours))):
        why = "this_ticket" if token in ours else "shape"
        yield _Suspect(Leak(LeakKind.TOKEN, _masked(token), why), token)
    for found in _MESSAGE_ID.finditer(text):
        yield _Suspect(Leak(LeakKind.TOKEN, _masked(found[0]), "message_id"), found[1])


def _inner_addresses(text: str, known: Known) -> Iterator[_Suspect]:
    inner = _folded(known.inner_addresses) - _folded(known.public)
    for address in _addresses(text):
        if address in inner or _plain(address) in inner:
            yield _Suspect(Leak(LeakKind.ADDRESS, _shortened(address), "inner"), address)


def _plain(address: str) -> str:
    """Without a subaddress (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _folded(addresses: frozenset[str]) -> frozenset[str]:
    return frozenset(address.casefold() for address in addresses)


def _others(text: str, known: Known) -> Iterator[_Suspect]:
    others = _folded(known.other_customers) - _folded(known.readers) - _folded(known.public)
    for address in _addresses(text):
        if address in others:
            shown = f"{address[0]}…@{address.rpartition('@')[2]}"
            yield _Suspect(Leak(LeakKind.CUSTOMER, _shortened(shown), "other_customer"), address)
    numbers = [one for one in _numbers(text) if one in known.other_tickets and one != known.number]
    told = {one for read in known.customer_texts for one in _numbers(read)} if numbers else set()
    for number in dict.fromkeys(numbers):
        if number not in told:
            yield _Suspect(Leak(LeakKind.TICKET, f"#{number}", "other_ticket"))


_KEY_LABELS = ("key", "secret", "token", "psk", "schlüssel")


def _credentials(text: str, known: Known) -> Iterator[_Suspect]:
    for one in credentials(text):
        value = "" if one.why == "private_key" else one.value
        yield _Suspect(Leak(_kind(one), _shown(one), one.why), value)


def _kind(one: Credential) -> LeakKind:
    names_key = one.why in ("private_key", "access_key") or one.label.casefold().endswith(_KEY_LABELS)
    return LeakKind.KEY if names_key else LeakKind.PASSWORD


def _shown(one: Credential) -> str:
    if one.why == "private_key":
        return one.value
    return f"{one.label}: {_masked(one.value)}" if one.label else _masked(one.value)


_SEARCHES: tuple[Callable[[str, Known], Iterator[_Suspect]], ...] = (
    _block,
    _notes,
    _tokens,
    _inner_addresses,
    _others,
    _credentials,
)
