"""Passwords and keys in a text: what stands behind a word that announces one, and what looks like a key.

In comes a text, out go the values with where they stand. It tells a value from the sentences that only
speak of one ("Passwort: siehe SMS", "the password was reset"), and from placeholders of instructions.
A judgement by shape, linear in the text; it knows nobody's real passwords.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_REACH = 200  # characters behind a label in which its value stands
_TOKENS = 10  # words behind a label in which a value is sought
_LONGEST = 128


@dataclass(frozen=True, slots=True)
class Credential:
    """`why`: labelled, in_link, in_command, private_key, access_key. `label` announces the value, or is empty."""

    why: str
    label: str
    value: str


def credentials(text: str) -> Iterator[Credential]:
    """All that looks like a password or a key; a value may come more than once."""
    yield from _private_keys(text)
    for match in _KEYS.finditer(text):
        if not _PLACEHOLDER.search(match[0]):
            yield Credential("access_key", "", match[0])
    for why, pattern in (("in_link", _IN_LINK), ("in_command", _IN_COMMAND)):
        values = (match[1] for match in pattern.finditer(text))
        yield from (Credential(why, "", value) for value in values if _is_value(value))
    for match in _PASSWORD.finditer(text):
        yield from _labelled(match[0], text[match.end() : match.end() + _REACH])
    for match in _PAIR.finditer(text):
        if _is_coded(_bare(match[2])):
            yield Credential("labelled", match[1], _bare(match[2]))
    for match in _SECRET.finditer(text):
        if not _SHOWN_TO_ALL.search(text[max(0, match.start() - 30) : match.start(1)]):
            yield from _secret(match[1], match[2])


# --- Keys that show by themselves ----------------------------------------------------------------

_PEM = re.compile(r"BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY")
_MATERIAL = re.compile(r"[A-Za-z0-9+/=]{40}")  # of a key; instructions name only the marks around it
_KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"A(?:KI|SI)A[A-Z2-7]{16}(?![A-Z0-9])|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22}|"
    r"glpat-[\w-]{20}|xox[abeprs]-[\w-]{10}|[sr]k_live_[A-Za-z0-9]{16}|AIza[\w-]{35}|"
    r"sk-[A-Za-z0-9_-]{32}|SG\.[\w-]{16,32}\.[\w-]{16}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{40}|"
    r"AGE-SECRET-KEY-1[A-Z0-9]{20}|PuTTY-User-Key-File-\d|"
    r"eyJ[\w-]{10,400}\.eyJ[\w-]{10,1000}\.[\w-]{20}"
    r")[\w-]{0,100}"
)


def _private_keys(text: str) -> Iterator[Credential]:
    for mark in _PEM.finditer(text):
        if _MATERIAL.search(text, mark.end(), mark.end() + 600):
            yield Credential("private_key", "", mark[0])


# --- Passwords behind a word that announces them -------------------------------------------------

_PASSWORD = re.compile(
    r"(?:password|passwort|passwd|kennwort|passphrase|passcode|wachtwoord|contraseña|hasło|пароль|mot de passe|"
    r"(?<![^\W_])(?:pwd|pw|pass))(?![^\W_])|identified by|sshpass -p",
    re.IGNORECASE,
)
_COMMANDS = ("identified by", "sshpass -p")  # their value follows without a mark
_AROUND = " \t\r*_`"
# "Password:", "**Passwort**:", "Kennwort (neu) =", "pwd |", with at most a bracket before the mark.
_DIRECT = re.compile(
    r"[\"'*`_]{0,3}(?:[ \t]?\([^()\n]{1,40}\))?[\"'*`]{0,3}[ \t]{0,8}(?::=|=>|->|[:=|\t])"
)
# "password for root:", with a few words before the mark
_DISTANT = re.compile(r"[^:=|.!?\n]{1,40}[:=]")
# "the password is", "Passwort lautet", "password for root is now"
_VERB = re.compile(
    r"(?:[ \t]+(?!is\b|ist\b|lautet\b|to\b)[^\s.!?:]{1,30}){0,4}[ \t]+(?:is|ist|lautet|to|auf)\b"
    r"(?:[ \t]+(?:now|jetzt|nun|wieder))?:?",
    re.IGNORECASE,
)
_IS = re.compile(r"[ \t]+(?:is|ist|lautet)\b", re.IGNORECASE)
_IN_LINK = re.compile(r"://[^\s/:@]{1,64}+:([^\s/@]{1,64}+)@")
_IN_COMMAND = re.compile(
    r"(?<![\w-])[\w-]{1,32}+:([^\s'\"|]{4,128}+)['\"]?[ \t]{0,4}\|[ \t]{0,4}(?:sudo )?chpasswd"
)
_PAIR = re.compile(
    r"\b(login|logindaten|zugang|zugangsdaten|anmeldedaten|credentials|access|user)[ \t]{0,4}:[ \t]{0,8}"
    r"[^\s:/|]{1,64}(?:[ \t]{1,8}[/|][ \t]{1,8}|:)([^\s/|]{1,128})[ \t]{0,8}$",
    re.IGNORECASE | re.MULTILINE,
)


def _labelled(label: str, behind: str) -> Iterator[Credential]:
    line, _, below = behind.partition("\n")
    direct = _DIRECT.match(line)
    if direct or label.casefold() in _COMMANDS:
        rest = line[direct.end() :] if direct else line
        value = _value(rest) or ("" if rest.strip(_AROUND) else _value_below(below))
    else:
        value = _value_in_sentence(line)
        ends = line.strip(_AROUND)[-1:] in ("", ":")  # the value stands below
        value = value or (_value_below(below) if ends else "")
        value = "" if _NAMED.fullmatch(value) and not _IS.match(line) else value
    value = value or next((one for one in map(_bare, line.split()[:_TOKENS]) if _is_strong(one)), "")
    if value:
        yield Credential("labelled", label, value)


def _value(rest: str) -> str:
    """What stands right behind the mark: alone it is one, before further words only if it is no word."""
    first, *more = rest.lstrip(_AROUND + "\"'").split(maxsplit=1) or [""]
    value = _bare(first)
    alone = not more or more[0].startswith(("(", "/", "|", "-", "–", "["))
    fits = _is_value(value) if alone else _is_coded(value)
    return value if fits else ""


def _value_below(below: str) -> str:
    """A value on a line of its own below its label."""
    lines = [line for line in below.splitlines() if line.strip(" \t>|")][:1]
    words = lines[0].strip(" \t>|").split() if lines else []
    value = _bare(words[0]) if len(words) == 1 and not words[0].endswith(":") else ""
    return value if _is_coded(value) else ""


def _value_in_sentence(line: str) -> str:
    """`the password for root is Xyz12` at the end of a clause, `password for root: Xyz12`."""
    mark = _DISTANT.match(line) or _VERB.match(line)
    if mark is None:
        return ""
    first, *more = line[mark.end() :].split(maxsplit=1) or [""]
    ends = not more or first[-1:] in ".,;!" or more[0].startswith("(")
    value = _bare(first)
    return value if ends and _is_coded(value) else ""


# --- Other secrets behind a word that announces them ---------------------------------------------

_SECRET = re.compile(
    r"((?<![^\W_])(?:secret|client[ _-]secret|token|api[ _-]?key|access[ _-]?key|private[ _-]?key|"
    r"pre-?shared[ _-]?key|psk|secret[ _-]?key|key|schlüssel)(?![^\W_]))"
    r"[\"'*`]{0,3}[ \t]{0,4}(?::=|=>|[:=|\t])[ \t]{0,4}[\"'*`<]{0,3}([A-Za-z0-9+/_=.~-]{16,256}+)",
    re.IGNORECASE,
)
_SHOWN_TO_ALL = re.compile(
    r"public|öffentlich|site|host|licen[cs]e|lizenz|product|produkt|verif|challenge|fingerprint|dkim|acme",
    re.IGNORECASE,
)
_PUBLIC_KEYS = ("AAAAB3Nza", "AAAAC3Nza", "AAAAE2Vj", "MIIBI", "MIGf", "MIICI", "MFkw")


def _secret(label: str, value: str) -> Iterator[Credential]:
    value = value.strip(".,")
    steps = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value) if a.isalnum() and b.isalnum())
    looks_random = steps >= 4 and len(set(value)) >= 9
    if looks_random and not value.startswith(_PUBLIC_KEYS) and not _PLACEHOLDER.search(value):
        yield Credential("labelled", label, value)


# --- Whether a value is one ----------------------------------------------------------------------

_PLACEHOLDER = re.compile(
    r"example|beispiel|(?:^|[^a-z])(?:your|dein|ihr|mein|my|neues?|new)[-_. ]?(?:\w{0,10}[-_])?"
    r"(?:passwor[dt]|pass|pw|kennwort|secret|token|key)|placeholder|changeme|change_me|insert|x{4}|\*{3}|\.{3}|…",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SENTENCE = _words(
    "password passwort kennwort pass secret geheim passphrase authentication "
    "required erforderlich notwendig optional none keins keines nein ja yes no n/a na null true false on off "
    "unchanged unverändert unveraendert same gleich dasselbe changed geändert reset zurückgesetzt expired "
    "abgelaufen invalid ungültig valid gültig incorrect wrong falsch correct richtig set gesetzt unset empty leer "
    "missing fehlt unknown unbekannt bekannt known hidden redacted removed entfernt sent gesendet below above unten "
    "oben separately separat sms telefon phone post brief letter string str text varchar bool prompt "
    "disabled deaktiviert enabled aktiviert default standard locked gesperrt denied done erledigt ok okay "
    "login user username benutzername root admin email e-mail mail follows folgt see siehe todo tbd "
    "anything beliebig whatever recovery wiederherstellung vergessen forgotten forgot zurücksetzen ändern change "
    "copied attached anbei please bitte sudo"
)
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]+(?:[\[{}:-].*)?")
_MARKS = "\"'`*„“”‚‘’<>,;.:)]}"
_NUMERIC = re.compile(r"[\d.,:/+%-]+")
_SHAPED = re.compile(
    r"(?:https?:)?//.*|www\..*|.*@[\w-]+\.[\w.-]+|[~.]?/.*|[\w-]+(?:\.[\w-]+)+|[A-Za-z]:\\.*|"
    r"\d+[-–]?(?:[a-z]{1,7}|Zeichen|Stellen|Tage)|[^\W\d_]+(?:/[^\W\d_]+)+|[-–]{1,2}[A-Za-z].*|#\d+"
)
# A word with a number behind it, or a name of parts: Ubuntu-24.04, web01, vps-1234, sshd_config, SHA-256.
_NAMED = re.compile(r"[^\W\d_]+(?:[-_./ ]?[^\W\d_]+){0,4}+[-_.]?v?\d*(?:[.-]\d+)*[a-z]?")


def _bare(token: str) -> str:
    """A word of a text without the marks around it."""
    inner = token.strip().lstrip("\"'`*„“‚‘>").partition("</")[0]
    return inner.rstrip(_MARKS)[: _LONGEST + 1]


def _is_value(value: str) -> bool:
    """False for an empty or masked value, a variable, a placeholder, a link, a word about passwords."""
    if not 4 <= len(value) <= _LONGEST or not any(map(str.isalnum, value)) or len(set(value)) < 3:
        return False
    if value[0] in "<[{(%" or _VARIABLE.fullmatch(value):
        return False
    if "(" in value or "://" in value or _PLACEHOLDER.search(value):
        return False
    return value.casefold().strip("!?") not in _SENTENCE and not _is_shaped(value)


def _is_shaped(value: str) -> bool:
    """A link, address, path, host, date, duration or option. A lone number may be a password."""
    if _NUMERIC.fullmatch(value):
        return not value.isdigit()
    return _SHAPED.fullmatch(value) is not None


def _is_coded(value: str) -> bool:
    """A value that is no word: letters and digits, or a sign within letters."""
    if len(value) < 6 or not _is_value(value):
        return False
    letters, digits = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    signs = any(one in "!#$%&*?^~+=@\\" for one in value[:-1])
    return letters and (digits or signs)


def _is_strong(value: str) -> bool:
    """What nobody would take for a word or a name: small and capital letters and digits, well mixed."""
    if len(value) < 8 or not _is_coded(value) or _NAMED.fullmatch(value):
        return False
    kinds = [_kind(one) for one in value]
    steps = sum(a != b for a, b in pairwise(kinds))
    return {"upper", "lower", "digit"}.issubset(kinds) and steps >= 3


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "sign"
