"""The three examples of the promise, in English and in German, as data for the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """A request, the team's first answer, and the customer's next mail."""

    title: str
    bucket: str
    customer: str
    subject: str
    request: str
    agent: str
    answer: str
    next: str
    attribution: str


_WROTE = "On Tue, 24 Nov 2026 at 14:05, Example Hosting wrote:"
_SCHRIEB = "Am 24.11.2026 um 14:05 schrieb Example Hosting:"

STORIES = (
    Story(
        title='"Why was I charged twice?"',
        bucket="billing",
        customer="Anna Kunde <anna@customer.test>",
        subject="Why was I charged twice?",
        request="Hello,\n\nmy card was charged twice for the October invoice, 12.90 EUR each time.\n"
        "Could you please refund one of the payments?\n\nAnna",
        agent="Max Support <max@example.com>",
        answer="Hello Anna,\n\nyou are right, the October invoice was paid twice. I have refunded 12.90 EUR;\n"
        "it will be on your card within three days.\n\nBest wishes\nMax",
        next="Perfect, thank you for the quick help!\n\nAnna",
        attribution=_WROTE,
    ),
    Story(
        title='"My VPS is slow"',
        bucket="vps",
        customer="Bob Builder <bob@customer.test>",
        subject="My VPS is slow",
        request="Hi,\n\nsince this morning my VPS is very slow, every SSH command takes seconds.\n"
        "Load is at 14. I have not changed anything.\n\nBob",
        agent="Max Support <max@example.com>",
        answer="Hi Bob,\n\nwhich of your servers is it, and since when exactly?\n"
        "Could you send us the output of `top -b -n1`?\n\nMax",
        next="It is vps-4711, since about seven in the morning. The output is below.\n\nBob",
        attribution=_WROTE,
    ),
    Story(
        title='"Can you configure a custom firewall rule set for my VPS?"',
        bucket="custom-config",
        customer="Carol Admin <carol@customer.test>",
        subject="Custom firewall rule set for my VPS",
        request="Hello,\n\ncan you configure a custom firewall rule set for my VPS? Only 22 and 443 from\n"
        "192.0.2.0/24, everything else closed.\n\nCarol",
        agent="Max Support <max@example.com>",
        answer="Hello Carol,\n\nwith pleasure. Shall outgoing mail on port 587 stay open?\n\nMax",
        next="Yes please, 587 outgoing must stay open.\n\nCarol",
        attribution=_WROTE,
    ),
    Story(
        title="„Warum wurde zweimal abgebucht?“",
        bucket="billing",
        customer="Dörte Müller <doerte@kundin.test>",
        subject="Warum wurde zweimal abgebucht?",
        request="Guten Tag,\n\nfür die Rechnung vom Oktober wurde zweimal abgebucht, je 12,90 €.\n"
        "Bitte erstatten Sie mir einen der beiden Beträge.\n\nMit freundlichen Grüßen\nDörte Müller",
        agent="Erika Beispiel <erika@example.com>",
        answer="Guten Tag Frau Müller,\n\nSie haben recht, die Rechnung wurde doppelt bezahlt. Ich habe\n"
        "12,90 € erstattet, das Geld ist in drei Tagen auf Ihrem Konto.\n\nViele Grüße\nErika Beispiel",
        next="Vielen Dank für die schnelle Hilfe!\n\nDörte Müller",
        attribution=_SCHRIEB,
    ),
    Story(
        title="„Mein VPS ist langsam“",
        bucket="vps",
        customer="Emil Kunde <emil@kunde.test>",
        subject="Mein VPS ist langsam",
        request="Hallo,\n\nseit heute Morgen ist mein VPS sehr langsam, jeder Befehl über SSH dauert Sekunden.\n"
        "Die Last liegt bei 14. Ich habe nichts geändert.\n\nEmil",
        agent="Erika Beispiel <erika@example.com>",
        answer="Hallo Emil,\n\num welchen Server geht es, und seit wann genau?\n"
        "Schicken Sie uns bitte die Ausgabe von `top -b -n1`?\n\nErika",
        next="Es ist vps-0815, seit etwa sieben Uhr.\n\nEmil",
        attribution=_SCHRIEB,
    ),
    Story(
        title="„Können Sie eigene Firewall-Regeln für meinen VPS einrichten?“",
        bucket="custom-config",
        customer="Franz Technik <franz@kunde.test>",
        subject="Eigene Firewall-Regeln für meinen VPS",
        request="Guten Tag,\n\nkönnen Sie für meinen VPS eigene Firewall-Regeln einrichten? Nur 22 und 443 aus\n"
        "192.0.2.0/24, alles andere zu.\n\nFranz",
        agent="Erika Beispiel <erika@example.com>",
        answer="Guten Tag,\n\ngern. Soll ausgehende Mail über Port 587 offen bleiben?\n\nErika",
        next="Ja bitte, 587 ausgehend muss offen bleiben.\n\nFranz",
        attribution=_SCHRIEB,
    ),
)
