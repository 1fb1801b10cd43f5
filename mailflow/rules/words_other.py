"""How customers of a hosting desk say things in further languages: phrases by concept.

Enough for the plain cases of French, Spanish, Italian, Dutch, Polish and Russian; all are looked for at
once, since a desk's languages are seldom all the languages that its customers write.
"""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "wish": """
        pourriez vous; pouvez vous; merci de; nous souhaitons; je souhaite; nous voudrions; je
        voudrais; nous aimerions; j aimerais; veuillez; nous avons besoin; j ai besoin; s il vous
        plait
    """,
    "set up": """
        configurer; configuration; mettre en place; mise en place; installer; activer; ouvrir ..
        port*; ajouter; créer; paramétrer; déployer
    """,
    "custom": """
        sur mesure; spécifique*; personnalis*; dédié; particulière
    """,
    "double charge": """
        débité deux fois; prélevé deux fois; facturé deux fois; payé deux fois; double prélèvement;
        double paiement; double facturation; deux fois; deux prélèvements; facturée deux fois
    """,
    "money back": """
        rembours*; avoir; dédommag*; note de crédit; geste commercial
    """,
    "invoice": """
        facture; factures; facturation; facturé; comptab*; reçu; bon de commande
    """,
    "payment": """
        paiement*; payer; payé; prélèvement*; prélevé; virement*; carte bancaire; carte; banque;
        rib; débit*; montant; euros; règlement
    """,
    "payment trouble": """
        paiement refusé; paiement .. échoué; carte .. refusée; impossible de payer
    """,
    "dunning": """
        relance; impayé*; mise en demeure; rappel de paiement; recouvrement; rappel; frais de retard
    """,
    "tax": """
        tva; numéro de tva; impôt*; hors taxe; autoliquidation
    """,
    "price": """
        prix; tarif*; remise; réduction
    """,
    "cancel": """
        résili*; annul*
    """,
    "price dispute": """
        contest*; augmentation; conteste; erreur de facturation
    """,
    "down": """
        inaccessible; injoignable; ne répond plus; ne répond pas; hors ligne; en panne; panne;
        indisponible; ne fonctionne plus; impossible de se connecter; plus accessible; ne démarre
        plus; coupure
    """,
    "slow": """
        lent; lente; lenteur*; très lent; ralenti*; charge
    """,
    "crash": """
        plante; planté; redémarr*; figé; bloqué; kernel panic
    """,
    "disk": """
        disque plein; disque; espace disque; lecture seule; raid dégradé; disque dur
    """,
    "network trouble": """
        perte de paquets; pertes de paquets; latence; réseau; mtr
    """,
    "locked out": """
        plus d accès; ssh; mode rescue; console; accès refusé
    """,
    "hardware": """
        matériel; alimentation; mémoire; défaillant*
    """,
    "broken": """
        depuis ce matin; depuis hier; problème*; erreur*; urgent; en urgence; ne marche plus; ne
        marche pas
    """,
    "server": """
        serveur*; vps; machine
    """,
    "network set-up": """
        vlan*; sous réseau*; réseau privé; ip failover; bgp; tunnel
    """,
    "rules": """
        pare feu; règles; firewall; filtrage; ports
    """,
    "reverse dns": """
        reverse dns; rdns; ptr
    """,
    "system set-up": """
        partition*; raid; iso; noyau
    """,
    "service set-up": """
        vpn; ipsec; répartiteur; répartition de charge; load balancer; sauvegarde*; migration;
        réplication
    """,
    "panel": """
        mot de passe; identifiant*; espace client; connexion; compte client; me connecter;
        réinitialis*
    """,
    "domain": """
        domaine*; nom de domaine; certificat*; boite mail; messagerie; hébergement; webmail
    """,
    "question before": """
        proposez vous; avant de commander; souhaite commander; quel serveur; offre*; devis;
        localisation*; centre de données; renseignement*
    """,
    "how to": """
        comment; comment faire; une question; où puis je; où trouver
    """,
    "account data": """
        changer .. adresse; nouvelle adresse; coordonnées; titulaire; raison sociale; changement d
        adresse
    """,
    "law": """
        rgpd; données personnelles; suppression .. données
    """,
    "abuse": """
        hameçonnage; abus; phishing; pourriel; frauduleux
    """,
    "feedback": """
        merci beaucoup; merci pour votre; félicitations; satisfait; bravo; retour d expérience
    """,
    "automatic reply": """
        absent*; absence; réponse automatique; message automatique; en congé; congés; de retour le;
        désabonn*; lettre d information; je suis actuellement; ne pas répondre
    """,
    "person": """
        candidature; stage; emploi; horaires; presse; journaliste; téléphone
    """,
    "waiting": """
        des nouvelles; toujours pas de réponse; besoin d aide; me rappeler; aide
    """,
}

SPANISH: dict[str, str] = {
    "wish": """
        podrían; podrian; pueden; por favor; necesitamos; necesito; queremos; quisiera; quisiéramos;
        nos gustaría; me gustaría; solicitamos; solicito
    """,
    "set up": """
        configurar; configuración; instalar; activar; añadir; crear; habilitar; abrir .. puerto*;
        configuren
    """,
    "custom": """
        a medida; personalizad*; específic*; especial; propio; propia
    """,
    "double charge": """
        cobrado dos veces; doble cargo; doble cobro; pagado dos veces; cargado dos veces; dos veces;
        facturado dos veces; duplicad*
    """,
    "money back": """
        reembols*; devolución; devolver .. dinero; nota de crédito; abono; compensación; factura
        rectificativa
    """,
    "invoice": """
        factura; facturas; facturación; recibo; contab*; número de pedido
    """,
    "payment": """
        pago; pagos; pagar; pagado; tarjeta; transferencia; domiciliación; cobro; cargo; cobrado;
        banco; importe; euros
    """,
    "payment trouble": """
        pago rechazado; tarjeta rechazada; no puedo pagar; tarjeta .. rechazada
    """,
    "dunning": """
        impag*; recordatorio de pago; reclamación de pago; vencid*; morosidad
    """,
    "tax": """
        iva; nif; cif; impuesto*; identificación fiscal; fiscal; fiscales; hacienda; retención
    """,
    "price": """
        precio*; descuento; tarifa*; coste
    """,
    "cancel": """
        cancelar; cancelación; dar de baja; baja
    """,
    "down": """
        caído; no responde; inaccesible; fuera de línea; no funciona; no podemos acceder; no puedo
        acceder; no carga; sin conexión; desconectado; no arranca; no está disponible
    """,
    "slow": """
        lento; lenta; lentitud; muy lento; va lento; rendimiento; carga alta
    """,
    "crash": """
        bloquea*; colgado; reinici*; se cuelga; kernel panic
    """,
    "disk": """
        disco lleno; disco; espacio en disco; solo lectura
    """,
    "network trouble": """
        pérdida de paquetes; latencia; red; mtr
    """,
    "locked out": """
        ssh; no puedo entrar; acceso denegado; consola; modo rescate
    """,
    "broken": """
        desde esta mañana; desde ayer; problema*; error*; urgente; desde hoy
    """,
    "server": """
        servidor*; vps; máquina
    """,
    "network set-up": """
        vlan*; subred*; red privada; bgp; túnel; enrutar
    """,
    "rules": """
        cortafuegos; reglas; firewall; puertos; filtrado
    """,
    "reverse dns": """
        dns inverso; rdns; ptr; resolución inversa
    """,
    "system set-up": """
        partici*; raid; iso; kernel; núcleo
    """,
    "service set-up": """
        vpn; ipsec; balanceador*; balanceo; copias de seguridad; migración; replicación
    """,
    "panel": """
        contraseña*; área de cliente*; panel; iniciar sesión; usuario; acceso al panel
    """,
    "domain": """
        dominio*; certificado*; correo electrónico; buzón; alojamiento; hosting web
    """,
    "question before": """
        ofrecen; antes de contratar; quiero contratar; qué plan; presupuesto; ubicacion*; centro de
        datos; me interesa; interesad*; información sobre
    """,
    "how to": """
        cómo; cómo puedo; una pregunta; una duda; dónde puedo
    """,
    "account data": """
        cambiar .. dirección; nueva dirección; datos de contacto; titular; razón social
    """,
    "law": """
        rgpd; protección de datos; datos personales
    """,
    "abuse": """
        abuso; phishing; fraude; suplantación
    """,
    "feedback": """
        muchas gracias; felicit*; gracias por; contento; satisfech*
    """,
    "automatic reply": """
        fuera de la oficina; respuesta automática; ausente; vacaciones; estaré de vuelta; mensaje
        automático; darme de baja; boletín; no responda; regreso
    """,
    "person": """
        currículum; empleo; prácticas; horario*; prensa; teléfono
    """,
    "waiting": """
        alguna novedad; sigo esperando; ayuda; me llamen; contacten
    """,
}

ITALIAN: dict[str, str] = {
    "wish": """
        potreste; potete; per favore; vorremmo; vorrei; abbiamo bisogno; ho bisogno; chiediamo;
        chiedo; cortesemente; si prega; gentilmente
    """,
    "set up": """
        configurare; configurazione; installare; attivare; aggiungere; creare; impostare; aprire ..
        porte; predisporre; abilitare
    """,
    "custom": """
        su misura; personalizzat*; specific*; dedicat*; particolare
    """,
    "double charge": """
        addebitato due volte; doppio addebito; doppio pagamento; pagato due volte; due volte;
        fatturato due volte
    """,
    "money back": """
        rimbors*; nota di credito; note di credito; accredito; risarcimento; storno; stornare
    """,
    "invoice": """
        fattura; fatture; fatturazione; ricevuta; contabil*; codice destinatario; sdi; ordine di
        acquisto
    """,
    "payment": """
        pagamento; pagamenti; pagare; pagato; carta di credito; carta; bonifico; addebit*; importo;
        banca; euro
    """,
    "payment trouble": """
        pagamento rifiutato; carta rifiutata; pagamento fallito; pagamento non
    """,
    "dunning": """
        sollecito; insolut*; scadut*; mora; recupero crediti
    """,
    "tax": """
        iva; partita iva; codice fiscale; imposta; reverse charge; fiscale
    """,
    "price": """
        prezzo; prezzi; sconto; tariffa; costo; costi
    """,
    "cancel": """
        disdetta; annull*; disdire; recesso
    """,
    "down": """
        irraggiungibile; non raggiungibile; non risponde; offline; non funziona; down; non si
        accende; non riusciamo ad accedere; non riesco ad accedere; non parte; caduto; non si avvia
    """,
    "slow": """
        lento; lenta; lentezza; lentissimo; rallent*; prestazioni; carico
    """,
    "crash": """
        bloccato; riavvi*; blocca; si blocca; kernel panic
    """,
    "disk": """
        disco pieno; disco; spazio su disco; sola lettura; spazio esaurito
    """,
    "network trouble": """
        perdita di pacchetti; latenza; rete; mtr; pacchetti persi
    """,
    "locked out": """
        ssh; accesso negato; console; modalità rescue; chiuso fuori
    """,
    "broken": """
        da stamattina; da ieri; problema; problemi; errore; errori; urgente; guasto; non va; da
        questa mattina; da stanotte
    """,
    "server": """
        server; vps; macchina
    """,
    "network set-up": """
        vlan*; sottorete; rete privata; bgp; tunnel
    """,
    "rules": """
        firewall; regole; porte; filtro
    """,
    "reverse dns": """
        reverse dns; dns inverso; rdns; ptr
    """,
    "system set-up": """
        partizion*; raid; iso; kernel
    """,
    "service set-up": """
        vpn; ipsec; bilanciatore; bilanciamento; backup; migrazione; replica
    """,
    "panel": """
        password; area clienti; pannello; accesso al pannello; utente; credenziali
    """,
    "domain": """
        dominio; domini; certificato; casella; posta elettronica; posta; hosting
    """,
    "question before": """
        offrite; prima di ordinare; vorrei ordinare; quale piano; preventivo; data center;
        interessat*; informazioni
    """,
    "how to": """
        come; come posso; una domanda; dove trovo; dove posso
    """,
    "account data": """
        cambiare .. indirizzo; nuovo indirizzo; dati di contatto; intestatario; ragione sociale;
        anagrafic*; aggiornare .. dati; modifica .. dati; cambio .. indirizzo
    """,
    "law": """
        gdpr; dati personali; privacy
    """,
    "abuse": """
        abuso; phishing; truffa
    """,
    "feedback": """
        grazie mille; complimenti; soddisfatt*; grazie per
    """,
    "automatic reply": """
        fuori ufficio; risposta automatica; assente; ferie; sarò di ritorno; rientr*; messaggio
        automatico; disiscri*; non rispondere
    """,
    "person": """
        candidatura; curriculum; lavoro; orari; stampa; telefono
    """,
    "waiting": """
        novità; aspett*; aiuto; richiamare; contattarmi
    """,
}

DUTCH: dict[str, str] = {
    "wish": """
        graag; kunt u; kunnen jullie; kan u; zou u; zouden jullie; wij willen; ik wil; we willen;
        wij zouden; ik zou; alstublieft; verzoek; wij hebben .. nodig; we hebben .. nodig; ik heb ..
        nodig
    """,
    "set up": """
        instellen; inrichten; configureren; configuratie; installeren; activeren; toevoegen;
        aanmaken; openzetten; opzetten; ingericht
    """,
    "custom": """
        op maat; maatwerk; specifiek*; afwijkend*; eigen; aangepast*
    """,
    "double charge": """
        twee keer; dubbel afgeschreven; dubbele afschrijving; dubbel betaald; dubbel gefactureerd;
        dubbele factuur; tweemaal
    """,
    "money back": """
        terugbetal*; creditnota; restitutie; vergoeding; geld terug; terugstort*; crediteren;
        creditfactuur; compensatie
    """,
    "invoice": """
        factuur; facturen; facturatie; gefactureerd; boekhoud*; bon; factuur*; inkoopnummer
    """,
    "payment": """
        betaling*; betalen; betaald; incasso; afgeschreven; creditcard; ideal; overgemaakt;
        overboeking; bank; bedrag; euro; automatische incasso
    """,
    "payment trouble": """
        betaling mislukt; betaling geweigerd; betaling .. mislukt; kaart .. geweigerd
    """,
    "dunning": """
        aanmaning; herinnering; betalingsherinnering; achterstand; incassobureau; openstaand*
    """,
    "tax": """
        btw; btw nummer; belasting*; verlegd
    """,
    "price": """
        prijs; prijzen; korting; tarief; kosten
    """,
    "cancel": """
        opzegg*; opzeggen; annuler*; beeindig*
    """,
    "down": """
        onbereikbaar; niet bereikbaar; reageert niet; niet meer bereikbaar; ligt plat; offline;
        down; werkt niet; werkt niet meer; doet het niet; geen verbinding; uitgevallen; start niet;
        storing; ligt eruit
    """,
    "slow": """
        traag; trage; langzaam; traagheid; hoge load; prestaties
    """,
    "crash": """
        vastgelopen; loopt vast; herstart*; crash*; gecrasht; kernel panic; hangt
    """,
    "disk": """
        schijf vol; schijf; schijfruimte; alleen lezen; harde schijf; opslag vol
    """,
    "network trouble": """
        pakketverlies; latency; netwerk; mtr; packet loss
    """,
    "locked out": """
        ssh; buitengesloten; geen toegang; console; rescue
    """,
    "broken": """
        sinds vanochtend; sinds gisteren; probleem; problemen; fout*; dringend; spoed; defect;
        kapot; sinds vanmorgen
    """,
    "server": """
        server; servers; vps; machine
    """,
    "network set-up": """
        vlan*; subnet*; prive netwerk; bgp; tunnel; intern netwerk; private netwerk
    """,
    "rules": """
        firewall*; regels; poorten; filter
    """,
    "reverse dns": """
        reverse dns; rdns; ptr
    """,
    "system set-up": """
        partitie*; raid; iso; kernel
    """,
    "service set-up": """
        vpn; ipsec; load balancer; loadbalancer; back up; backup*; migratie; replicatie
    """,
    "panel": """
        wachtwoord; klantenpaneel; klantomgeving; paneel; inloggen; gebruiker; controlepaneel
    """,
    "domain": """
        domein*; domeinnaam; certificaat; mailbox; webhosting; verhuiscode; verhuizen; verhuizing; e
        mail
    """,
    "question before": """
        bieden jullie; biedt u; voor .. bestel*; welk pakket; offerte; datacenter*; interesse;
        informatie
    """,
    "how to": """
        hoe; hoe kan ik; een vraag; waar vind ik; waar kan ik
    """,
    "account data": """
        adres wijzigen; nieuw adres; contactgegevens; tenaamstelling; bedrijfsnaam
    """,
    "law": """
        persoonsgegevens; verwerkersovereenkomst
    """,
    "abuse": """
        misbruik; phishing; oplichting
    """,
    "feedback": """
        hartelijk dank; bedankt voor; compliment*; tevreden; dank u wel
    """,
    "automatic reply": """
        afwezig*; automatisch antwoord; niet op kantoor; vakantie; weer aanwezig;
        zwangerschapsverlof; verlof; automatisch bericht; uitschrijven; nieuwsbrief; tot en met;
        weer bereikbaar
    """,
    "person": """
        sollicitatie; vacature; stage; openingstijden; telefonisch; pers
    """,
    "waiting": """
        nog geen antwoord; hulp; terugbellen; is er nieuws
    """,
}

POLISH: dict[str, str] = {
    "wish": """
        proszę; prosze; prosimy; prośba; czy możecie; czy mogą; czy moglibyście; potrzebujemy;
        potrzebuję; chcielibyśmy; chciałbym; chciałabym; chcemy
    """,
    "set up": """
        skonfigur*; konfigur*; ustawi*; włącz*; zainstal*; dodać; utworz*; uruchomi*; otwor*
    """,
    "custom": """
        niestandardow*; indywidualn*; własn*; dedykowan*
    """,
    "double charge": """
        dwa razy; dwukrotnie; podwójn*; pobrano dwa; dwukrotn*
    """,
    "money back": """
        zwrot; zwrotu; zwróc*; korekt*; rekompensat*; nota kredytowa
    """,
    "invoice": """
        faktur*; rachunek; rachunk*; księgow*; ksiegow*
    """,
    "payment": """
        płatnoś*; platnos*; zapłac*; zaplac*; przelew*; karta; kartą; karty; pobran*; opłat*;
        oplat*; kwot*; bank*; zł
    """,
    "payment trouble": """
        płatność odrzucona; odrzucon*; nie mogę zapłacić
    """,
    "dunning": """
        wezwanie do zapłaty; przypomnienie; zaległ*; windykac*; monit
    """,
    "tax": """
        vat; nip; podat*
    """,
    "price": """
        cena; ceny; rabat; zniżk*; koszt*
    """,
    "cancel": """
        rezygn*; anulow*; wypowied*
    """,
    "down": """
        nie działa; nie dziala; niedostępn*; niedostepn*; nie odpowiada; offline; brak połączenia;
        brak polaczenia; padł; padl; awari*; nie startuje; nie wstaje; nie mogę się połączyć
    """,
    "slow": """
        wolno; wolny; powoli; muli; wydajnoś*; obciążen*; powolny
    """,
    "crash": """
        zawiesz*; restart*; wiesza; kernel panic; resetuje; reboot; pętl*; petl*
    """,
    "disk": """
        dysk; dysku; brak miejsca; tylko do odczytu; dyski
    """,
    "network trouble": """
        utrata pakiet*; straty pakiet*; opóźnien*; sieć; siec; sieci; mtr
    """,
    "locked out": """
        ssh; brak dostępu; brak dostepu; konsol*; rescue
    """,
    "broken": """
        od rana; od wczoraj; problem*; błąd*; blad*; pilne; pilnie; dzisiaj; od dzisiaj; usterk*
    """,
    "server": """
        serwer*; vps; maszyn*
    """,
    "network set-up": """
        vlan*; podsie*; sieć prywatna; bgp; tunel*
    """,
    "rules": """
        firewall*; zapor*; reguł*; porty; portów
    """,
    "reverse dns": """
        reverse dns; rdns; ptr; revdns
    """,
    "system set-up": """
        partycj*; raid; iso; kernel; jądr*
    """,
    "service set-up": """
        vpn; ipsec; load balancer; kopi* zapasow*; backup*; migracj*; replikacj*
    """,
    "panel": """
        hasł*; haslo; hasla; panel*; logowan*; zalogow*; konto; uzytkownik*; użytkownik*
    """,
    "domain": """
        domen*; certyfikat*; skrzynk*; poczt*; hosting*
    """,
    "question before": """
        czy oferujecie; oferta; oferty; przed zamówieniem; zamówi*; wycen*; lokalizacj*; centrum
        danych; interesuje
    """,
    "how to": """
        jak; w jaki sposób; pytanie; gdzie mogę; gdzie znajdę
    """,
    "account data": """
        zmiana adresu; zmiana danych; nowy adres; dane kontaktowe; zmienić dane
    """,
    "law": """
        rodo; dane osobowe; danych osobowych
    """,
    "abuse": """
        nadużyc*; phishing; oszustw*
    """,
    "feedback": """
        dziękuję za; dziekuje za; dzięki za; zadowolon*; gratul*
    """,
    "automatic reply": """
        poza biurem; automatyczna odpowiedź; urlop*; nieobecn*; wracam; wiadomość automatyczna;
        autoresponder; zwolnien*
    """,
    "person": """
        praca; staż; cv; rekrutac*; godziny; prasa; telefon*
    """,
    "waiting": """
        czy są; nadal czekam; pomoc; proszę o kontakt; oddzwon*
    """,
}

RUSSIAN: dict[str, str] = {
    "wish": """
        просим; прошу; пожалуйста; могли бы; можете; нужно; нам нужно; нужна; хотели бы; хотим;
        хочу; необходимо; требуется
    """,
    "set up": """
        настрои*; настройк*; установ*; включи*; добав*; созда*; откр* порт*; подключ*; сконфигур*;
        пропис*; выдел*
    """,
    "custom": """
        нестандарт*; индивидуальн*; собственн*; особ*; выделенн*; свой; своего
    """,
    "double charge": """
        дважды; два раза; двойн*; повторн* списан*; дважды списал*; списали дважды; второй раз
    """,
    "money back": """
        возврат*; верн* деньг*; верните; верну*; компенсац*; возмещ*; кредит*
    """,
    "invoice": """
        счет; счета; счёт; счету; счете; инвойс*; бухгалтер*; акт; квитанц*; счет фактур*; выставл*
    """,
    "payment": """
        оплат*; оплач*; платеж*; платёж*; списал*; списан*; карт*; перевод; банк*; деньг*; баланс*;
        сумм*; рубл*; евро; зачисл*
    """,
    "payment trouble": """
        платеж не; платеж .. не прошел; оплата не; не проходит оплата; не проходит; карта ..
        отклонен*; не зачисл*; не поступ*; не могу оплатить; отклонен*
    """,
    "dunning": """
        задолженност*; просроч*; долг*; напоминани*
    """,
    "tax": """
        ндс; налог*; инн; vat
    """,
    "price": """
        цена; цены; цену; скидк*; тариф*; стоимост*
    """,
    "cancel": """
        отмен*; расторг*; отказ*
    """,
    "down": """
        не работает; недоступ*; не отвечает; не пингуется; упал; лежит; не включается; не могу
        подключиться; нет связи; нет доступа; не подключается; не доступен; оффлайн; не открывается;
        не запускается
    """,
    "slow": """
        медленн*; тормоз*; тормозит; медлен*; нагрузк*; производительност*; долго
    """,
    "crash": """
        завис*; перезагр*; не загружается; kernel panic; падает; ребут*; загрузк*; загружа*; grub
    """,
    "disk": """
        диск*; место на диске; закончилось место; read only; только для чтения
    """,
    "network trouble": """
        потер* пакет*; задержк*; пинг*; mtr; сеть; сети
    """,
    "locked out": """
        ssh; не пускает; консол*; rescue; vnc; kvm
    """,
    "broken": """
        с утра; со вчерашнего дня; проблем*; ошибк*; срочно; сломал*; перестал*; после обновления;
        не удается; сбой
    """,
    "server": """
        сервер*; впс; vps; машин*; виртуал*
    """,
    "network set-up": """
        vlan*; подсет*; частн* сет*; bgp; туннел*; маршрут*; влан*
    """,
    "rules": """
        файрвол*; фаервол*; брандмауэр*; правил*; порт*; firewall; фильтр*
    """,
    "reverse dns": """
        обратн* зон*; rdns; ptr; обратную запись; reverse dns
    """,
    "system set-up": """
        разметк*; раздел*; raid; рейд*; iso; образ*; ядр*
    """,
    "service set-up": """
        vpn; ipsec; балансировщик*; балансировк*; резервн* копи*; бэкап*; миграци*; репликаци*; впн;
        wireguard
    """,
    "panel": """
        пароль; пароля; паролем; личн* кабинет*; панел*; войти; вход; логин*; авторизац*
    """,
    "domain": """
        домен*; сертификат*; почт*; ящик*; хостинг*
    """,
    "question before": """
        есть ли у вас; предлагаете; хочу заказать; перед заказом; какой тариф; интересует; локаци*;
        дата центр*; датацентр*; подскажите
    """,
    "how to": """
        как; каким образом; вопрос; где; где найти; инструкци*
    """,
    "account data": """
        сменить .. адрес; смена адреса; реквизит*; контактн* данн*; владел*
    """,
    "law": """
        персональн* данн*; gdpr
    """,
    "abuse": """
        жалоб*; фишинг*; мошен*; абуз*; спам
    """,
    "feedback": """
        спасибо за; благодар*; спасибо большое; доволен
    """,
    "automatic reply": """
        автоответ*; в отпуске; отпуск*; отсутств*; автоматическ* ответ*; рассылк*; вернусь; не
        отвечайте
    """,
    "person": """
        ваканси*; резюме; график работы; пресс*; телефон*
    """,
    "waiting": """
        есть новости; жду ответа; помогите; помощь; свяжитесь; перезвон*
    """,
}

OTHERS = (FRENCH, SPANISH, ITALIAN, DUTCH, POLISH, RUSSIAN)
