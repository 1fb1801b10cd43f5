"""Many tickets about the same thing: what a mail is about, and when so many at once are an incident.

Features of a mail go in with counts of how many customers share them, the shared ones come out. A
feature is a name (host, address, VPS, rack), a site (the city of a data center) or a mere word; a name
tells most. Linear in the text, of which it reads 8,000 characters. Pure; nothing is tied here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import IntEnum
from ipaddress import ip_address
from itertools import islice, pairwise

from mailflow.model import Event, Incident
from mailflow.ticket.incident_words import (
    CITIES,
    COMMON,
    EVERYWHERE,
    FILES,
    KNOWN_TO_ALL,
    SAYS_NOTHING,
    SITES,
)

LONGEST_TEXT = 8_000
LONGEST_NAME = 60  # of an incident, and of one feature that is worth remembering
MOST_FEATURES = 40
MOST_SHARED = 8

WINDOW = timedelta(minutes=30)  # so many customers within this time are noticed
USUAL = timedelta(hours=24)  # what the window is compared with
TIMES_USUAL = 4  # so many times as often as usual a feature must come up
QUIET = timedelta(hours=4)  # the same is not proposed again so soon
LASTS = timedelta(days=3)  # without a word of the team, an incident takes no more tickets after this

_EDGE = "\"'()[]{}<>.,;:!?*_-–—…«»„“”‚‘’`´#|\\+&%$§"
_APART = str.maketrans(dict.fromkeys("/,;()[]<>=|\"'\u00a0", " "))
# Before a number these make a name: "VPS 4711". A "server 2022" or "port 443" is none.
_NUMBERED = frozenset({"vps", "dc", "rz", "rack", "srv", "kvm"})


class Tells(IntEnum):
    """How much a feature tells, the most first."""

    NAME = 0
    SITE = 1
    WORD = 2


# How many customers must share a feature, and how many such features there must be.
_LEAST: Mapping[Tells, int] = {Tells.NAME: 5, Tells.SITE: 5, Tells.WORD: 10}
_TOGETHER: Mapping[Tells, int] = {Tells.NAME: 1, Tells.SITE: 1, Tells.WORD: 2}


# --- What a mail is about ------------------------------------------------------------------------


def features(subject: str, text: str, own: str = "") -> frozenset[str]:
    """At most 40 features of a mail, names first. `own` is the desk's domain: every mail may name it,
    and a host in it is known by its short name as well."""
    tokens = [
        token.strip(_EDGE) for token in f"{subject} {text[:LONGEST_TEXT]}".translate(_APART).split()
    ]
    folded = [token.casefold() for token in tokens if 0 < len(token) <= LONGEST_NAME]
    names = (name for before, token in pairwise(["", *folded]) for name in _names(before, token, own))
    sites = (SITES[token] for token in folded if token in SITES)
    words = (token for token in folded if _is_word(token))
    distinct = dict.fromkeys(one for kind in (names, sites, words) for one in kind)
    return frozenset(islice(distinct, MOST_FEATURES))


def tells(feature: str) -> Tells:
    if any(character in ".:0123456789" for character in feature):
        return Tells.NAME
    return Tells.SITE if feature in CITIES else Tells.WORD


def telling(found: Iterable[str]) -> tuple[str, ...]:
    """Without mere words."""
    return tuple(sorted(one for one in found if tells(one) is not Tells.WORD))


def _names(before: str, token: str, own: str) -> tuple[str, ...]:
    """The names in a token; "vps 4711" is one in two."""
    user, _, host = token.rpartition("@")
    if user not in ("", "root"):
        return ()  # a mail address: its domain says who writes, not what about
    if before in _NUMBERED and host.isascii() and host.isdigit() and len(host) > 1:
        return (before + host,)
    if host.count(":") == 1 and host.rpartition(":")[2].isdigit():
        host = host.partition(":")[0]
    if host.count(":") > 1 or host.replace(".", "").isdigit():
        return _address(host)
    if "." in host:
        return _host(host.removeprefix("www."), own)
    return _identifier(host)


def _address(text: str) -> tuple[str, ...]:
    try:
        address = ip_address(text)
    except ValueError:
        return ()
    everywhere = any(address in network for network in EVERYWHERE)
    return () if everywhere else (str(address),)


def _host(host: str, own: str) -> tuple[str, ...]:
    labels = host.split(".")
    valid = all(label.replace("-", "").isalnum() and not label.startswith("-") for label in labels)
    top = labels[-1]
    if not valid or not 2 <= len(top) <= 24 or not top.replace("-", "").isalpha():
        return ()
    if top in FILES or host in KNOWN_TO_ALL or host == own:
        return ()
    return (host, *_identifier(labels[0])) if own and host.endswith(f".{own}") else (host,)


def _identifier(token: str) -> tuple[str, ...]:
    """ "vps-4711", "web03", "fra1": letters, then digits, however they are joined."""
    if not (len(token) >= 3 and token.isascii() and token[0].isalpha()):
        return ()
    plain = token.replace("-", "").replace("_", "").replace("#", "")
    kind = plain.rstrip("0123456789")
    if not plain.isalnum() or plain.isalpha() or kind in COMMON:
        return ()
    return (plain,)


def _is_word(token: str) -> bool:
    distinctive = token not in SAYS_NOTHING and token not in SITES
    return distinctive and 4 <= len(token) <= 30 and token.replace("-", "").isalpha()


# --- What many share -----------------------------------------------------------------------------


def crowded(recent: Mapping[str, int]) -> frozenset[str]:
    """The features that enough customers share, `recent` being how many within WINDOW."""
    return frozenset(one for one, count in recent.items() if count >= _LEAST[tells(one)])


def shared(recent: Mapping[str, int], before: Mapping[str, int]) -> tuple[str, ...]:
    """What an incident is to be known by; empty: there is none. Only the most telling kind counts.

    `before` says how many customers came with a feature in the rest of USUAL: what always comes up in
    such numbers is no news.
    """
    windows = USUAL / WINDOW - 1
    unusual = [
        one for one in crowded(recent) if recent[one] * windows >= TIMES_USUAL * before.get(one, 0)
    ]
    for kind in Tells:
        found = sorted(
            (one for one in unusual if tells(one) is kind), key=lambda one: (-recent[one], one)
        )
        if len(found) >= _TOGETHER[kind]:
            return tuple(found[:MOST_SHARED])
    return ()


def fits(found: Collection[str], known_by: Collection[str]) -> bool:
    """Whether a mail is about what an incident is known by: one name or site, or half of the words."""
    common = set(found).intersection(known_by)
    if telling(known_by):
        return bool(telling(common))
    return bool(known_by) and len(common) >= max(_TOGETHER[Tells.WORD], (len(known_by) + 1) // 2)


def is_quiet(incident: Incident, at: datetime) -> bool:
    """True while the same is not proposed again: for some hours, and shortly after its end."""
    if incident.resolved_at:
        return at - incident.resolved_at < WINDOW
    return at - incident.at < QUIET


# --- What a team says ----------------------------------------------------------------------------


# Behind an incident's name on one line these are for all its customers.
FOR_EVERYONE = frozenset({"status", "resolve"})


def name(argument: str) -> str:
    """The incident's name as a team wrote it, with single blanks."""
    return " ".join(argument.split())


def for_everyone(event: Event) -> bool:
    """True if what the team wrote goes to every customer of an incident: `#incident NAME #status TEXT`
    on one line. Below each other, the second is about the ticket alone."""
    lines = [one.line for one in event.commands if one.name == "incident"]
    return any(one.line in lines and one.name != "incident" for one in event.commands)


def after(
    name: str,
    bucket: str,
    opened: Incident | None,
    proposed: Incident | None,
    found: Collection[str],
    at: datetime,
    *,
    resolves: bool,
) -> tuple[Incident, ...]:
    """The incident of this name and the proposal that goes into it, after a team had a word.

    `opened` is the one that was open before, `found` the features of the ticket that the team wrote on:
    an incident that nobody proposed is known by those.
    """
    resolved_at = at if resolves else None
    if opened is None:
        known_by = proposed.known_by if proposed else telling(found)[:MOST_SHARED]
        number = proposed.id if proposed else None
        return (Incident(name, bucket, known_by, at, resolved_at, number),)
    known_by = tuple(dict.fromkeys((*opened.known_by, *(proposed.known_by if proposed else ()))))
    merged = (replace(proposed, name=opened.name, resolved_at=at),) if proposed else ()
    return (replace(opened, known_by=known_by, at=at, resolved_at=resolved_at), *merged)
