"""Which language a mail is written in."""

from __future__ import annotations

import time

import pytest

from mailflow.message.language import detect, recognise

DESK = ("en", "de")

SHORT = {
    "de": """
        Server geht nicht
        Danke
        Danke, läuft wieder!
        nichts geht mehr
        Bitte um Rückruf
        Wann seid ihr fertig?
        Rechnung falsch
        VPS ist langsam
        Wo ist meine Gutschrift?
        passt, danke
        Warum wurde doppelt abgebucht?
        Hallo, mein Server ist nicht erreichbar
        Bitte kündigen
        Der Fehler besteht weiterhin
        Platte voll
        Festplatte defekt, bitte tauschen
        Koennen Sie das bitte pruefen?
        Passwort vergessen
        gibts was neues?
        kommt keine Mail an
        Das Problem ist gelöst
        SSH geht seit heute morgen nicht mehr
        Anbei der Zahlungsbeleg
        Ja bitte
        Nein, das stimmt so nicht
        Firewall-Regeln bitte wie besprochen einrichten
        Kein Ping, kein SSH, Konsole schwarz
        Guten Tag, ich brauche Hilfe bei der Anmeldung.
        Reverse DNS für 192.0.2.10 bitte auf mail.firma.example setzen
        Ich bin bis Montag nicht im Büro
    """,
    "en": """
        VPS down!!
        thanks, works now
        Thanks
        please call me back
        server is slow
        any news?
        still not working
        wrong invoice
        where is my refund
        it works again, thank you
        Why was I charged twice?
        Hello, my server is unreachable
        please cancel
        disk is full
        Could you check this please?
        forgot my password
        same problem again
        no mail comes in
        This is solved
        SSH stopped working this morning
        proof of payment attached
        yes please
        No, that's not right
        please set up the firewall rules as discussed
        Good morning, I need help with the login.
        Set the reverse DNS for 192.0.2.10 to mail.company.example
        I am out of the office until Monday
        HELP!!! everything is offline
        how much is the renewal?
        unsubscribe
    """,
    "fr": """
        Bonjour, mon serveur ne répond plus
        Merci beaucoup, cela fonctionne
        J'ai oublié mon mot de passe
        Où est ma facture ?
        Le VPS est très lent depuis ce matin
        Pourriez-vous vérifier s'il vous plaît ?
        j'ai ete debite deux fois pour la meme facture
    """,
    "es": """
        Hola, mi servidor no responde
        Muchas gracias, ya funciona
        He olvidado mi contraseña
        ¿Dónde está mi factura?
        El VPS va muy lento desde esta mañana
        ¿Podrían revisarlo, por favor?
    """,
    "it": """
        Buongiorno, il mio server non risponde
        Grazie mille, adesso funziona
        Ho dimenticato la mia password
        Dove trovo la fattura?
        Il VPS è molto lento da questa mattina
        Potreste controllare per favore?
    """,
    "nl": """
        Hallo, onze server is niet bereikbaar
        Bedankt, het werkt weer
        Ik ben mijn wachtwoord vergeten
        Waar vind ik de factuur?
        De VPS is erg traag sinds vanochtend
        Kunt u dit alstublieft nakijken?
    """,
    "pl": """
        Dzień dobry, mój serwer nie odpowiada
        Dziękuję, już działa
        Nie pamiętam hasła
        Gdzie jest moja faktura?
        Prosze o pomoc, serwer nie dziala od rana
    """,
    "pt": """
        Olá, o meu servidor não responde
        Muito obrigado, já funciona
        Esqueci a minha senha
        Onde está a minha fatura?
    """,
    "ru": """
        Здравствуйте, сервер не отвечает
        Спасибо, всё работает
        Забыл пароль
        Где мой счёт?
    """,
    "uk": """
        Добрий день, сервер не відповідає
        Дякую, все працює
    """,
    "cs": """
        Dobrý den, náš server nefunguje
        Děkuji, už to funguje
        Zapomněl jsem heslo
    """,
    "sv": """
        Hej, vår server svarar inte
        Tack, nu fungerar det igen
        Jag har glömt mitt lösenord
    """,
    "da": """
        Hej, vores server svarer ikke
        Tak, nu virker det igen
        Jeg har glemt min adgangskode
    """,
    "tr": """
        Merhaba, sunucumuz yanıt vermiyor
        Teşekkürler, şimdi çalışıyor
        Şifremi unuttum
    """,
}

TABLE = [
    (language, line.strip()) for language, lines in SHORT.items() for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("language", "text"), TABLE)
def test_a_desk_answers_in_its_languages_and_else_in_its_first(language: str, text: str) -> None:
    """German is German, English is English, any other language gives the first of the desk's."""
    assert detect(text, DESK) == (language if language in DESK else "en")


@pytest.mark.parametrize(("language", "text"), TABLE)
def test_a_desk_of_many_languages_finds_each(language: str, text: str) -> None:
    """With all languages to choose from, each short text finds its own."""
    assert detect(text, ("en", *(code for code in SHORT if code != "en"))) == language


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, text in TABLE if len(text.split()) > 4]
)
def test_a_sentence_is_recognised_among_all_languages(language: str, text: str) -> None:
    """A sentence is recognised, or there is no opinion: never a wrong one."""
    assert recognise(text) in (language, "")


def test_most_sentences_are_recognised() -> None:
    """No opinion is the exception among sentences of five words and more."""
    told = [recognise(text) for _, text in TABLE if len(text.split()) > 4]
    assert sum(map(bool, told)) >= 0.9 * len(told)


@pytest.mark.parametrize(
    "text", ["", "192.0.2.1", "ok", "???", "VPS", "server", "a@b.example", "\x00", "你好"]
)
def test_what_tells_nothing_has_no_language(text: str) -> None:
    """Numbers, addresses and words of every language give no opinion, and the desk's first language."""
    assert recognise(text) == ""
    assert detect(text, ("de", "en")) == "de"


def test_the_subject_helps_a_text_that_is_too_short() -> None:
    """A word or two of text are judged with the subject; a longer text is judged alone."""
    assert detect("ok", DESK, subject="Mein Server ist nicht erreichbar") == "de"
    assert detect("", DESK, subject="Rechnung fehlt noch immer") == "de"
    text = "Could you please have a look at the attached log?"
    assert detect(text, DESK, subject="Störung an unserem Server seit heute") == "en"


def test_log_lines_do_not_make_a_german_mail_english() -> None:
    """What programs print is English; the sentences around it decide."""
    log = "Nov 24 10:00:01 web1 kernel: [12345.678] ata1.00: failed command: READ FPDMA QUEUED\n" * 5
    assert (
        detect(f"Hallo, auf unserem Server sehen wir seit gestern das hier:\n{log}Bitte prüfen.", DESK)
        == "de"
    )


def test_a_desk_without_english_falls_back_to_its_own_first_language() -> None:
    """The first language of the desk is the fallback, whatever it is."""
    assert detect("Bonjour, mon serveur ne répond plus depuis hier", ("de", "it")) == "de"
    assert detect("Hello, our server is down since yesterday", ("de",)) == "de"


def test_a_desk_language_without_word_list_is_only_a_fallback() -> None:
    """A language without a list can be the first of a desk, and the others are still found."""
    assert detect("Wo bleibt die Rechnung?", ("xx", "de")) == "de"
    assert detect("Where is the invoice?", ("xx",)) == "xx"


@pytest.mark.parametrize(
    "text", ["a" * 2_000_000, "nicht " * 400_000, "ä\u0308" * 500_000, "x " * 1_000_000]
)
def test_any_length_is_quick(text: str) -> None:
    """Only the beginning of a text is read."""
    started = time.perf_counter()
    detect(text, DESK)
    assert time.perf_counter() - started < 0.5
