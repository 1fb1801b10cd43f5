"""Whether a customer's answer is only a "yes, it works" or a "thank you", in the languages we serve.

It errs towards no: one word that it does not know, a question or a "but", and a person shall read it.
Closing a ticket on a misread word would break the promise; asking once more does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

_MOST_WORDS = 25


class Assent(Enum):
    CONFIRMED = "confirmed"  # says that it works, or yes
    THANKS = "thanks"  # nothing but thanks
    NONE = "none"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONFIRMS = _words(
    "yes yep yeah ok okay works worked working solved resolved fixed sorted perfect great confirmed correct "
    "good fine excellent wonderful awesome done closed "
    "ja jawohl jep passt funktioniert geht klappt läuft gelöst behoben erledigt perfekt super prima "
    "bestätigt bestätige stimmt klasse wunderbar toll bestens geklappt geholfen hervorragend einwandfrei"
)
_THANKS = _words(
    "thanks thank thx cheers ty appreciated danke dank dankeschön bedanke merci vielen besten herzlichen herzlich"
)
# Words that may stand beside them and change nothing.
_FILLERS = _words(
    "it is it's its that that's this now all everything i we you your my our me us a an the for to and so very much "
    "many again with of in at just have has had been was were can may please close ticket request issue problem "
    "quick fast swift help support reply response answer team again server site website vps mail "
    "back up running online well indeed really lot again today already be will "
    "es ist das dies nun jetzt alles wieder ich wir sie ihnen ihr ihre ihren mir uns mein unser und so sehr viel "
    "mit für die der den dem eine einen schnelle schnellen rasche rasches schneller hilfe unterstützung antwort "
    "rückmeldung lösung bitte schließen schliessen können kann haben hat war sind team auch schon wirklich "
    "bin bei zu zum im am auf gut bedanken möchte mich nochmal nochmals server seite website mail mails "
    "einen schönen tag abend wünsche noch weiter so von euch dir dein deine eure"
)
_GREETINGS = _words(
    "hello hi hey dear hallo guten tag moin servus liebe lieber liebes sehr geehrte geehrter grüß gott"
)
_CLOSINGS = _words(
    "regards best kind kindest wishes sincerely yours greetings viele liebe grüße grüsse gruß gruss grüßen grüssen "
    "freundlichen freundliche freundlicher mit mfg lg vg hg beste schöne herzliche"
)
_MARKS = "".join({*".,;:!()*_-'\"", *"„“”👍🙂😊"})
_NAMED_AFTER = _THANKS | _GREETINGS | {"herr", "frau", "mr", "mrs", "ms"}


def read(text: str) -> Assent:
    """What the newly written text of an answer says, at most a few words long."""
    if "?" in text:
        return Assent.NONE
    lines = [list(_split(line)) for line in text.splitlines()]
    lines = [words for words in lines if words]
    if sum(map(len, lines)) > _MOST_WORDS:
        return Assent.NONE
    known: set[str] = set()
    for number, words in enumerate(lines):
        if known & (_CONFIRMS | _THANKS) and _is_farewell(words):
            continue
        if not _is_understood(words, first=number == 0):
            return Assent.NONE
        known.update(word.casefold() for word in words)
    if known & _CONFIRMS:
        return Assent.CONFIRMED
    return Assent.THANKS if known & _THANKS else Assent.NONE


def _split(line: str) -> Iterator[str]:
    for word in line.replace("’", "'").split():
        bare = word.strip(_MARKS)
        if bare:
            yield bare


def _is_understood(words: list[str], *, first: bool) -> bool:
    """Every word is known; a name may follow thanks or a greeting."""
    named = first and words[0].casefold() in _GREETINGS
    for word in words:
        folded = word.casefold()
        if folded in _CONFIRMS | _THANKS | _FILLERS | _GREETINGS:
            named = named or folded in _NAMED_AFTER
        elif not (named and word[:1].isupper()):
            return False
    return True


def _is_farewell(words: list[str]) -> bool:
    """A closing formula, or a name under it: "Best regards", "Anna Kunde"."""
    formula = all(word.casefold() in _CLOSINGS | _THANKS for word in words)
    return formula or (len(words) <= 3 and all(word[:1].isupper() for word in words))
