"""The words that tell languages apart: frequent ones, and those of short mails to a hosting desk.

Words in `EVERYWHERE` are written in any language's mail to such a desk and tell nothing.
"""

from __future__ import annotations

EVERYWHERE = """
    server vps vpn ssh dns ip ipv root mail email internet web website online offline login status
    admin backup firewall linux windows support ticket info host node vm vlan bgp raid cpu ram ssd
    nvme port router ping mtr kernel panic reboot url http https www com org net example test de en
    re fwd aw wg hotline panel domain cloud hosting ok vs nginx apache mysql debian ubuntu plesk
    cpanel outlook error timeout update upgrade iban sepa paypal
"""

WORDS: dict[str, str] = {
    "en": """
        the of and to a in is it you that was for on are with as i his they be at one have this from
        or had by but not what all were we when your can said there an each which she do how their
        if will up other about out many then them these so some her would make like him into time
        has look two more see no way could my than been who now find down did get come made may our
        hello hi dear please thanks thank regards best kind sincerely cheers cannot can't don't
        doesn't isn't i'm we're still since again working works broken help need want yesterday
        today tomorrow morning why where any also just after before customer invoice payment paid
        charged twice refund slow unreachable because should does too me us there's problem issue
        question order account address password forgot both fine good only until same very off over
        here soon sent received urgent asap access change set configure machine machines wrong went
        gone got reply answer great perfect done solved fixed cancel unsubscribe cheaper price bill
    """,
    "de": """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an
        werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum
        war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich wir ihr uns mir mich
        unser unsere unserem unseren ihre ihren ihnen mein meine meinen meinem hallo guten tag moin
        servus sehr geehrte geehrter damen herren liebe lieber bitte danke vielen dank grüße gruß
        freundlichen freundliche viele beste kann können könnten könnte möchte möchten geht läuft
        gehen funktioniert warum wann wo was wer seit heute gestern morgen wieder immer schon doch
        mal dann wenn weil denn rechnung zahlung konto kunde kundennummer bestellung kündigung
        mahnung gutschrift abgebucht zweimal doppelt langsam erreichbar platte festplatte voll
        störung ausfall dringend hilfe problem frage passwort vergessen ändern einrichten keine kein
        keinen nichts alles jetzt gerade zugriff verbindung maschine stimmt euch habt seid gibt ab
        worden sollte beide zwei drei eurer eure euer etwas leider diese dieser dieses abwesend büro
        urlaub erledigt gerne gern hier damit dazu dafür darf brauche brauchen benötigen zurück
        falsch teuer preis gekündigt anfrage antwort
    """,
    "fr": """
        le la les de des du un une et à en est que qui pour dans sur pas par plus au aux ce cette
        ces il elle nous vous je tu ils son sa ses leur mais ou où avec ne se si tout être avoir
        fait sont ai as avons avez ont été mon ma mes notre nos votre vos bonjour bonsoir merci
        cordialement salutations madame monsieur veuillez pouvez pourriez voudrais souhaite depuis
        matin hier aujourd'hui demain serveur facture paiement payé compte mot passe oublié lent
        panne inaccessible problème erreur aide urgent besoin comment pourquoi quand encore toujours
        rien très bien d'un d'une l'adresse j'ai n'est c'est qu'il même aussi après avant sans deux
        fois répond fonctionne marche client commande remboursement adresse réponse demande déjà
        puis était peut comme faire
    """,
    "es": """
        el la los las de del un una y a en es que para por con no se su sus lo al como más pero este
        esta esto son fue ha han hay está están muy ya o si me mi mis nos nuestro nuestra nuestros
        usted ustedes yo le les hola buenos buenas días tardes gracias saludos cordial estimado
        estimados señores favor podrían pueden puedo necesito necesitamos quisiera quiero desde ayer
        hoy mañana servidor factura pago pagado cuenta contraseña olvidado lento caído problema
        error ayuda urgente cómo cuándo dónde qué porque cuando también todo nada dos veces cobrado
        responde funciona cliente pedido devolución dirección respuesta sigue tengo tenemos hemos he
        sin sobre entre hasta ser tiene
    """,
    "it": """
        il lo la i gli le di del della dei delle un una e a in è che per con non si da dal dalla al
        alla sono ho ha abbiamo hanno questo questa come più ma anche se mi ci vi nostro nostra
        vostro vostra mio mia suo sua io noi voi buongiorno buonasera salve ciao grazie saluti
        cordiali distinti gentile gentili spettabile favore potete potreste vorrei vorremmo ieri
        oggi domani stamattina server fattura pagamento pagato conto account password dimenticato
        lento problema errore aiuto urgente quando dove perché molto tutto niente due volte
        addebitato risponde funziona cliente ordine rimborso indirizzo risposta ancora già essere
        stato stata nel nella sul sulla senza dopo prima raggiungibile gestione posso possiamo
        dell'account l'indirizzo c'è
    """,
    "nl": """
        de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit
        door over naar heb hebben heeft had was werd wordt worden kan kunnen kunt zou zouden wil
        willen wij we ik jij u uw jullie ons onze mijn zij hij deze dit die wat wie waar wanneer hoe
        waarom hallo goedemorgen goedendag beste geachte groet groeten vriendelijke dank bedankt
        alvast alstublieft graag sinds gisteren vandaag morgen vanochtend factuur betaling betaald
        rekening wachtwoord vergeten traag bereikbaar storing probleem fout hulp dringend spoed
        werkt niets alles twee keer dubbel afgeschreven klant bestelling adres antwoord vraag geen
        meer weer steeds al omdat zodat verhuizen nu toe reageert kantoor afwezig
    """,
    "pl": """
        i w na z do się nie to że jest o od po za co jak ale dla przez tak już tylko czy ten ta te
        tego tej być był była są mam mamy ma mój moja nasz nasza nasze państwo pan pani ja my wy
        dzień dobry witam cześć dziękuję dzięki pozdrawiam pozdrowienia proszę prosimy szanowni mogą
        możecie chciałbym chcemy potrzebujemy wczoraj dzisiaj dziś jutro rano serwer serwera faktura
        faktury fakturę płatność zapłacone konto hasło hasła wolno działa dziala problem błąd pomoc
        pilne kiedy gdzie dlaczego bardzo wszystko nic dwa razy dwukrotnie klient zamówienie zwrot
        adres odpowiedź ponieważ też jeszcze gdy oraz bez przy moim nam mi
    """,
    "pt": """
        o a os as de do da dos das um uma e em no na nos nas é que para por com não se seu sua ao à
        como mais mas este esta isto são foi há está estão muito já ou me meu minha nosso nossa você
        vocês eu nós ele ela olá bom boa dia tarde noite obrigado obrigada cumprimentos
        atenciosamente prezados favor poderiam podem posso preciso precisamos gostaria quero desde
        ontem hoje amanhã servidor fatura pagamento pago conta senha esqueci lento caiu problema
        erro ajuda urgente quando onde porque também tudo nada duas vezes cobrado responde funciona
        cliente pedido reembolso endereço resposta ainda tenho temos sem sobre entre até ser tem
        pelo pela manhã
    """,
    "ru": """
        и в не на я что с по это как но он она мы вы они все у к за из от о же для так то бы до при
        уже или если только когда где почему есть нет был была были будет мой моя наш наша наши ваш
        ваша вас нас мне вам нам меня здравствуйте добрый день вечер привет спасибо пожалуйста
        уважением просим прошу можно нужно хочу хотели сегодня вчера завтра сервер сервера счет
        оплата оплатили платеж пароль забыл медленно работает доступен отвечает проблема ошибка
        помогите срочно дважды списали клиент заказ возврат адрес ответ очень ещё еще после перед
    """,
    "uk": """
        і в не на я що з по це як але він вона ми ви вони всі у до за із від о же для так то би при
        вже або якщо тільки коли де чому є немає був була були буде мій моя наш наша ваш ваша вас
        нас мені вам нам добрий день привіт дякую будь ласка повагою просимо прошу можна потрібно
        хочу сьогодні вчора завтра сервер рахунок оплата пароль забув повільно працює доступний
        відповідає проблема помилка допоможіть терміново ще після
    """,
    "cs": """
        a se v na je že o s z do i to k za po od pro ale jak tak jako už jsem jsme jsou byl byla
        bylo být má mám máme není můj moje náš naše váš vaše já my vy dobrý den ahoj děkuji děkujeme
        díky pozdravem prosím prosíme můžete chtěl chceme potřebujeme včera dnes zítra ráno server
        serveru faktura platba zaplaceno účet heslo zapomněl pomalý nefunguje funguje dostupný
        problém chyba pomoc naléhavé kdy kde proč velmi všechno nic dvakrát zákazník objednávka
        vrácení adresa odpověď protože také ještě který která nám mi při
    """,
    "sv": """
        och i att det som en på är av för med den till inte om ett han men var jag från vi så kan
        har ni du man hade efter eller nu där mycket vid när hur varför mitt min vår vårt våra er
        ert hej tack hälsningar vänliga vänligen snälla skulle vill behöver sedan igår idag imorgon
        morse servern faktura betalning betalat konto lösenord glömt långsam nere fungerar svarar
        problem fel hjälp brådskande allt inget två gånger kund beställning återbetalning adress
        svar också igen bara eftersom detta denna över utan
    """,
    "da": """
        og i at det som en på er af for med den til ikke om et han men var jeg fra vi så kan har de
        du man havde efter eller nu der meget ved når hvordan hvorfor mit min vores jeres hej tak
        hilsen venlig venligst vil gerne behøver siden går dag morgen serveren faktura betaling
        betalt konto adgangskode glemt langsom nede virker svarer problem fejl hjælp haster alt
        intet to gange kunde bestilling refusion adresse svar også igen kun fordi dette denne uden
        hvad blev bliver været
    """,
    "tr": """
        ve bir bu da de için ile çok ne o ama gibi daha var yok en kadar ben biz siz sizin bizim
        benim değil mi mı olarak olan sonra önce her şey merhaba selam teşekkürler teşekkür ederim
        ederiz saygılarımla iyi günler lütfen sayın istiyorum istiyoruz gerekiyor dün bugün yarın
        sabah sunucu sunucumuz sunucuya fatura ödeme ödendi hesap şifre şifremi unuttum yavaş
        çalışmıyor erişilemiyor yanıt vermiyor sorun hata yardım acil neden nasıl nerede zaman iki
        kez müşteri sipariş iade adres cevap beri
    """,
}
