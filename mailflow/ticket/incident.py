"""Many tickets about the same thing: what a mail is about, and when so many at once are an incident.

Features of a mail go in with counts of how many customers share them, the shared ones come out. A
feature is a name (host, address, VPS, rack), a site (the city of a data center) or a mere word; a name
tells most. Linear in the text, of which it reads 8,000 characters. Pure; nothing is tied here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from enum import IntEnum
from ipaddress import ip_address, ip_network
from itertools import islice, pairwise

from mailflow.model import Event

LONGEST_TEXT = 8_000
LONGEST_NAME = 60  # of an incident, and of one feature that is worth remembering
MOST_FEATURES = 40
MOST_SHARED = 8

WINDOW = timedelta(minutes=30)  # so many customers within this time are noticed
USUAL = timedelta(hours=24)  # what the window is compared with
TIMES_USUAL = 4  # so many times as often as usual a feature must come up
QUIET = timedelta(hours=4)  # the same is not proposed again so soon
LASTS = timedelta(days=3)  # without a word of the team, an incident takes no more tickets after this


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
    sites = (_SITES[token] for token in folded if token in _SITES)
    words = (token for token in folded if _is_word(token))
    distinct = dict.fromkeys(one for kind in (names, sites, words) for one in kind)
    return frozenset(islice(distinct, MOST_FEATURES))


def tells(feature: str) -> Tells:
    if any(character in ".:0123456789" for character in feature):
        return Tells.NAME
    return Tells.SITE if feature in _CITIES else Tells.WORD


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
    everywhere = any(address in network for network in _EVERYWHERE)
    return () if everywhere else (str(address),)


def _host(host: str, own: str) -> tuple[str, ...]:
    labels = host.split(".")
    valid = all(label.replace("-", "").isalnum() and not label.startswith("-") for label in labels)
    top = labels[-1]
    if not valid or not 2 <= len(top) <= 24 or not top.replace("-", "").isalpha():
        return ()
    if top in _FILES or host in _KNOWN_TO_ALL or host == own:
        return ()
    return (host, *_identifier(labels[0])) if own and host.endswith(f".{own}") else (host,)


def _identifier(token: str) -> tuple[str, ...]:
    """ "vps-4711", "web03", "fra1": letters, then digits, however they are joined."""
    if not (len(token) >= 3 and token.isascii() and token[0].isalpha()):
        return ()
    plain = token.replace("-", "").replace("_", "").replace("#", "")
    kind = plain.rstrip("0123456789")
    if not plain.isalnum() or plain.isalpha() or kind in _COMMON:
        return ()
    return (plain,)


def _is_word(token: str) -> bool:
    return 4 <= len(token) <= 30 and token.replace("-", "").isalpha() and token not in _SAYS_NOTHING | _SITES.keys()


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


# --- Words ---------------------------------------------------------------------------------------

_EDGE = "\"'()[]{}<>.,;:!?*_-–—…«»„“”‚‘’`´#|\\+&%$§"
_APART = str.maketrans(dict.fromkeys("/,;()[]<>=|\"'\u00a0", " "))
# Before a number these make a name: "VPS 4711". A "server 2022" or "port 443" is none.
_NUMBERED = frozenset({"vps", "dc", "rz", "rack", "srv", "kvm"})
# With digits behind them these say what something is, not which one.
_COMMON = frozenset(
    ["ipv", "php", "mp", "mpeg", "sha", "utf", "windows", "win", "winserver", "ubuntu", "debian", "mysql", "mariadb", "postgres", "postgresql", "python", "port", "http", "https", "ext", "centos", "rocky", "alma", "almalinux", "fedora", "suse", "raid", "md", "eth", "ens", "enp", "eno", "wlan", "level", "ssd", "sata", "usb", "rfc", "error", "code", "fehler", "day", "days", "base", "x", "i", "v", "h", "ps", "iphone", "android", "office", "exchange", "core", "log", "wireguard", "route", "tls", "ssl", "ssh", "imap", "pop", "smtp", "socks", "nvme", "ddr", "gb", "mb", "tb", "mbit", "gbit", "ghz", "node", "nodejs", "java", "net", "dotnet"]
)
_FILES = frozenset(
    ["php", "html", "htm", "txt", "log", "conf", "cfg", "ini", "json", "xml", "yml", "yaml", "csv", "py", "sh", "js", "css", "jpg", "jpeg", "png", "gif", "svg", "pdf", "zip", "tar", "gz", "exe", "bat", "iso", "img", "sql", "bak", "doc", "docx", "xls", "xlsx", "eml", "service", "local", "lan", "localdomain"]
)
_KNOWN_TO_ALL = frozenset(
    ["google.com", "google.de", "gmail.com", "cloudflare.com", "github.com", "w3.org", "localhost.localdomain"]
)
_EVERYWHERE = tuple(
    ip_network(one)
    for one in (
        *(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
        ),
        *("255.0.0.0/8", "1.1.1.1", "8.8.8.8", "8.8.4.4", "::/127", "fe80::/10", "2001:4860:4860::/48"),
    )
)
# Where providers have their data centers, by every spelling.
_SITES: Mapping[str, str] = {
    spelling: spellings[0]
    for spellings in (
        group.split()
        for group in """
        frankfurt frankfurter; amsterdam amsterdamer; falkenstein falkensteiner; vienna wien wiener; paris pariser
        nuremberg nürnberg nuernberg nürnberger; munich münchen muenchen münchner; berlin berliner; warsaw warschau warszawa
        hamburg hamburger; düsseldorf duesseldorf düsseldorfer; cologne köln koeln kölner; karlsruhe karlsruher
        zurich zürich zuerich zürcher; geneva genf; london londoner; dublin dubliner; strasbourg straßburg strassburg
        helsinki; stockholm; copenhagen kopenhagen; oslo; prague prag prager; budapest; bucharest bukarest
        milan mailand milano; rome roma; madrid; barcelona; lisbon lissabon; marseille; roubaix; gravelines
        moscow moskau; petersburg; kyiv kiew; riga; vilnius; tallinn; istanbul; dubai; singapore singapur; tokyo tokio
        sydney; mumbai; ashburn; dallas; chicago; miami; phoenix; seattle; toronto; montreal; johannesburg; newark
        """.replace("\n", ";").split(";")
    )
    if spellings
    for spelling in spellings
}
_CITIES = frozenset(_SITES.values())
# What every such mail says, in English and German, whatever it is about.
_SAYS_NOTHING = frozenset(
    ["about", "after", "again", "already", "also", "always", "anything", "because", "been", "before", "below", "best", "better", "both", "cannot", "check", "could", "customer", "dear", "does", "doesn", "done", "down", "during", "ever", "every", "from", "good", "greetings", "have", "having", "hello", "help", "here", "http", "https", "immediately", "into", "just", "kind", "know", "last", "like", "long", "look", "looks", "make", "many", "maybe", "message", "minutes", "more", "most", "much", "must", "need", "never", "nothing", "once", "only", "other", "over", "please", "possible", "problem", "problems", "provider", "question", "quickly", "really", "regards", "request", "right", "same", "send", "seems", "server", "servers", "service", "should", "since", "some", "someone", "something", "soon", "still", "such", "support", "sure", "team", "tell", "thank", "thanks", "that", "their", "them", "then", "there", "these", "they", "thing", "this", "ticket", "time", "today", "tomorrow", "tried", "trouble", "trying", "until", "urgent", "using", "very", "vserver", "want", "website", "week", "well", "were", "what", "when", "where", "which", "while", "will", "wish", "with", "within", "without", "work", "working", "works", "would", "write", "yesterday", "your", "yours", "able", "being", "hours", "hour", "morning", "happening", "issue", "issues", "aber", "alle", "allem", "allen", "alles", "also", "andere", "anfrage", "auch", "bald", "bereits", "beste", "bitte", "brauche", "danke", "dann", "dass", "dein", "deine", "denn", "diese", "diesem", "diesen", "dieser", "dieses", "doch", "dringend", "eben", "eine", "einem", "einen", "einer", "eines", "einige", "etwas", "falls", "frage", "ganz", "geehrte", "geehrter", "geehrtes", "gerade", "gerne", "geht", "gestern", "grüße", "gruß", "gruss", "grüssen", "grüßen", "guten", "haben", "habe", "hallo", "hatte", "heute", "hier", "hilfe", "ihnen", "ihre", "ihrem", "ihren", "ihrer", "immer", "jetzt", "jemand", "kann", "kein", "keine", "keinen", "können", "könnten", "kunde", "liebe", "lieber", "mehr", "mein", "meine", "meinem", "meinen", "meiner", "meldung", "mich", "minuten", "mittag", "mfg", "möchte", "morgen", "muss", "nach", "nachricht", "nicht", "nichts", "noch", "nochmal", "oder", "problem", "probleme", "rufen", "schnell", "schon", "sehr", "sein", "seine", "seit", "selbst", "servus", "sich", "sind", "sobald", "sollte", "sonst", "stunden", "team", "tag", "tage", "nacht", "nächste", "über", "uhrzeit", "unser", "unsere", "unserem", "unseren", "unserer", "viel", "viele", "vielen", "vielleicht", "vom", "wann", "warum", "was", "wäre", "wegen", "weil", "welche", "wenn", "werden", "wieder", "wird", "wirklich", "wissen", "woche", "würde", "wurde", "zeit", "zurück", "zwei", "zwischen", "freundliche", "freundlichen", "freundlichem", "herren", "damen"]
)
