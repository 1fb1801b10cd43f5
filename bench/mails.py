"""Mail as customers write it, made from a seed: text, alternatives, attachments, replies in a thread.

Every mail carries a nonce in its Message-ID and in the first line of its text, by which the sink knows
what is made of it. Senders are distinct, except that who replies is who wrote.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

DESK = "support@example.com"
REPLIES = 0.3
_APART = 60  # mails between a mail and the reply to it: the first is on its way, or done
_HEADER = 600  # octets, about
_TOPICS = (
    ("The server is slow since yesterday", "server load slow disk response restart process memory"),
    ("Question about my last invoice", "invoice payment card charged refund amount receipt month"),
    ("DNS records of our domain", "domain record nameserver zone transfer expired registrar mail"),
    ("Cannot install the certificate", "certificate chain key browser warning renew install apache"),
    ("Moving our shop to a larger plan", "upgrade plan order migrate database backup traffic price"),
)
_WORDS = (
    "the a we our you your it this that is was has can could please when after before since with for "
    "from to of and but not again still customers office week morning website problem request help "
    "check look same other time page account password file user number today without because"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to the desk and the kinds of mail that must come of it."""

    nonce: int
    sender: str
    content: bytes
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Thread:
    nonce: int
    sender: str
    subject: str
    topic: str


def mails(count: int, size: int, seed: int = 1) -> tuple[Mail, ...]:
    """`count` mails of about `size` octets."""
    chance = random.Random(seed)
    opened: list[_Thread] = []
    made = []
    for nonce in range(count):
        if len(opened) > _APART and chance.random() < REPLIES * count / (count - _APART):
            thread = opened[chance.randrange(len(opened) - _APART)]
            made.append(_reply(nonce, thread, size, chance))
        else:
            opened.append(_Thread(nonce, f"kim.{nonce}@customer{nonce}.test", *chance.choice(_TOPICS)))
            made.append(_first(opened[-1], size, chance))
    return tuple(made)


def tag(nonce: int) -> str:
    return f"bench-{nonce:07}-"


def _message_id(nonce: int) -> str:
    return f"<{tag(nonce)}x@customer.test>"


def _first(thread: _Thread, size: int, chance: random.Random) -> Mail:
    mail = _headed(thread.nonce, thread.sender, thread.subject)
    _fill(mail, thread, size - _HEADER, chance)
    return Mail(thread.nonce, thread.sender, mail.as_bytes(), ("acknowledgement", "forward"))


def _reply(nonce: int, thread: _Thread, size: int, chance: random.Random) -> Mail:
    """A few new lines above all of what was written before."""
    mail = _headed(nonce, thread.sender, f"Re: {thread.subject}")
    mail["In-Reply-To"] = mail["References"] = _message_id(thread.nonce)
    new = _prose(thread.topic, size // 8, chance)
    old = "".join(f"> {line}\n" for line in _prose(thread.topic, size * 3 // 4, chance).splitlines())
    mail.set_content(_opening(nonce) + new + "\nOn Monday we wrote:\n" + old)
    return Mail(nonce, thread.sender, mail.as_bytes(), ("forward",))


def _headed(nonce: int, sender: str, subject: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Received"] = (
        "from mx.customer.test by mx.example.com with ESMTP; Mon, 2 Feb 2026 09:00:00 +0000"
    )
    mail["From"], mail["To"], mail["Subject"] = f"Kim Customer {nonce} <{sender}>", DESK, subject
    mail["Message-ID"] = _message_id(nonce)
    mail["Date"] = "Mon, 2 Feb 2026 09:00:00 +0000"
    return mail


def _fill(mail: EmailMessage, thread: _Thread, size: int, chance: random.Random) -> None:
    """Four in ten are plain text, four have HTML beside it, two an attachment."""
    form = chance.choices(("text", "alternative", "attachment"), (4, 4, 2))[0]
    share = {"text": size, "alternative": size // 3, "attachment": min(1500, size // 2)}[form]
    text = _opening(thread.nonce) + _prose(thread.topic, share, chance)
    mail.set_content(text)
    if form == "alternative":
        mail.add_alternative(_page(text, size - share, chance), subtype="html", cte="quoted-printable")
    elif form == "attachment":
        octets = chance.randbytes((size - share) * 3 // 4)
        mail.add_attachment(octets, maintype="image", subtype="png", filename="screen.png")
    if mail.is_multipart():
        mail.set_boundary(f"=_{thread.nonce}")  # the library's own is of no seed


def _opening(nonce: int) -> str:
    return f"Our reference is {tag(nonce)}x.\n\n"


def _prose(topic: str, size: int, chance: random.Random) -> str:
    """Lines of about 70 letters, with a word of the topic now and then, `size` octets in all."""
    words = f"{_WORDS} {topic}".split()
    lines: list[str] = []
    while size > 0:
        line = " ".join(chance.choices(words, k=12))[:70] + chance.choice((".", ",", ""))
        lines.append(line)
        size -= len(line) + 2
    return "\n".join(lines) + "\n"


def _page(text: str, size: int, chance: random.Random) -> str:
    """The text as HTML, with as much styling around it as mail programs add."""
    style = 'style="font-family:Arial;color:#{:06x}"'
    lines = [f"<p {style.format(chance.randrange(1 << 24))}>{line}</p>" for line in text.splitlines()]
    body = "\n".join(lines)[: max(200, size * 4 // 5)].rpartition("\n")[0]
    return f"<html><head><title>Mail</title></head><body>\n{body}\n</body></html>\n"
