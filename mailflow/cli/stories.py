"""The three examples of the promise, in English and in German, as data for the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody answers the latest mail in their mailbox, and this brings mails of these kinds."""

    by: str
    text: str
    brings: tuple[str, ...]
    mailbox: str = "l1"  # of a colleague


@dataclass(frozen=True, slots=True)
class Story:
    """A request, and what follows until it is closed."""

    title: str
    bucket: str
    customer: str
    subject: str
    request: str
    steps: tuple[Step, ...]
    attribution: str


_WROTE = "On Tue, 24 Nov 2026 at 14:05, Example Hosting wrote:"
_SCHRIEB = "Am 24.11.2026 um 14:05 schrieb Example Hosting:"
_MAX, _SINA = "Max Support <max@example.com>", "Sina Admin <sina@example.com>"
_ERIKA, _OLE = "Erika Beispiel <erika@example.com>", "Ole Server <ole@example.com>"
_ANNA, _BOB, _CAROL = (
    "Anna Kunde <anna@customer.test>",
    "Bob Builder <bob@customer.test>",
    "Carol Admin <carol@customer.test>",
)
_DOERTE, _EMIL, _FRANZ = (
    "Dörte Müller <doerte@kundin.test>",
    "Emil Kunde <emil@kunde.test>",
    "Franz Technik <franz@kunde.test>",
)
_RESOLVED = ("resolution", "copy")
_CONFIRMED = ("closing", "forward")

STORIES = (
    Story(
        title='"Why was I charged twice?"',
        bucket="billing",
        customer=_ANNA,
        subject="Why was I charged twice?",
        request="Hello,\n\nmy card was charged twice for the October invoice, 12.90 EUR each time.\n"
        "Could you please refund one of the payments?\n\nAnna",
        steps=(
            Step(
                _MAX,
                "#resolve\nHello Anna,\n\nyou are right, the October invoice was paid twice. I have refunded "
                "12.90 EUR;\nit will be on your card within three days.\n\nBest wishes\nMax",
                _RESOLVED,
            ),
            Step(_ANNA, "Perfect, thank you for the quick help!\n\nAnna", _CONFIRMED),
        ),
        attribution=_WROTE,
    ),
    Story(
        title='"My VPS is slow"',
        bucket="vps",
        customer=_BOB,
        subject="My VPS is slow",
        request="Hi,\n\nsince this morning my VPS is very slow, every SSH command takes seconds.\n"
        "Load is at 14. I have not changed anything.\n\nBob",
        steps=(
            Step(
                _MAX,
                "Hi Bob,\n\nwhich of your servers is it, and since when exactly?\n"
                "Could you send us the output of `top -b -n1`?\n\nMax",
                ("reply", "copy"),
            ),
            Step(
                _BOB,
                "It is vps-4711, since about seven in the morning. No process stands out.\n\nBob",
                ("forward",),
            ),
            Step(
                _MAX,
                "#escalate sysadmins high steal, nothing to see inside the guest\n"
                "Thank you. I have done what I can from here, so I pass it on.",
                ("escalation", "handover", "copy"),
            ),
            Step(
                _SINA,
                "#resolve\nAnother guest on your host took the disks. We moved your VPS to a quiet host at 15:20;\n"
                "the load is at 0.3 now.",
                ("resolution", "copy"),
                mailbox="sys",
            ),
            Step(_BOB, "Yes, it works again. Thanks a lot!\n\nBob", _CONFIRMED),
        ),
        attribution=_WROTE,
    ),
    Story(
        title='"Can you configure a custom firewall rule set for my VPS?"',
        bucket="custom-config",
        customer=_CAROL,
        subject="Custom firewall rule set for my VPS",
        request="Hello,\n\ncan you configure a custom firewall rule set for my VPS? Only 22 and 443 from\n"
        "192.0.2.0/24, everything else closed.\n\nCarol",
        steps=(
            Step(
                _MAX,
                "Hello Carol,\n\nwith pleasure. Shall outgoing mail on port 587 stay open?\n\nMax",
                ("reply", "copy"),
            ),
            Step(_CAROL, "Yes please, 587 outgoing must stay open.\n\nCarol", ("forward",)),
            Step(
                _MAX,
                "#escalate\n#eta 20m\nOur administrators set this up for you now.",
                ("escalation", "handover", "copy"),
            ),
            Step(
                _SINA,
                "#resolve\nThe rules are active: 22 and 443 from 192.0.2.0/24, outgoing 587 open, all else closed.",
                ("resolution", "copy"),
                mailbox="sys",
            ),
            Step(_CAROL, "Confirmed, thank you!\n\nCarol", _CONFIRMED),
        ),
        attribution=_WROTE,
    ),
    Story(
        title="„Warum wurde zweimal abgebucht?“",
        bucket="billing",
        customer=_DOERTE,
        subject="Warum wurde zweimal abgebucht?",
        request="Guten Tag,\n\nfür die Rechnung vom Oktober wurde zweimal abgebucht, je 12,90 €.\n"
        "Bitte erstatten Sie mir einen der beiden Beträge.\n\nMit freundlichen Grüßen\nDörte Müller",
        steps=(
            Step(
                _ERIKA,
                "#erledigt\nGuten Tag Frau Müller,\n\nSie haben recht, die Rechnung wurde doppelt bezahlt. Ich habe\n"
                "12,90 € erstattet, das Geld ist in drei Tagen auf Ihrem Konto.\n\nViele Grüße\nErika Beispiel",
                _RESOLVED,
            ),
            Step(_DOERTE, "Vielen Dank für die schnelle Hilfe!\n\nDörte Müller", _CONFIRMED),
        ),
        attribution=_SCHRIEB,
    ),
    Story(
        title="„Mein VPS ist langsam“",
        bucket="vps",
        customer=_EMIL,
        subject="Mein VPS ist langsam",
        request="Hallo,\n\nseit heute Morgen ist mein VPS sehr langsam, jeder Befehl über SSH dauert Sekunden.\n"
        "Die Last liegt bei 14. Ich habe nichts geändert.\n\nEmil",
        steps=(
            Step(
                _ERIKA,
                "Hallo Emil,\n\num welchen Server geht es, und seit wann genau?\n"
                "Schicken Sie uns bitte die Ausgabe von `top -b -n1`?\n\nErika",
                ("reply", "copy"),
            ),
            Step(
                _EMIL,
                "Es ist vps-0815, seit etwa sieben Uhr. Kein Prozess fällt auf.\n\nEmil",
                ("forward",),
            ),
            Step(
                _ERIKA,
                "#eskalieren sysadmins viel Steal, im Gast ist nichts zu sehen\n"
                "Danke. Von hier aus habe ich getan, was ich kann, und gebe es weiter.",
                ("escalation", "handover", "copy"),
            ),
            Step(
                _OLE,
                "#erledigt\nEin anderer Gast hat die Platten belegt. Wir haben Ihren VPS um 15:20 auf einen ruhigen "
                "Host\numgezogen; die Last liegt jetzt bei 0,3.",
                ("resolution", "copy"),
                mailbox="sys",
            ),
            Step(_EMIL, "Ja, läuft wieder. Vielen Dank!\n\nEmil", _CONFIRMED),
        ),
        attribution=_SCHRIEB,
    ),
    Story(
        title="„Können Sie eigene Firewall-Regeln für meinen VPS einrichten?“",
        bucket="custom-config",
        customer=_FRANZ,
        subject="Eigene Firewall-Regeln für meinen VPS",
        request="Guten Tag,\n\nkönnen Sie für meinen VPS eigene Firewall-Regeln einrichten? Nur 22 und 443 aus\n"
        "192.0.2.0/24, alles andere zu.\n\nFranz",
        steps=(
            Step(
                _ERIKA,
                "Guten Tag,\n\ngern. Soll ausgehende Mail über Port 587 offen bleiben?\n\nErika",
                ("reply", "copy"),
            ),
            Step(_FRANZ, "Ja bitte, 587 ausgehend muss offen bleiben.\n\nFranz", ("forward",)),
            Step(
                _ERIKA,
                "#eskalieren\n#termin 20m\nUnsere Administratoren richten das jetzt für Sie ein.",
                ("escalation", "handover", "copy"),
            ),
            Step(
                _OLE,
                "#erledigt\nDie Regeln sind aktiv: 22 und 443 aus 192.0.2.0/24, ausgehend 587 offen, alles andere zu.",
                ("resolution", "copy"),
                mailbox="sys",
            ),
            Step(_FRANZ, "Passt, danke!\n\nFranz", _CONFIRMED),
        ),
        attribution=_SCHRIEB,
    ),
)
