"""Mails broken by chance, from a fixed seed: always one outcome, with values that can be stored."""

from __future__ import annotations

import random

from mailflow.errors import BeyondLimits
from mailflow.message.parse import decoded, parse

ORDINARY = """\
Received: from a.example by b.example; Mon, 22 Mar 1993 09:41:09 -0800
From: =?utf-8?q?J=C3=B6rg?= <j@example.com>
To: support@example.org, "A, B" <b@example.com>
Subject: =?utf-8?b?R3LDvMOfZQ==?=
Date: Mon, 22 Mar 1993 09:41:09 -0800
Message-ID: <1@example.com>
References: <0@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=out

--out
Content-Type: multipart/alternative; boundary="in"

--in
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe\x20
aus Ulm
--in
Content-Type: text/html; charset=iso-8859-1

<p>Gr\xfc\xdfe</p>
--in--
--out
Content-Type: application/pdf; name=a.pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*0*=utf-8''%E2%82%AC; filename*1=.pdf

JVBERi0xLjQ=
--out
Content-Type: message/rfc822

Subject: inner

inner text
--out--
""".replace("\n", "\r\n").encode("latin-1")
CRUMBS = (
    b"\0",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"\xff",
    b'"',
    b"--",
    b"--out",
    b"=?",
    b";",
    b"(",
    b"<",
    b"\x1b$B",
    b"*0*=",
)


def mutate(content: bytes, chance: random.Random) -> bytes:
    mail = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(mail) + 1)
        upto = at + chance.randint(0, 30)
        mail[at:upto] = chance.choice(
            (
                b"",
                mail[at:upto] * 3,
                chance.choice(CRUMBS),
                bytes([chance.randrange(256)]),
                mail[upto : upto + 40],
            )
        )
    return bytes(mail)


def test_mutations() -> None:
    """Every mutation is parsed, or refused for its size; strings are valid Unicode without NUL."""
    chance = random.Random(8)
    refused = 0
    for _ in range(600):
        content = mutate(ORDINARY, chance)
        try:
            parsed = parse(content)
        except BeyondLimits:
            refused += 1
            continue
        texts = [
            parsed.subject,
            parsed.text_plain,
            parsed.html,
            *(value for _, value in parsed.headers),
        ]
        texts += [
            word
            for box in (parsed.from_, parsed.to)
            for each in box
            for word in (each.name, each.address)
        ]
        texts += [
            word
            for part in parsed.attachments
            for word in (part.name, part.content_id, part.media_type)
        ]
        assert "\0" not in "".join(texts)
        "".join(texts).encode()
        for part in parsed.attachments:
            assert part.body.start + part.body.length <= len(content)
            decoded(content, part)
    assert refused < 10
