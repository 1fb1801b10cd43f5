"""How customers of a hosting desk say things, in German: phrases by concept (see concepts.py)."""

from __future__ import annotations

GERMAN: dict[str, str] = {
    "wish": """
        bitte; bitten; könnten sie; können sie; könntet ihr; könnt ihr; wir möchten; ich möchte; wir
        hätten gern*; ich hätte gern*; wir brauchen; wir benötigen; ich brauche; ich benötige;
        benötigen wir; brauchen wir; möchten wir; wir wünschen; wir wollen; ich will; ich bitte; wir
        bitten; hätten wir gern*; beauftragen; beantragen; beantrage
    """,
    "set up": """
        sichern; zulassen; sperren; begrenzen; beschränken; verlegen; verlegung; setzen .. vor; lege
        .. an; umsetzt; vorbereiten; aufteilen; teilen .. zu; binden .. ein; bauen; routen;
        ergänzen; ergänzt; eingebunden; angelegt; anzubinden; weiterleiten; aufzusetzen; umzusetzen;
        freizuschalten; terminieren; schaltet; schalten; verkabel*; einbauen; einbau; einrichten;
        eingerichtet; einzurichten; einrichtung; konfigurier*; konfiguration; richten .. ein;
        richtet .. ein; umsetzen; umsetzung; setzt .. um; setzen .. um; freischalten; freigeben;
        freischaltung; aktivier*; anlegen; anzulegen; hinzufügen; eintragen; setzen; zuweis*;
        zuteil*; bereitstellen; bereitstellung; installier*; mounten; einbinden; einhängen;
        ankündigen; aufsetzen; aufschalten; anbinden; anbindung; verbinden; umziehen; migrier*; legt
        .. an; legen .. an; schaltet .. frei; schalten .. frei; umstell*; hinterlegen; anpass*;
        implementier*; aufbauen; verteilen; umbau*; verbaut; ziehen .. um; stellen .. sicher;
        sicherstellen
    """,
    "custom": """
        individuell*; speziell*; eigene; eigenes; eigenen; maßgeschneidert*; abweichend*; nicht
        standard*; wie folgt; folgende; folgender; folgenden; aufteilung; vorgaben; anforderung*;
        auf ihrer seite; auf eurer seite; ihrerseits; wartungsfenster; netzplan; topologie; layout;
        schema; dauerhaft; vor auslieferung; vor der auslieferung; setup; change; besonderheit*;
        zusätzlich*; getrennt*; separat*; gemanagt*; managed
    """,
    "double charge": """
        zweimal abgebucht; doppelt abgebucht; zweimal belastet; doppelt belastet; zweimal berechnet;
        doppelt berechnet; doppelabbuchung*; doppelte abbuchung*; doppelte rechnung*; zweimal
        bezahlt; doppelt bezahlt; doppelzahlung*; doppelte zahlung; zweimal eingezogen; doppelt
        eingezogen; doppelt bestellt; doppelbelastung*; doppelberechnung*; zweimal .. abgebucht;
        doppelt .. abgebucht; zwei abbuchungen; zweimal überwiesen; doppelt überwiesen; doppelt
        gezahlt; zweimal .. berechnet
    """,
    "money back": """
        zurückbekommen; geld wieder; mietminderung; nachlass wegen; sla gutschrift; rückvergüt*;
        anrechnen; ausgleich; korrekturrechnung; rechnungskorrektur; korrigierte rechnung;
        *gutschrift*; gutgeschrieben; gutschreiben; erstatt*; rückerstatt*; rückzahlung*;
        zurückerstatt*; zurückzahl*; geld zurück; zurücküberweis*; minderung; mindern; entschädig*;
        kompensation; schadensersatz; storno*; stornier*; kulanz; auszahl*; zurück überweis*;
        rückbuch*; rückabwick*; vergütung; vergüten
    """,
    "invoice": """
        rechnungskopie*; sammelrechnung*; zahlungsavis; e rechnung; erechnung; finanzabteilung;
        rechnungswesen; rechnungslauf; rechnungsempfang; kostenstellen; jahresabschluss;
        buchungsbeleg; auftragsnummer; *rechnung; *rechnungen; *rechnungs*; rechnung*; abrechnung*;
        abgerechnet; berechnet; beleg; belege; belegen; quittung*; buchhaltung*; buchhalter*;
        kreditor*; debitor*; rechnungsposition*; proforma; xrechnung; zugferd; leitweg*;
        bestellnummer*; kostenstelle*; kontoauszug*; steuerberater*; fakturier*; posten;
        rechnungsempfänger; zahlungsbeleg*; rechnungsadresse*; in rechnung; kontenabstimmung;
        saldo*; rechnungsbetrag; rechnung auf; firmenname .. rechnung; rechnungsanschrift; rechnung
        erneut; neu ausstellen; neu ausgestellt; korrigiert*; rechnung fehlt; prüfung;
        wirtschaftsprüfer*; betriebsprüfung; jahresrechnung; monatsrechnung; einzelrechnung*;
        rechnungsnr; rechnungsnummer; rechnungsstellung; fibu; datev; lieferant*; kreditorennummer;
        verbuchen; zugeordnet; rechnungsdatum; leistungszeitraum
    """,
    "payment": """
        zahlungsziel; skonto; dauerauftrag; überzahl*; kontonummer; bic; kartendaten; neue karte;
        kreditkarten*; klarna; monatsbetrag; geld; belastet; belastung; bank; vorkasse;
        einzugsermächtigung; sepa mandat; mandat; währung; bankgebühr*; *zahlung*; bezahl*; zahlen;
        gezahlt; zahle; zahlt; überwies*; überweis*; *lastschrift*; sepa*; paypal; kreditkarte*; ec
        karte; iban; bankverbindung*; bankkonto; vom konto; abgebucht; abbuch*; abbuchung*;
        eingezogen; einzug*; buchung*; gebucht; betrag; beträge; guthaben*; prepaid; zahlungsart*;
        zahlungsweise*; zahlungsintervall*; jährlich; quartalsweise; verwendungszweck*; gebühr*;
        *gebühr; *gebühren; kosten; euro; eur; ratenzahlung; raten; stundung; zahlungsaufschub;
        fristverlängerung; aufladen; aufladung; ablaufdatum; abgelaufen; kartennummer; kreditlinie;
        fälligkeit; bankdaten; summe; gesamtbetrag; überweisung; einzahlung; zahlen per; bezahlen
        per; auf rechnung; monatliche zahlung; vierteljährlich; halbjährlich; abbuchen; eingezogene;
        kontoinhaber; sepa lastschrift; rechnungszahlung; vorauszahlung
    """,
    "payment trouble": """
        zahlung .. fehlgeschlagen; zahlung .. abgelehnt; karte .. abgelehnt; kreditkarte ..
        abgelehnt; zahlungsanbieter; zahlung .. nicht; zahlungsproblem*; zahlungsfehler;
        zahlungszuordnung; zahlung .. zuordnen; zahlung .. zugeordnet; zahlung .. verbucht; nicht
        bezahlen; bezahlung .. nicht; 3d secure; 3 d secure; zahlungseingang*; zahlung ..
        eingegangen; kann .. bezahlen; zahlungsabbruch; rücklastschrift*; zahlung .. bricht; beim
        bezahlen; zahlung .. ab; bezahlen .. fehler; zahlung .. scheitert; zahlung .. hängt
    """,
    "dunning": """
        gesperrt wegen; sperrung; sperre; sperre aufheben; entsperrung; säumnis*; verzugszinsen;
        rückstand; rückständig*; gerichtlich*; fällig; beglichen; bezahlt haben; bereits überwiesen;
        schon überwiesen; *mahnung*; gemahnt; mahngebühr*; mahnstufe; inkasso*; zahlungserinnerung*;
        zahlungsverzug; überfällig*; offener betrag; offene rechnung*; offenen rechnung*; offene
        posten; bereits bezahlt; längst bezahlt; schon bezahlt; wegen nichtzahlung; ausgeglichen;
        letzte mahnung; gesperrt .. rechnung*; anwalt; zahlungsfrist; schufa; letzte erinnerung;
        frist; rechtsanwalt; rechtliche schritte; zahlungsaufforderung; erinnerung; mahnverfahren;
        mahnbescheid; gesperrt weil; wegen offener; konto gesperrt; entsperren; dienste gesperrt;
        trotz zahlung
    """,
    "tax": """
        *steuer; *steuern; mehrwertsteuer*; umsatzsteuer*; ust; ust id*; ustid*; ust idnr; mwst;
        uid; uid nummer; reverse charge; steuernummer*; steuersatz; steuerfrei*; finanzamt;
        vorsteuer*; netto; brutto; steuerberat*
    """,
    "price": """
        preis; preise; preisen; preislich; tarif; tarife; rabatt*; günstiger*; teuer*; monatlich*;
        kostenlos; verläng*; gutschein*; aktionspreis*; konditionen; vertragslaufzeit; laufzeit
    """,
    "price dispute": """
        zugesagte*; zugesagter rabatt; versprochen*; vereinbarter preis; preis .. gestiegen; falsche
        rechnung; rechnung stimmt nicht; rechnung .. falsch; rechnung .. fehler; nie verursacht;
        widerspruch; mehrtraffic; warum zahle; doppelt; stimmt nicht; zu unrecht; fälschlich*;
        irrtümlich berechnet; zu viel; zuviel; differenz; mehrkosten; preiserhöhung*; preis erhöht;
        preis .. erhöht; preisanpassung*; verlängerungspreis*; zu teuer; zu hoch; falsch berechnet;
        falsch abgerechnet; zu viel berechnet; zuviel berechnet; falscher betrag; falscher preis;
        strittig*; einspruch; widersprech*; reklamier*; reklamation; beanstand*; nie bestellt; nicht
        bestellt; unberechtigt*; nicht nachvollzieh*; nachvollzieh*; wofür; rabatt .. nicht;
        falsches produkt; anteilig*; remote hands; berechnet wurde; berechnet worden; in rechnung
        gestellt; warum .. berechnet; warum .. abgebucht; wieso .. abgebucht; traffic überschreit*;
        klärung; preisnachlass; nachlass; trotz kündigung; immer noch abgebucht; weiterhin
        abgebucht; weiter abgebucht; weiter berechnet; weiterhin berechnet; weiterhin rechnungen;
        nach kündigung; nach der kündigung; einrichtungsgebühr*; setup gebühr*; lizenzgebühr*;
        lizenzkosten; aufpreis; aufschlag; falsche menge; falsche anzahl; gutscheincode; rabattcode;
        aktionscode; nicht berücksichtigt; nicht angerechnet; anderer betrag; höher als; mehr als
        vereinbart; erklären .. rechnung; verstehe .. rechnung; unbekannte abbuchung; fehlerhaft*;
        unklar; aufschlüssel*; zusammensetz*; wie kommt .. zustande; berechnung; teurer;
        preissteigerung; kostenpflichtig
    """,
    "balance": """
        guthaben; restguthaben; kundenguthaben; kontostand; saldo; prepaid guthaben; verrechn*
    """,
    "too expensive": """
        zu teuer; zu teuer*; günstiger*; sparen; einsparung*; budget; kostengründe*; kosten senken;
        nicht mehr leisten; aus kostengründen; preis; teuer; günstigere*; billiger*; halber preis;
        anderer anbieter; sparmaßnahm*; kostengründen; preise; kosten; wirtschaftlich*; budgetkürz*
    """,
    "cancel": """
        kündig*; gekündigt; *kündigung*; vertragsende; zum nächstmöglichen; vertrag beenden;
        auflösen
    """,
    "down": """
        nicht ansprechbar; keine reaktion; nicht pingbar; kommt nicht mehr hoch; nicht wieder hoch;
        nicht mehr hoch; nicht hoch; nichts geht; funktioniert .. nicht mehr; geht .. nicht mehr;
        geht .. nicht; reagiert .. nicht; antwortet .. nicht; lässt sich nicht erreichen; lässt sich
        .. nicht; verbindungsabbruch; aussetzer; sporadisch; webseite down; seite down; website
        down; seiten down; abgeschaltet; ausgeschaltet; nicht mehr online; weg vom netz; keinerlei
        verbindung; erreichbar ist; nimmt keine verbindung*; bleibt aus; liegt lahm; lahmgelegt;
        komplett weg; seit stunden down; nicht mehr ansprechbar; host unreachable; nicht erreichbar;
        nicht mehr erreichbar; unerreichbar*; nicht .. erreichbar; ist down; sind down; down;
        offline; tot; geht nicht; geht nicht mehr; nicht mehr rein; nicht mehr ran; keinen ping;
        gehen nicht; geht nichts; geht gar nichts; läuft nicht; reagiert nicht; antwortet nicht;
        keine antwort vom; kein ping; ping .. nicht; nicht anpingbar; keine verbindung; verbindung
        .. nicht; verbindung abgelehnt; verbindungsabbr*; abgebrochen; zeitüberschreitung*;
        timeout*; *ausfall*; ausgefallen; fällt .. aus; nicht verfügbar; erreiche .. nicht;
        erreichen .. nicht; komme .. nicht mehr auf; komme .. nicht auf; kommen .. nicht mehr auf;
        kommen .. nicht auf; kommt nicht hoch; kein netz; kein netzwerk; nicht mehr drauf; nicht
        online; 502; 503; 504; bad gateway; steht still; ohne verbindung; nicht zugreifen;
        wiederherstell*; störung*; *störung; interface down; netzwerk tot; netzwerkverbindung
        verloren; kein internet; gateway .. nicht; schwarzer bildschirm; schwarzes bild; fehler 500;
        error 500; internal server error; 522; 521; mysql tot; dienst gestoppt; stoppt ständig; ddos
        angriff; unter beschuss; angegriffen; ip .. gesperrt; ip gesperrt; ipv6 .. nicht; pingt
        nicht; ping geht nicht; ssh hängt; 100 % verlust; vm weg; vm verschwunden; verschwunden;
        fällt aus; fallen aus; weggebrochen; bricht weg; abgeraucht; abgekackt; funktioniert gar
        nicht; seite lädt nicht; lädt nicht; laden nicht; shop down; erreicht .. niemand; kunden
        kommen nicht; keiner erreichbar; nicht zu erreichen; nicht mehr zu erreichen; ohne netz;
        netz weg; hat kein netz; nicht wiedergekommen; nicht mehr da; reagiert auf; reagiert
        überhaupt nicht; verbindung .. weg; server .. weg; maschine .. weg; steht alles; alles steht;
        nichts funktioniert; steht .. still; stehen still; läuft nicht mehr; nicht mehr läuft; lief
        bisher; lief bis; von außen nicht
    """,
    "slow": """
        lädt ewig; wartezeit*; io wait; i o wait; spitzen; verzögert*; verzögerung*; hakt; ewig;
        lahmt; reaktionszeit*; ausgebremst; gedrosselt; langsam*; träge; lahm*; ruckel*; zäh; hohe
        last; überlast*; cpu steal; steal*; iowait; cpu last; cpu auslastung; antwortzeit*;
        ladezeit*; schneckentempo; dauert ewig; bricht ein; einbrüche; quälend; laggt; verlangsamt;
        geschwindigkeit; unbenutzbar; stockt; stocken; ruckelt; platten io; mb s; kb s; iperf*;
        speedtest; überbucht; overcommit; cpu ready; last von; load von; abfragen dauern; dauert
        minuten; seiten laden; hohe auslastung; hohe latenz; kriecht; extrem langsam; wie eine
        schnecke; zieht sich
    """,
    "crash": """
        bleibt hängen; bleibt .. hängen; bluescreen; emergency mode; notfallmodus; kommt nicht über;
        bootvorgang; crasht; crash; crashed; gecrasht; startet ständig neu; ständig neu; einfrier*;
        hängt .. auf; steckt .. fest; installation hängt; snapshot .. fehlgeschlagen;
        wiederherstellung fehlgeschlagen; rebootschleife; dauernd neu; von selbst neu; absturz;
        abstürze; abgestürzt; stürzt .. ab; kernel panic; panic; reboot schleife; bootschleife;
        neustartschleife; startet .. neu; neu gestartet; rebootet; neustartet; neustarts; bootet
        nicht; bootet nicht mehr; nicht mehr booten; fährt nicht .. hoch; fährt nicht mehr hoch;
        startet nicht; startet nicht mehr; startet .. nicht; hängt sich auf; aufgehängt;
        eingefroren; friert .. ein; friert; zufrieren; steckt fest; hängen geblieben; initramfs;
        oom; speicher voll; reinstall*; neuinstallation hängt; dauerschleife; neustart loop; uhrzeit
        läuft; zeitdrift; bleibt stehen; hängt bei; hängt beim; hängt im; installation bricht;
        neuinstallation; wiederherstellung hängt; backup schlägt; backup fehlgeschlagen; backups
        schlagen; snapshot schlägt; swap; gekillt; unerwartet*; ungeplanter neustart; ungeplant*;
        schaltet sich ab; geht aus; schaltet .. aus; stacktrace; oops; prozess abgeschossen; oom
        killer; nicht startfähig; bootfähig; boot fehler; bootfehler; startet neu; grub; blinkender
        cursor; blinkt nur
    """,
    "disk": """
        smart werte; ersatzplatte; ssd defekt; defekte ssd; plattenausfall; festplattenausfall;
        rebuild; rebuilt; superblock; volllaufen; vollgelaufen; läuft voll; ist voll; i o errors;
        platte voll; festplatte voll; kein speicherplatz; kein platz; speicherplatz; plattenfehler;
        festplattenfehler; festplattendefekt; lesefehler; defekte festplatte; defekte platte; read
        only; nur lesbar; schreibgeschützt; schreibgeschützt*; nur noch lesend; raid .. degraded;
        degraded; mdadm; defekte sektoren; sektor*; inode*; i o fehler; io fehler; plattentausch; no
        space left; fsck
    """,
    "network trouble": """
        netzwerk weg; netzwerkstörung; netzstörung; paketverluste; packet; netzausfall; schlechtes
        routing; langsames netz; download langsam; port 25; verbindung bricht; bricht .. ab; ping
        zeiten; pingzeiten; paketverlust*; packet loss; mtr; traceroute*; netzwerkproblem*;
        netzproblem*; routingproblem*; peering*; hohe latenz*; jitter; verbindungsproblem*; port
        tot; kein link; blockiert; dns resolver; resolver; namensauflösung; geblockt; nullroute*;
        verbindungsabbrüche; abbrüche
    """,
    "locked out": """
        zugriff verweigert; login per ssh; ssh login; ssh schlüssel; ssh key; kein login; nicht
        einloggen; root zugang; rootpasswort; root kennwort; gesperrt durch; zugang verloren;
        zugriff verloren; nicht mehr auf den server; nicht mehr auf meinen server; nicht auf den
        server; ausgesperrt; aussperr*; gesperrt; kein zugriff; keinen zugriff; kein zugang; kein
        ssh; ssh .. nicht; sshd; einloggen .. nicht; nicht mehr einloggen; root passwort; permission
        denied; connection refused; remotedesktop*; rescue*; rettungssystem; selbst ausgesperrt;
        komme nicht mehr drauf; komme nicht drauf; notfallkonsole; fail2ban; serielle konsole
    """,
    "hardware": """
        austauschen; tauschen; hardware defekt; raidcontroller; piept; remote hands einsatz; kaputt;
        netzteilausfall; hardwarefehler; hardwaredefekt; hardwareproblem*; defekte; defekter;
        defektes; *speicherfehler*; arbeitsspeicher; netzteil*; lüfter; überhitz*; netzwerkkarte;
        mainboard; ecc; raid controller; stromzufuhr
    """,
    "broken": """
        funktioniert nicht; funktioniert nicht mehr; funktionieren nicht; fehler; fehlermeldung*;
        problem; probleme; seit heute; seit heute morgen; seit heute früh; seit gestern; seit
        stunden; seit der nacht; seit letzter nacht; plötzlich; auf einmal; nach dem update; nach
        einem update; nach update; nach dem upgrade; nach dem neustart; nach der wartung; nach
        migration; nach der migration; seit dem umzug; dringend; eilt; schnellstmöglich; sofort;
        umgehend; notfall; bitte prüfen; prüfen sie; prüft; nachsehen; schaut; schauen; was ist los;
        fehlgeschlagen; scheitert; schlägt fehl; bricht ab; immer noch; produktiv*; kunden
        beschweren; ursache; untersuch*; analys*
    """,
    "monitoring": """
        im panel steht; laut panel; panel zeigt; status läuft; panel .. läuft; meldet down; host
        down; überwachung; zabbix; nagios; icinga; checkmk; check mk; alarm; kritisch; critical;
        monitoring; monitor; störungsmeldung; ausfallzeit; nicht erreichbar seit; down seit
    """,
    "server": """
        *server; *servers; *servern; vps; rootserver; dedicated; dedizierter server; dedizierte*;
        vserver*; v server; maschine; maschinen; vm; vms; kiste; instanz*; host; node; knoten;
        hypervisor
    """,
    "expert set-up": """
        hochverfügbar*; ausfallsicher*; ausfallsicherheit; geo redundan*; georedundan*; heartbeat;
        portweiterleitung*; sichern .. aufbewahren; speichernetz; multipath; eigenen firewall;
        eigene firewall; eigener firewall; eigene regeln; reservierte kerne; dedizierte kerne; ip
        freigabe; whitelisting; eigene partition*; eigener partition; ablageplan; sekundärer dns;
        verschiedene racks; verschiedenen racks; brandabschnitt*; umzugsplan; stufenweise; eigenes
        präfix; eigenen präfix*; tagged; länder sperren; länder .. sperren; anycast ip; routing
        änderung; boot reihenfolge; cold standby; zweiter uplink; zweiten uplink; eigenes vlan;
        eigenes netz; mandantentrenn*; bastion host; bgp; asn; anycast; pxe; ipxe; vrrp; keepalived;
        gre; vxlan; jumbo frames; qos; geoblock*; eigenes iso; eigene iso; eigenen iso; eigener
        kernel; eigenen kernel; kernelmodul*; kernelparameter*; nested virtuali*; verschachtelte
        virtualisierung; gpu passthrough; passthrough; durchreich*; cpu pinning; anti affin*;
        antiaffin*; affinität*; verschiedenen hosts; verschiedene hosts; dropbear; luks;
        partitionsschema; plattenlayout; *partitionierung*; raid layout; watchdog; automatischer
        neustart; ipsec; site to site; standortvernetzung; standortkopplung; smarthost*; smart host;
        transportregel*; sso; saml; ldap; backupplan*; backup plan; sicherungsplan; aufbewahrung*;
        replikation*; replizier*; disaster recovery; notfallstandort; cross connect*; crossconnect;
        querverbindung*; failover ip*; floating ip*; virtuelle ip*; dhcp optionen; regelsatz;
        regelwerk; härtung; härten; sonderwunsch; sonderwünsche*; sonderkonfig*; sonderlösung;
        sondereinstellung*; load balancer*; loadbalancer*; lastverteil*; privates netz*; privaten
        netz*; private netz*; clusternetz*; backupnetz; zweite netzwerkkarte; zweite nic;
        netztrennung; client zertifikat*; statische route*; dedizierter uplink; dedizierten uplink;
        delegation; delegieren; out of band; kvm over ip; tpm; bios einstellung*; geodns; axfr;
        zonentransfer; vrf; mpls; direktverbindung; standleitung; nat gateway; sprungserver; pci
        dss; import* .. image; eigenes rack; käfig; snmp; sflow; netflow; siem; log export;
        bandbreitenbegrenzung; origin ip*; mtls; qcow2; ova; vmdk; geklont; cpu typ; numa; rpki;
        roa; eigene ip*; eigenen adressen; eigene adressen; layer 2; qinq; tunnel zwischen; vpn
        zwischen; vpn gateway; vpn tunnel; portliste; default deny; geoip; länderblock*; rate
        limit*; ratelimit*; intrusion; drbd; shared storage; zweite ip; eigenes template; eigenes
        betriebssystem; nixos; verschlüsselte platte*; verschlüsseltes root; sysctl; echtzeitkernel;
        raid 0; raid0; hot spare; alle sechs stunden; sicherungskonzept; backupkonzept; backup
        strategie; backupstrategie; restore test; unveränderlich*; object lock; migrationsplan; ohne
        ausfallzeit; ohne downtime; eigene hardware; unsere hardware; unseren switch; unseren
        router; eigener router; eigener switch; zwei uplinks; 25 gbit; 100 gbit; sfp*; glasfaser*;
        dark fiber; individuelle konfiguration; individuelles setup; spezielles setup; sondersetup;
        spezialkonfiguration; getrennte netze; ipv6 netz; ipv6 präfix; ipv6 prefix; port forwarding;
        reverse proxy; eigenen regelsatz; nested; watchdog einrichten; autostart; failover cluster;
        statisches routing; route setzen; routen setzen; cronjob einrichten; loadbalancing;
        lastverteilung; vorinstallier*; kundenspezifisch*; demselben host; gehärtet*; priorisier*;
        punkt zu punkt; zweiter standort; zweiten standort; feste absenderadresse; aus unserem
        image; in den neuen raum; reihenfolge; bauplan; umzug der server; neu aufteilen; neu
        partition*
    """,
    "network set-up": """
        vlan*; vswitch; internes netz*; subnetz*; subnet*; präfix*; prefix*; ip block; netzblock;
        failover; *tunnel; mtu; uplink*; 10g; 10 gbit; lacp; bonding; ipv6; routing; geroutet; dhcp;
        tftp; bandbreite*; traffic shaping; zusätzliche ip*; backup netz; *netz; managementnetz;
        eigene standleitung; switch; switchport
    """,
    "rules": """
        *firewall*; firewallregel*; firewall regel*; regeln; regel; acl; acls; whitelist*;
        allowlist*; freigabe*; portfreigabe*; portfreischaltung*; ports; eingehend*; ausgehend*;
        ddos*; filter*; waf; proxy; nat; tcp; udp; quell ip*; nur von; nur noch von; absicher*;
        verworfen; drop
    """,
    "reverse dns": """
        reverse dns; rdns; ptr; ptr records; ptr einträge*; ptr eintrag; reverse einträge; reverse
        eintrag; reverse zone; rückwärtsauflösung
    """,
    "system set-up": """
        raid; raid 10; raid10; raid 1; raid1; raid 5; raid 6; raid5; raid6; raidz; zfs; lvm;
        partition*; *partition; iso; iso image; cloud init; eigenes image; proxmox; esxi;
        kubernetes; *cluster*; ceph; iscsi; nfs; bios; uefi; verschlüssel*; hugepages; kvm
    """,
    "service set-up": """
        vpn; wireguard; openvpn; haproxy; nginx; health check*; healthcheck*; mail relay; smtp
        relay; relay; eigene backups; eigenes backup; backups; sicherung*; retention; backup; backup
        konzept; migration; umzug; servermigration; active directory; syslog; ntp; objektspeicher*;
        object storage; s3; bucket; postgres*; mysql; galera; redis; bastion; jumphost; snapshot*;
        wöchentlich*; nächtlich*; stündlich; alle stunde; matrix; transit; ids; l2; burst;
        redundan*; redundante*; standby; umzug unserer; migration unserer; umbau; segmentier*;
        quorum; klon*; lun; luns; freebsd; openbsd; 25g; 40g; 100g; multicast; ip bereich; ip netz;
        entsperr*; delegiert; zeitplan; mac adresse*; trunk; gespiegelt*; schrittweise
    """,
    "panel": """
        handy; neues handy; zwei faktor; faktor anmeldung; handy verloren; bestätigungsmail;
        aktivierungslink; sicherheitscode; backup codes; kundenlogin; login daten; zugang zum
        kundenbereich; sprache .. panel; anzeige; kundenmenü; kundencenter; kundenbereich;
        kundenportal; kundenkonto; portal; panel; control panel; dashboard; passwort*; kennwort*;
        zugangsdaten; passwort vergessen; passwort zurücksetz*; zurücksetzen; einloggen; anmelden;
        login; anmeldung; 2fa; zwei faktor*; authenticator*; benutzername; benutzer; unterbenutzer;
        subuser; berechtigung*; rechte; api; api key; api token; dokumentation; wo finde; wo kann
        ich; wo sehe ich; verifizierung*; bestätigungscode; nutzer; benutzerverwaltung; rollen;
        passwort ändern; neues passwort; account gesperrt; login geht nicht; login funktioniert
        nicht; kann mich nicht anmelden; nicht anmelden; nicht einloggen ins; bestätigungslink;
        reset mail; passwort mail; button; menüpunkt; kollegen zugang; zugang für; zugriff für
        kollegen; benachrichtigung*; einstellungen im; profil; sprache umstellen; passwortlink;
        zugang zum panel; zugang zum portal
    """,
    "domain": """
        domain registrieren; dnssec; domains; subdomain; mailserver einstellungen; e mail
        einstellungen; mailpasswort; mailbox; postfachgröße; plesk; cpanel; joomla; dateimanager;
        mailverteiler; verteiler; umzug der domain; domain umziehen; ziehe .. domain; homepage;
        zertifikat installieren; installiere .. zertifikat*; domain; *domain; domaintransfer;
        domainumzug; authcode; auth code; auth info; providerwechsel; whois; denic; nameserver*;
        dns; dns eintrag; dns einträge*; dns zone; mx; mx record*; mx eintrag; spf; dkim; dmarc;
        cname; a record; txt record; ssl; ssl zertifikat*; zertifikat; zertifikate; zertifikats; let
        s encrypt; lets encrypt; csr; webhosting; webspace; wordpress; ftp; php; *postfach*;
        postfächer; imap; pop3; outlook; thunderbird; mailprogramm; mailkonto; e mail konto;
        webmail; weiterleitung; e mail adresse einrichten; subdomain*; posteingangsserver;
        postausgangsserver; phpmyadmin; php version; mailweiterleitung; spamordner; keine mails;
        mails senden; mails empfangen; mails verschicken; keine e mails; smtp auth; postfach voll;
        htaccess; baukasten; domain abgelaufen; wildcard zertifikat; zertifikat erneuern; zertifikat
        abgelaufen; mail einrichten; postfach anlegen; autodiscover; mail app; e mail programm; mail
        einstellungen; outlook einrichten; cms; datenbank im webhosting
    """,
    "question before": """
        was kostet; was würde; wieviel kostet; wie viel kostet; bieten wir; im angebot; neukunden;
        ausschreibung; datenblatt; verfügbar; verfügbarkeit; welche betriebssysteme; welche
        prozessoren; wechsel zu ihnen; wechsel zu euch; upgrade; hätte ich die möglichkeit; machbar;
        geplant; evaluier*; vergleich; welche server; eignet sich; geeignet; zu welchem preis;
        bieten sie; bietet ihr; bieten sie auch; bieten sie .. server; haben sie auch; gibt es bei
        ihnen; gibt es bei euch; habt ihr; vor der bestellung; vor bestellung; vor
        vertragsabschluss; interessier*; interesse an; überlegen; überlege; wir planen; ich plane;
        welcher tarif; welches paket; welcher server; empfehl*; empfehlen sie; kaufberatung;
        beratung; *standort*; rechenzentrum; rechenzentren; angebot*; angebot; testphase;
        testzugang; unterschied; ist es erlaubt; erlaubt; dürfen wir; darf ich; richtlinie;
        nutzungsbedingungen; agb; zertifizierung; iso 27001; reseller; lieferzeit;
        bereitstellungszeit; möglich; wäre es möglich; unterstützen sie; unterstützt ihr; neukunde;
        wechseln zu; vorabfrage*; vorab; wie lange dauert; bestellen möchte; bestellen;
        ansprechpartner im vertrieb; vertrieb; sla dokument; statusseite; verfügbarkeitsgarantie;
        vertragslaufzeiten; mindestlaufzeit; kündigungsfrist; ökostrom; klimaneutral; besichtigung;
        inklusive; ist .. dabei; kann ich .. upgraden; wie viele; wieviele; unterschied zwischen;
        würden sie empfehlen; auf der suche; suchen einen; suche einen; derzeit bei; aktueller
        anbieter; anderen anbieter; studentenrabatt; gemeinnützig*; verein; white label;
        wiederverkäufer; roadmap
    """,
    "how to": """
        wie kann ich; wie mache ich; wie geht; wie richte ich; wie funktioniert; wie können wir; wie
        lege ich; wie komme ich; anleitung*; erklären; erklärung; frage zu; frage zum; frage zur;
        eine frage; kurze frage; allgemeine frage; hilfeartikel; schritt für schritt; hilfeseite;
        welche einstellungen; was bedeutet; was muss ich; wo finde ich; wo muss ich; vorgehen;
        wissen; können sie mir sagen; können sie mir erklären; könnten sie mir erklären; bitte
        erklären; was passiert wenn; wann ist; an wen; wer ist; zuständig für; informationen zu;
        infos zu; mehr informationen; wie läuft
    """,
    "account data": """
        neuer inhaber; rechtsform; übernommen; fusion*; geheiratet; heirat; neuen namen; neuer name;
        zweiter ansprechpartner; kontakt ändern; kontaktperson; inhaber; wechsel des
        ansprechpartners; postanschrift; umbenannt; account übertragen; vertrag übertragen; adresse
        ändern; neue adresse; adressänderung*; anschrift; umgezogen; name geändert; namensänderung;
        umfirmier*; firmierung; firmenname; inhaberwechsel; vertragsübernahme; vertragsinhaber;
        übertrag*; stammdaten; kontaktdaten; ansprechpartner*; telefonnummer*; kundendaten; konto
        löschen; account löschen; e mail adresse ändern; neue e mail; geschäftsaufgabe; abmeld*;
        abbestell*; neuer firmenname; umbenennung; konten zusammen*; zusammenlegen; zweites konto;
        zwei konten; konto schließen; deaktivieren; mitarbeiter ausgeschieden; ausgeschieden;
        ehemaliger mitarbeiter; neuer administrator; vertretungsberechtigt*; verstorben;
        mobilnummer; handynummer; neuer ansprechpartner; neue telefonnummer; daten aktualisieren;
        daten ändern
    """,
    "law": """
        dsgvo; datenschutz*; auftragsverarbeitung*; avv; av vertrag; löschung; löschen .. daten;
        meine daten; personenbezogen*; auskunft*; bestandsdaten; art 15; art 17; artikel 15; artikel
        17; betroffen*; polizei; staatsanwalt*; kriminal*; behörde*; ermittlung*; gericht;
        aktenzeichen; auskunftsersuchen; strafverfahren; auftragsverarbeiter; impressum;
        fragebogen*; lieferantenbewertung; sicherheitsfragen
    """,
    "abuse": """
        gehackt; spam; belästig*; illegal*; markenrecht*; verletz*; bei ihnen gehostet; ihr kunde;
        ihrer kunden; strafbar*; beweis*; stoppen sie; missbrauch*; abuse; phishing*; spam von; spam
        aus; betrug*; betrüger*; gefälscht*; wirklich von ihnen; von ihnen stammt; echtheit; ist ..
        echt; verdächtig*; angriff*; angriffe; brute force; urheberrecht*; schadsoftware; meldung
        von; verdacht; seriös; stammt .. von ihnen; kommt .. von ihnen; ist das von ihnen;
        portscan*; aus ihrem netz; scannt; scannen; scans; ein kunde von ihnen; kunde von ihnen;
        kunden von ihnen
    """,
    "feedback": """
        läuft jetzt; geht jetzt; klappt; klappt jetzt; klappt wieder; läuft alles; alles wieder;
        enttäuscht; ihr mitarbeiter; ihr kollege; umgangston; beschwerde; rückmeldung zu; feature
        wunsch; wunschliste; dark mode; beeindruckt; prima; feedback; lob; vielen dank für die
        schnelle; vielen dank für die hilfe; herzlichen dank; großes lob; dankeschön; super support;
        toller support; tolle arbeit; weiter so; zufrieden; beschwerde über; unfreundlich*;
        unhöflich; ton; tonfall; patzig; verbesserungsvorschl*; vorschlag; anregung*; läuft wieder;
        funktioniert wieder; geht wieder; erledigt; hat sich erledigt; gelöst; nur kurz bedanken;
        bedanken; bewertung; umfrage
    """,
    "automatic reply": """
        abwesenheit*; abwesend; abwesenheitsnotiz; nicht im büro; außer haus; im urlaub; in
        elternzeit; bin ab; wieder erreichbar ab; wieder im büro; ab .. wieder erreichbar; wieder
        für sie da; automatische antwort*; automatische nachricht; auf diese e mail; nicht auf
        diese; eingangsbestätigung*; ihre anfrage ist bei uns; ihre nachricht ist bei uns; vielen
        dank für ihre anfrage; vielen dank für ihre nachricht; vielen dank für ihre bestellung; wird
        nicht weitergeleitet; nicht weitergeleitet; meine vertretung; in dringenden fällen;
        besprechung angenommen; ^ zugesagt; ^ angenommen; ^ abgesagt; ^ abgelehnt; ^ gelesen; hat ..
        zugesagt; lesebestätigung; unzustellbar*; nicht zugestellt werden; konnte nicht zugestellt;
        vorgangsnummer lautet; zurück am; termin zugesagt
    """,
    "advertising": """
        newsletter*; abbestellen; werbung; online marketing; suchmaschinen*; seo; google ranking;
        backlinks; ihre webseite; ihre website; ihrer website; unverbindlich*; sonderangebot*;
        gratis; neukunden gewinnen
    """,
    "applicant": """
        bewerbung*; bewerbe; stellenanzeige; praktikum; praktikant*; lebenslauf; ausbildung;
        presseanfrage; journalist*; redaktion; zeitschrift
    """,
    "person": """
        presse; interview; öffnungszeiten; bürozeiten; geschäftszeiten; servicezeiten; telefonisch;
        rückruf; feiertag*; falsche adresse; irrtümlich; versehentlich; mieter; wohnung;
        hausverwaltung; heizung; kooperation; partnerschaft; sponsor*; affiliate; besichtig*
    """,
    "thanks": """
        danke; besten dank; vielen dank
    """,
    "waiting": """
        gibt es neuigkeiten; gibt es schon; noch keine antwort; keine antwort; keine rückmeldung;
        warte .. auf; warten .. auf; wie ist der stand; sachstand; mein ticket; meine anfrage;
        meiner anfrage; melden sie sich; bitte melden; rufen sie .. an; kontakt; brauche hilfe;
        hilfe; helfen; nicht sicher; weiß nicht; zuständig*; richtige abteilung; zweite mail; zum
        dritten mal; eskalier*; vorgesetzte*; was ist da los; bitte um rückmeldung; um antwort;
        bitte antworten
    """,
    "machine part": """
        *platte; *platten; platte; nvme; ssd; voll; dateisystem*; smart; boot; bootet; hochfahren;
        hängt; neustart; reboot; hardware; strom; kabel; tausch*; austausch*; ram; temperatur*; pdu;
        defekt; ersatz; ersetzen; stecker; steckdose; ssh; konsole; vnc; ipmi; idrac; ilo; rdp;
        peering; link; mbit; leitung; pakete; loss; latenz*; load; performance*; durchsatz;
        auslastung
    """,
    "order": """
        bestellung; bestellstatus; bestellt; meine bestellung; auftrag; auftragsbestätigung;
        auftragsstatus; wann wird .. bereitgestellt; wann wird .. fertig; tarifwechsel;
        paketwechsel; identitätsprüfung; ausweis; personalausweis; verifizierung; bestellformular;
        zugangsdaten .. nicht; noch nicht freigeschaltet; wann kommt; größerer tarif; kleinerer
        tarif; downgrade; upgraden; noch in bearbeitung
    """,
}
