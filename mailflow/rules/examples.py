"""Mails as customers write them, by bucket: what the words of a new mail are compared with.

Written for this purpose; none is a real customer's mail. Each begins with "- ".
"""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "billing": """
        - The attached invoice lists the wrong company, please reissue it in the name of our
          subsidiary with the same date.
        - Is it possible to get one combined invoice for all our servers instead of seven separate
          ones?
        - I thought the first month was free, that is what your offer said, but my card was debited
          on the first day.
        - We have a reseller discount of ten percent in our agreement and it was left out of this
          quarter's bill.
        - How do I get the remaining credit on my account paid out after closing it?
        - Your debit was returned because the account had no funds for one day, please try again on
          Monday.
        - We paid the same bill by card and by transfer, which one will you send back?
        - Please confirm in writing that nothing is owed any more, your collections department keeps
          sending letters.
        - My bank needs the SWIFT code and the beneficiary's address for the wire.
        - Nobody told us that remote hands cost extra, we do not accept this item on the bill.
        - I downgraded the plan but I still pay for the big one.
        - We are a registered charity and exempt from sales tax, certificate attached. Please remove
          the tax.
        - The receipt shows a wrong date and our finance team cannot book it.
        - Your service level was not met in May, what compensation do we get?
        - Please stop the automatic renewal, I do not want to be billed for another year.
        - I was billed for two servers this month although we only have one, please correct the
          invoice and send a new copy.
        - My payment failed three times at the checkout, the card works everywhere else. What is
          wrong with your payment gateway?
        - We cancelled the contract in March and you are still charging our credit card every month.
          Stop it and refund the money.
        - Our accounting department needs the purchase order number and our new company name on
          every invoice.
        - Please explain the position "additional traffic" on the last bill, we do not understand
          how the amount was calculated.
        - The bank transfer from last Friday has not been credited to our account balance, please
          find attached the bank's confirmation.
        - You sent us a second reminder with a late fee for an invoice that was settled weeks ago.
        - The VAT is wrong, we are a business in another EU country and reverse charge applies, our
          VAT ID is below.
        - The server was offline for nine hours. According to the SLA we are entitled to a credit,
          please issue a credit note.
        - The renewal is a lot more expensive than the first year. If you cannot match the old price
          I will have to cancel.
        - Can we switch from monthly to annual payment, and do we get a discount for paying in
          advance?
        - Our services were suspended because of an unpaid invoice, but the payment was sent
          yesterday. Please unlock them.
        - I topped up my account with 200 euros and the balance still shows zero.
        - Please send the invoices to accounting@company.example in future and not to me.
        - Why is the amount due higher than what was shown when I ordered? Where does the set-up fee
          come from?
        - I have been charged for a domain renewal that I did not want, auto-renew was switched off.
          I want my money back.
        - We would like to pay by bank transfer instead of card. Please change the payment method.
        - A debt collector wrote to us about your claim of 49 euros. We dispute this claim, the
          contract was ended in time.
        - The voucher code I entered was not applied and I paid the full price.
        - Could you please send a statement of all payments for last year? The tax office asks for
          it.
        - We were charged in US dollars and not in euros, with a bad exchange rate and a foreign fee
          from our bank.
        - I upgraded in the middle of the month. How is the pro rata amount calculated? It looks
          like I pay for both plans.
        - The licence fee for Windows is on the bill but we returned the licence months ago.
        - The payment provider says the transaction was successful, your panel says unpaid.
        - Please delete the stored card, it was stolen, and tell me how the next payment will be
          collected.
        - We need a deadline extension of two weeks for the open invoice, or payment in instalments.
        - The PDF of the receipt cannot be opened, please resend it by mail.
        - You took the yearly fee twice from my PayPal account on the same day.
        - We ordered by mistake and cancelled the same hour, please reverse the invoice.
        - Our auditor needs confirmation of the outstanding balance at year end.
        - For budget reasons we must give up this server, please confirm the end of the contract and
          the last invoice.
        - In der letzten Rechnung sind zwei Server aufgeführt, wir haben aber nur einen. Bitte
          korrigieren und neu ausstellen.
        - Die Zahlung bricht beim Bestellen immer ab, obwohl die Karte sonst überall funktioniert.
        - Wir haben im März gekündigt und Sie buchen immer noch jeden Monat ab. Bitte das Geld
          erstatten.
        - Unsere Buchhaltung benötigt auf jeder Rechnung unsere Bestellnummer und die neue
          Firmierung.
        - Bitte erläutern Sie die Position "Zusatztraffic", wir verstehen nicht, wie der Betrag
          zustande kommt.
        - Die Überweisung vom Freitag ist noch nicht auf unserem Kundenkonto gutgeschrieben,
          Zahlungsbeleg anbei.
        - Sie haben uns eine zweite Mahnung mit Gebühr geschickt, dabei ist die Rechnung längst
          beglichen.
        - Die Mehrwertsteuer ist falsch ausgewiesen, wir sitzen in Österreich, Reverse Charge,
          unsere UID steht unten.
        - Der Server war neun Stunden ausgefallen. Laut SLA steht uns eine Gutschrift zu, wann kommt
          sie?
        - Die Verlängerung kostet fast das Doppelte. Wenn Sie beim alten Preis nicht mitgehen, muss
          ich kündigen.
        - Können wir von monatlicher auf jährliche Zahlung umstellen, und gibt es dann einen
          Nachlass?
        - Unser Zugang wurde wegen einer offenen Rechnung gesperrt, bezahlt wurde aber gestern.
          Bitte entsperren.
        - Ich habe 200 Euro aufgeladen, das Guthaben steht trotzdem auf null.
        - Rechnungen bitte künftig an buchhaltung@firma.example schicken und nicht mehr an mich.
        - Warum ist der Betrag höher als bei der Bestellung angezeigt? Woher kommt die
          Einrichtungsgebühr?
        - Mir wurde eine Domainverlängerung berechnet, die ich nicht wollte. Ich möchte das Geld
          zurück.
        - Wir möchten statt mit Karte per Überweisung zahlen, bitte die Zahlungsart ändern.
        - Ein Inkassobüro fordert 49 Euro von uns. Wir widersprechen der Forderung, der Vertrag war
          fristgerecht beendet.
        - Der Gutscheincode wurde nicht berücksichtigt, ich habe den vollen Preis bezahlt.
        - Für die Steuererklärung brauche ich eine Aufstellung aller Zahlungen des letzten Jahres.
        - Es wurde in Dollar statt in Euro abgerechnet, dazu kam eine Auslandsgebühr der Bank.
        - Ich habe mitten im Monat den Tarif gewechselt. Wie wird das anteilig berechnet? Es sieht
          aus, als zahle ich beides.
        - Die Windows-Lizenz steht noch auf der Rechnung, obwohl wir sie seit Monaten nicht mehr
          nutzen.
        - Der Zahlungsdienst meldet Erfolg, bei Ihnen steht unbezahlt.
        - Die Lastschrift ging zurück, weil das Konto gewechselt hat. Hier die neue IBAN, bitte
          keine Gebühr berechnen.
        - Wir bitten um zwei Wochen Zahlungsaufschub oder um Ratenzahlung.
        - Das PDF der Rechnung lässt sich nicht öffnen, bitte noch einmal schicken.
        - Sie haben die Jahresgebühr am selben Tag zweimal vom Konto eingezogen.
        - Versehentlich doppelt bestellt, bitte eine Bestellung stornieren und die Rechnung
          gutschreiben.
        - Unser Wirtschaftsprüfer benötigt eine Saldenbestätigung zum Jahresende.
        - Aus Kostengründen müssen wir den Server aufgeben, bitte bestätigen Sie das Vertragsende
          und die Schlussrechnung.
    """,
    "vps": """
        - We can't get any response from the machine, the last line on the screen is a stack trace.
        - Whenever traffic goes up a little the site becomes unusable, top shows the processor
          waiting for storage.
        - Yesterday's maintenance left our node without a default route.
        - Uploads to the server stall at a few kilobytes per second since the weekend.
        - The web server and the database both died overnight and will not start, please check what
          happened to the host.
        - smartd sent me this warning about pending sectors, should the disk be replaced now?
        - After installing the new kernel I only get a blinking cursor.
        - Login by key is refused and the console asks for a password that nobody here knows.
        - The instance was powered off without anybody here touching it.
        - Since this morning our server cannot be reached, neither by ping nor by SSH. Please have a
          look, our shop is offline.
        - The virtual machine hangs during boot with an error about the root file system, the
          console shows an emergency shell.
        - Everything on the VPS takes ages, load is at 40 and the disk waits all the time. Are other
          customers using up the host?
        - After the reboot last night the network interface has no address and nothing answers.
        - We lose about a fifth of all packets between your router and our machine, traceroutes from
          both sides below.
        - A disk in the array has dropped out, mdadm reports degraded. Could a technician swap the
          drive?
        - I changed the SSH port and the firewall and now I am locked out of my own server.
        - The server rebooted by itself twice today and there is nothing in the logs. Is it the
          hardware?
        - The reinstallation from the panel has been stuck at 60 percent for two hours.
        - The website shows a 502 error every few minutes, memory runs out and the kernel kills the
          database.
        - My instance shows as running but I cannot log in through the console or remote desktop.
        - No space left on device. I deleted files but df still shows one hundred percent.
        - The remote management board does not respond, please reset it, the machine is frozen as
          well.
        - Restoring last night's snapshot failed and the machine does not start any more.
        - The connection between our two servers broke down at noon, it had worked for a year.
        - Our monitoring reports your host as down: connection timed out after 30 seconds.
        - The network card only negotiates 100 Mbit instead of a gigabit, please check the cable or
          the switch port.
        - File system went read only and the kernel log is full of I/O errors.
        - Latency to the server jumps from 20 to 300 milliseconds every evening, downloads crawl.
        - The rescue system does not accept the root password shown in the panel.
        - Name resolution from inside the VPS fails, your resolvers do not answer.
        - We are under attack, the address has been null-routed and customers cannot reach us.
        - ECC errors in the log, the third memory module seems to be bad. Please replace it as soon
          as possible.
        - The provider's maintenance was finished an hour ago but our machine has not come back.
        - Can someone please reboot the server, it does not react to anything.
        - During your nightly backup the whole server stops responding for ten minutes.
        - Clock on the VM is off by minutes and the CPU steal time is enormous.
        - No mail can leave the VPS any more, outgoing connections are suddenly blocked.
        - IPv6 stopped working on my VPS, IPv4 is fine.
        - HELP everything is down!!! customers are calling, do something now
        - Seit heute früh ist unser Server weder per Ping noch per SSH zu erreichen. Bitte schauen
          Sie nach, der Shop steht still.
        - Die virtuelle Maschine bleibt beim Booten mit einem Fehler zum Dateisystem stehen, die
          Konsole zeigt eine Notfall-Shell.
        - Auf dem VPS dauert alles ewig, Load bei 40, die Platte wartet nur. Ist der Host überbucht?
        - Nach dem Neustart letzte Nacht hat die Netzwerkkarte keine Adresse, nichts antwortet.
        - Etwa ein Fünftel der Pakete zwischen Ihrem Router und unserer Maschine geht verloren, mtr
          aus beiden Richtungen unten.
        - Eine Platte ist aus dem RAID geflogen, mdadm meldet degraded. Kann ein Techniker sie
          tauschen?
        - Ich habe den SSH-Port und die Firewall geändert und komme jetzt nicht mehr auf meinen
          eigenen Server.
        - Der Server hat heute zweimal von selbst neu gestartet, in den Logs steht nichts. Liegt es
          an der Hardware?
        - Die Neuinstallation über das Panel hängt seit zwei Stunden bei 60 Prozent.
        - Die Webseite bringt alle paar Minuten einen 502, der Speicher läuft voll und die Datenbank
          wird beendet.
        - Die Instanz läuft angeblich, aber weder Konsole noch Remotedesktop reagieren.
        - Kein Speicherplatz mehr, ich habe Dateien gelöscht, trotzdem zeigt df 100 Prozent.
        - Die Fernwartungskarte reagiert nicht, bitte zurücksetzen, die Maschine ist auch
          eingefroren.
        - Der Snapshot von gestern ließ sich nicht wiederherstellen, jetzt startet die VM nicht
          mehr.
        - Die Verbindung zwischen unseren beiden Servern ist seit Mittag weg, sie lief ein Jahr
          lang.
        - Unser Monitoring meldet: Host down, Zeitüberschreitung nach 30 Sekunden.
        - Die Netzwerkkarte handelt nur 100 Mbit aus statt Gigabit, bitte Kabel oder Switchport
          prüfen.
        - Das Dateisystem ist nur noch lesbar und das Kernel-Log voller I/O-Fehler.
        - Die Latenz springt jeden Abend von 20 auf 300 Millisekunden, Downloads sind quälend
          langsam.
        - Das Rettungssystem nimmt das angezeigte root-Passwort nicht an.
        - Die Namensauflösung vom VPS aus schlägt fehl, Ihre Resolver antworten nicht.
        - Wir werden angegriffen, die Adresse ist gesperrt und Kunden erreichen uns nicht.
        - Speicherfehler im Log, der dritte Riegel ist wohl defekt. Bitte schnellstmöglich tauschen.
        - Ihre Wartung ist seit einer Stunde vorbei, aber unsere Maschine ist nicht wiedergekommen.
        - Kann bitte jemand den Server neu starten, er reagiert auf gar nichts.
        - Während Ihres nächtlichen Backups steht der ganze Server zehn Minuten still.
        - Die Uhr der VM geht Minuten falsch und CPU Steal ist enorm.
        - Vom VPS gehen keine Mails mehr raus, ausgehende Verbindungen sind plötzlich blockiert.
        - IPv6 geht auf meinem VPS nicht mehr, IPv4 ist in Ordnung.
        - Nach eurer Änderung an der Firewall ist unser Server von außen nicht mehr da.
        - HILFE alles steht, Kunden rufen an, macht was!!!
    """,
    "custom-config": """
        - Would your network team be able to give us a point-to-point link to our office and route
          our office range over it?
        - Following our phone call, please implement the attached design: two front ends, shared
          address, internal network without internet access.
        - We would prefer a different storage layout than the standard image offers, two mirrored
          system disks and the rest as a pool.
        - Please restrict access to the management interface to the three addresses below and log
          all denied packets.
        - Our backup software needs an extra volume of 4 TB in another building, reachable only over
          the internal network.
        - Can you arrange for the old servers to be copied to the new ones by your staff, databases
          last, on Sunday night?
        - Please install the hypervisor from our image and leave the second disk untouched.
        - We'd like all names in our address block to resolve backwards to the pattern in the
          attachment.
        - We would like you to put our three servers into one private VLAN and route a second
          address range to the first of them.
        - Please create these firewall rules on your managed firewall: allow 443 from anywhere, 5432
          only from our office, deny the rest.
        - We have our own AS and a /23. Could you set up a BGP session with us and announce the
          prefix?
        - Attached are 240 PTR records for our addresses, please add them in one go.
        - Before you hand over the new machine: RAID 6 over eight disks, LVM on top, /var and /srv
          separate, encrypted with LUKS.
        - Can you mount our own ISO in the virtual drive? We install a system that is not on your
          list.
        - Please configure an IPsec tunnel between your data center and our firewall, parameters are
          in the attached sheet.
        - We need a load balancer with TLS termination, sticky sessions and a health check on
          /status for the two web servers.
        - Please move our setup of 14 machines from the old hall to the new one, in the order below
          and with only two hours of downtime.
        - Could your team set up replication of the database to your second site, with automatic
          failover?
        - We want individual backups: every six hours, kept for 90 days, encrypted, at another
          location.
        - Kindly enable nested virtualization and CPU host passthrough for the VM, we run a test
          hypervisor in it.
        - For a cluster we need a shared virtual IP, a heartbeat network and fencing through the
          management cards.
        - Please provide a second uplink with 10 Gbit and bond the two ports with LACP.
        - We would like our outgoing mail to go through your smart host with a fixed source address,
          please configure the relay.
        - Please block all countries except Germany and Austria in front of our servers, and
          rate-limit port 53.
        - Our security policy asks for a hardened installation along the CIS list. Can your
          administrators do it?
        - We accept your offer for the VPN set-up. Please go ahead on Tuesday after 22:00 and send
          the bill as usual.
        - Please boot the machine by PXE from our own server, DHCP options 66 and 67 are listed
          below.
        - Could you build a kernel with this module and these parameters and set it as default?
        - Please make sure that our two virtual machines never run on the same host.
        - We ask for a delegated IPv6 prefix of /48 instead of the single /64 and a static route to
          our router.
        - Connect our colocated rack with the cloud servers by a cross connect, tagged VLANs 110 and
          120.
        - Please add an NVMe cache and re-partition the array, we have already moved the data away.
        - We want single sign-on for our users by SAML, please configure your side with the metadata
          attached.
        - Could you set up an automatic watchdog that power cycles the machine when it hangs?
        - Change request: open TCP 8443 from 192.0.2.0/24 to the application servers, window
          Saturday 23:00.
        - Please pass the GPU through to our virtual machine and pin four cores to it.
        - We would like to mirror the traffic of one port to our analyser and send syslog to our own
          server.
        - Please set quality of service on our port so that voice traffic comes first.
        - Bitte nehmen Sie unsere drei Server in ein privates VLAN auf und routen Sie ein zweites
          Netz auf den ersten.
        - Bitte legen Sie auf der gemanagten Firewall an: 443 von überall, 5432 nur aus unserem
          Büro, alles andere verbieten.
        - Wir haben ein eigenes AS und ein /23. Könnten Sie mit uns eine BGP-Session aufbauen und
          das Präfix ankündigen?
        - Anbei 240 PTR-Einträge für unsere Adressen, bitte in einem Rutsch eintragen.
        - Vor Übergabe der neuen Maschine bitte: RAID 6 über acht Platten, darauf LVM, /var und /srv
          getrennt, mit LUKS verschlüsselt.
        - Können Sie unser eigenes ISO ins virtuelle Laufwerk legen? Wir installieren ein System,
          das nicht auf Ihrer Liste steht.
        - Bitte richten Sie einen IPsec-Tunnel zwischen Ihrem Rechenzentrum und unserer Firewall
          ein, Parameter im Anhang.
        - Wir benötigen einen Loadbalancer mit TLS-Terminierung und Health Check vor den beiden
          Webservern.
        - Bitte ziehen Sie unsere 14 Maschinen in der angegebenen Reihenfolge in den neuen Raum um,
          höchstens zwei Stunden Ausfall.
        - Könnte Ihr Team die Replikation der Datenbank an Ihren zweiten Standort mit automatischem
          Failover einrichten?
        - Wir wünschen individuelle Backups: alle sechs Stunden, 90 Tage Aufbewahrung,
          verschlüsselt, an anderem Ort.
        - Bitte schalten Sie verschachtelte Virtualisierung und CPU-Passthrough für die VM frei.
        - Für einen Cluster brauchen wir eine gemeinsame virtuelle IP, ein Heartbeat-Netz und
          Fencing über die Managementkarten.
        - Bitte stellen Sie einen zweiten Uplink mit 10 Gbit bereit und bündeln Sie beide Ports mit
          LACP.
        - Unsere ausgehende Mail soll über Ihren Smarthost mit fester Absenderadresse laufen, bitte
          das Relay konfigurieren.
        - Bitte sperren Sie vor unseren Servern alle Länder außer Deutschland und Österreich und
          begrenzen Sie Port 53.
        - Unsere Richtlinie verlangt eine gehärtete Installation nach CIS. Können Ihre
          Administratoren das umsetzen?
        - Wir nehmen Ihr Angebot für die VPN-Einrichtung an. Bitte am Dienstag nach 22 Uhr umsetzen,
          Rechnung wie üblich.
        - Bitte die Maschine per PXE von unserem Server booten lassen, DHCP-Optionen 66 und 67
          stehen unten.
        - Könnten Sie einen Kernel mit diesem Modul und diesen Parametern bauen und als Standard
          setzen?
        - Bitte stellen Sie sicher, dass unsere beiden VMs nie auf demselben Host laufen.
        - Wir bitten um ein delegiertes IPv6-Präfix /48 statt des einzelnen /64 und eine statische
          Route zu unserem Router.
        - Verbinden Sie bitte unser Colocation-Rack per Cross-Connect mit den Cloud-Servern, VLAN
          110 und 120 getaggt.
        - Bitte die Platten neu aufteilen, die Daten haben wir schon gesichert: zwei Spiegel, einer
          nur für die Datenbank.
        - Wir möchten Single Sign-on per SAML für unsere Benutzer, bitte Ihre Seite mit den
          Metadaten im Anhang konfigurieren.
        - Könnten Sie einen Watchdog einrichten, der die Maschine bei Stillstand automatisch neu
          startet?
        - Change: TCP 8443 aus 192.0.2.0/24 zu den Anwendungsservern freischalten, Fenster Samstag
          23 Uhr.
        - Bitte die GPU an unsere VM durchreichen und vier Kerne fest zuweisen.
        - Wir hätten gern ein eigenes Managementnetz und Syslog auf unseren Server, getrennt vom
          übrigen Verkehr.
        - Bitte auf unserem Port QoS setzen, Sprachverkehr zuerst.
        - Zweite Netzwerkkarte nur für das Backupnetz, ohne Zugang zum Internet, bitte einbauen und
          konfigurieren.
    """,
    "general": """
        - Could you point me to a description of the backup feature? I just want to know how it
          works before I use it.
        - I am not sure which product fits, we have a small web shop with about 500 visitors a day.
        - Just a short note to say how pleased we are with the new support team.
        - My colleague has left the company, please remove his login and send notifications to me.
        - Someone registered a domain through you that infringes our trademark.
        - When I open my website the browser says the connection is not secure, how do I add a
          certificate in the web hosting menu?
        - Do you have any openings for trainees this summer?
        - The confirmation mail for my new account has not arrived, I checked the spam folder too.
        - What happens to my data when I end the contract, and how long do you keep it?
        - Is it allowed to scan my own servers for weaknesses, or do I have to tell you first?
        - My mail to a customer came back saying the mailbox is full, what does this mean?
        - I cannot log in to the customer panel any more, the reset mail never arrives.
        - How do I point my domain to the web hosting package? Which name servers do I have to
          enter?
        - We are thinking about moving to you. In which countries do you have data centers and what
          do you recommend for a small shop?
        - Thank you so much for the quick help yesterday, everything works again.
        - Our company has moved, please update the address and the contact person in our account.
        - I want to add a colleague as a second user who may only see the servers, is that possible?
        - Where can I find the login page and the documentation of the interface?
        - Can I run a game server or a VPN exit on your VPS, or do your terms forbid it?
        - I set up my mailbox in Outlook and it keeps asking for the password. Which server and port
          do I need?
        - One of your customers is scanning our network, here are the logs. Please take action.
        - I received a message in your name that asks for my password. Is this really from you?
        - Under the data protection law I ask which personal data you store about me, and to delete
          my account.
        - We need a signed data processing agreement and your ISO certificate for our records.
        - I ordered a server two days ago and have not heard anything, when will it be ready?
        - I would like to end my contract because we are closing the business, everything was fine
          with you.
        - I want to complain about the tone of your colleague on the phone.
        - We offer first class search engine optimisation for your website, may I call you next
          week?
        - I am applying for the position as system administrator, my CV is attached.
        - I am a journalist and would like to ask someone about the energy use of data centers.
        - What are your support hours, and is there a phone number for emergencies?
        - I am out of the office and will read your message when I am back on the 12th.
        - Thank you for your message, a ticket has been opened and we will get back to you.
        - How do I renew the certificate for my homepage, and what is a CSR?
        - Please take me off your mailing list.
        - Is there any news about my request from last week? Nobody has answered.
        - The new dashboard is nice, but the font is too small and I cannot find the traffic graph.
        - Please transfer the contract to the new owner, both signatures are attached.
        - Hi, can somebody help me? Please call.
        - Before we sign: please answer the attached questionnaire about backups, firewalls and
          availability.
        - I think this mail was meant for someone else, we do not have a contract with you.
        - Ich komme nicht mehr ins Kundenmenü, die Mail zum Zurücksetzen des Passworts kommt nie an.
        - Wie verbinde ich meine Domain mit dem Webhosting-Paket? Welche Nameserver muss ich
          eintragen?
        - Wir überlegen, zu Ihnen zu wechseln. In welchen Ländern haben Sie Rechenzentren, was
          empfehlen Sie für einen kleinen Shop?
        - Vielen Dank für die schnelle Hilfe gestern, alles läuft wieder.
        - Unsere Firma ist umgezogen, bitte Anschrift und Ansprechpartner ändern.
        - Ich möchte einen Kollegen als zweiten Benutzer anlegen, der nur die Server sieht, geht
          das?
        - Wo finde ich die Anmeldeseite und die Dokumentation der Schnittstelle?
        - Darf ich auf Ihrem VPS einen Spieleserver betreiben, oder verbieten das Ihre AGB?
        - Ich richte mein Postfach in Outlook ein und es fragt ständig nach dem Passwort. Welcher
          Server und Port?
        - Ein Kunde von Ihnen scannt unser Netz, Logs unten. Bitte unternehmen Sie etwas.
        - Ich habe in Ihrem Namen eine Mail bekommen, die nach meinem Passwort fragt. Ist die echt?
        - Nach DSGVO bitte ich um Auskunft, welche Daten Sie über mich speichern, und um Löschung
          meines Kontos.
        - Wir benötigen einen unterschriebenen Auftragsverarbeitungsvertrag und Ihr ISO-Zertifikat.
        - Vor zwei Tagen habe ich einen Server bestellt und nichts gehört, wann ist er fertig?
        - Wir kündigen, weil wir das Geschäft aufgeben, es war alles gut bei Ihnen. Bitte
          bestätigen.
        - Ich möchte mich über den Ton Ihres Kollegen am Telefon beschweren.
        - Wir bringen Ihre Webseite bei Google ganz nach oben, darf ich Sie nächste Woche anrufen?
        - Hiermit bewerbe ich mich als Systemadministrator, der Lebenslauf liegt bei.
        - Ich bin Journalist und möchte jemanden zum Energieverbrauch von Rechenzentren befragen.
        - Wann ist der Support erreichbar, und gibt es eine Telefonnummer für Notfälle?
        - Ich bin derzeit nicht im Haus und lese Ihre Nachricht nach meiner Rückkehr am 12.
        - Vielen Dank für Ihre Nachricht, wir haben einen Vorgang angelegt und melden uns.
        - Wie verlängere ich das Zertifikat meiner Homepage, und was ist ein CSR?
        - Bitte nehmen Sie mich aus dem Verteiler.
        - Gibt es etwas Neues zu meiner Anfrage von letzter Woche? Es hat niemand geantwortet.
        - Das neue Panel ist schön, aber die Schrift ist zu klein und ich finde die Trafficgrafik
          nicht.
        - Bitte übertragen Sie den Vertrag auf den neuen Inhaber, beide Unterschriften anbei.
        - Hallo, kann mir jemand helfen? Bitte um Rückruf.
        - Vor Vertragsabschluss bitten wir um Antworten auf den Fragebogen zu Backup, Firewall und
          Verfügbarkeit.
        - Diese Mail war wohl für jemand anderen bestimmt, wir haben keinen Vertrag mit Ihnen.
        - Bitte sagen Sie mir, wie ich eine Subdomain anlege und eine Weiterleitung einrichte.
    """,
}
