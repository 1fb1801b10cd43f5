"""Answers of a hosting desk, as colleagues write them: ordinary ones, and some with an accident in them."""

from __future__ import annotations

from mailflow.ticket.leaks import Known, LeakKind

TOKEN = "mfzwizltmfrggzdfmztq"
OTHER_TOKEN = "kr2wk3tbnz2gk3tdnfwg"

KNOWN = Known(
    public=frozenset({"support@desk.example", "help@desk.example"}),
    number=1042,
    readers=frozenset({"anna@kunde.example"}),
    notes=(
        "This one pays late every month, please no goodwill refund before the boss has looked at it.",
        "Kunde hat schon dreimal mit dem Anwalt gedroht, bitte nichts schriftlich zusagen.\n\n"
        "Die Platte in node17 ist die vierte aus dieser defekten Charge.\n\n"
        "Mit freundlichen Grüßen\nMax Muster\nDESK Hosting GmbH, technische Kundenbetreuung für Bestandskunden",
        "Link für ihn: https://docs.desk.example/en/how-to-boot-into-the-rescue-system-and-mount-disks",
        "Chargeback risk, hands off!",
    ),
    customer_texts=(
        "My server vps-4711.kunde.example is down since 3 am and nobody answers the phone, please help me now.\n"
        "I log in as root, password: Kunde-S3lbst! and I wrote in ticket #1077 before, with otto@partner.example.\n"
        "The API key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0 is in the config.",
    ),
    inner_addresses=frozenset({"l1@desk.example", "sysadmins@desk.example", "Max.Muster@desk.example"}),
    tokens=frozenset({TOKEN}),
    other_customers=frozenset({"cfo@rival.example"}),
    other_tickets=frozenset({1050, 1099, 2024, 4711}),
)

ORDINARY = (
    # English
    "Hi Anna,\n\nI restarted the server, it answers again. The load came from a backup job at 3 am.\n\nBest regards\nMax",
    "Dear customer,\n\nyour invoice 2026-10443 was paid on 12.11.2026, thank you.\n\nKind regards\nBilling",
    "Hello,\n\nyour password was reset. You will get a mail with a link to choose a new one.",
    "Hello,\n\nPassword: will be sent to you by SMS.\nUser: root",
    "Your new password has been sent separately to the phone number on file.",
    "To reset your password: open https://my.desk.example/password/reset?token=start and follow the steps.",
    "Please choose a password: at least 12 characters, with A-Z, a-z, 0-9 and a special character.",
    "Password: unchanged\nUser: anna\nHost: web01.desk.example\nPort: 22",
    "Password: ********\nWe never send it by mail.",
    "The password for the panel is the same as for the customer area.",
    "The password is stored as SHA256 hash, we cannot read it.",
    "The password is valid for 24 hours only, please change it after the first login.",
    "Please set PasswordAuthentication no in /etc/ssh/sshd_config and restart sshd.",
    "In wp-config.php please set define('DB_PASSWORD', 'your_password_here'); and reload.",
    "DB_PASSWORD=${MYSQL_PASSWORD}\nDB_HOST=localhost\nDB_USER=wordpress",
    "mysql -u root -p --default-character-set=utf8mb4 shop < dump.sql",
    "password: <your password>\nusername: <your e-mail address>",
    "Please never send us your password. We do not need it: a key is enough.",
    "Your public key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnRlcjI anna@laptop was added.",
    "Paste the key with its first and last line, -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----, "
    "into the field 'private key'. We do not keep it.",
    "The certificate:\n-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n"
    "-----END CERTIFICATE-----",
    "Please add this TXT record: _acme-challenge.kunde.example\n"
    "Value of the challenge token: 8fKd72jsLq01Zx9PwmN3vB5tYc6Rr4Ee",
    "DKIM record: default._domainkey TXT \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1b2c3d4e5f6\"",
    "License key: ABCD2-EF3GH-IJ4KL-5MNOP-6QRST for Windows Server 2022 is activated.",
    "Host key fingerprint: SHA256:9yq0V3mCkQ1x5nZtB7rW2eUuI8oP6aSdF4gHjKlMnBv",
    "Ticket 1042 is yours, #1042 in the subject. Order #4711 and invoice #1050 are paid.",
    "Your server #4711 in rack 12 got a new disk, the RAID rebuild takes 4 hours.",
    "As you wrote in ticket #1077, otto@partner.example should be told as well.",
    "Write to support@desk.example or help@desk.example any time, we answer within 10 minutes.",
    "You can write to abuse@carrier.example about the packet loss on AS64500, they run that router.",
    "traceroute to 192.0.2.17, 30 hops max\n 1  192.0.2.1  0.4 ms\n 2  198.51.100.9  8.1 ms\nNo loss on our side.",
    "Nov 25 03:11:42 web01 kernel: [12345.678] Out of memory: Killed process 2211 (mysqld) total-vm:4194304kB",
    "> My server vps-4711.kunde.example is down since 3 am and nobody answers the phone, please help me now.\n\n"
    "It is up again, a power supply had failed.",
    "You said the password is Kunde-S3lbst!, please change it: it stood in a mail.",
    "Please remove the API key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0 that you sent from your config.",
    "Here is how: https://docs.desk.example/en/how-to-boot-into-the-rescue-system-and-mount-disks",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 of your deploy broke the site, please roll back.",
    "Request id 5f3c9f0e-1f2d-4b6a-9c1d-2e3f4a5b6c7d, ray 7d2f8a9b0c1d2e3f-FRA: a 502 of your application.",
    "The token of your session expired, please log in again. The key to a fast site is caching.",
    "Login: https://panel.desk.example/login\nUser: anna@kunde.example",
    "user: anna\npassword: as in your welcome mail",
    "Access: 24/7 at the gate with your card; the access code: is on the back of it.",
    # German
    "Guten Tag Frau Beispiel,\n\nder Server läuft wieder. Ursache war ein voller Datenträger.\n\n"
    "Mit freundlichen Grüßen\nMax Muster\nDESK Hosting GmbH, technische Kundenbetreuung für Bestandskunden",
    "Sehr geehrter Herr Muster,\n\ndie Gutschrift #2024 über 12,50 EUR ist gebucht.",
    "Ihr Passwort können Sie unter https://kunde.desk.example/passwort zurücksetzen.",
    "Passwort zurücksetzen: Bitte klicken Sie im Kundenbereich auf „Passwort vergessen“.",
    "Passwort: siehe separate SMS\nBenutzer: root",
    "Das Passwort: wird Ihnen per Post zugestellt.",
    "Das neue Passwort ist ab sofort gültig, bitte ändern Sie es nach der ersten Anmeldung.",
    "Das Passwort lautet wie bisher. Ihr Benutzername ist anna.",
    "Kennwort: unverändert",
    "Kennwort: mindestens 10 Zeichen, Groß- und Kleinbuchstaben, Ziffern",
    "Wir haben das Passwort auf Ihren Wunsch am 12.11.2026 um 14:30 Uhr zurückgesetzt.",
    "Passwort vom 24.11.2026: abgelaufen",
    "Die Zugangsdaten finden Sie im Kundenbereich unter Server / Zugang.",
    "Zugangsdaten: im Kundenbereich / Server",
    "Bitte hinterlegen Sie Ihren öffentlichen Schlüssel: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7x8y9z0a1b2c3d4e5",
    "Der Schlüssel zum Erfolg: regelmäßige Sicherungen.",
    "Reverse DNS für 192.0.2.17 zeigt nun auf mail.kunde.example, TTL 3600.",
    "Ihre Kundennummer #4711 und Auftrag #1050 bitte immer angeben.",
    "Wartung am 28.11.2026, 02:00 bis 04:00 Uhr: node17 wird auf Debian 13 und PHP8.4-FPM gehoben.",
    "Für die Passwort-Authentifizierung nutzt Dovecot nun SHA512-CRYPT statt MD5.",
    "Bitte prüfen Sie: ufw allow 51820/udp && systemctl restart wg-quick@wg0, danach geht der Tunnel.",
    "Ihre Anfrage vom 24.11.2026 ist erledigt, die Anfrage 2026-11-24 schließen wir.",
)

_PEM = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDExampleNotAKey\nq8Zt3u7Yw1Xc5Vb9Nm2Lk4Jh6Gf8Ds0Ap1Oi3Uy5Tr7Ew9Qz"

LEAKING: tuple[tuple[LeakKind, str], ...] = (
    (LeakKind.NOTE, "Hello,\nplease no goodwill refund before the boss has looked at it.\nMax"),
    (LeakKind.NOTE, "Done.\n\n> This one pays late every\n> month, please no goodwill refund before\n> the boss"),
    (LeakKind.NOTE, "DIE PLATTE in *node17* ist die »vierte« aus dieser defekten Charge, wir tauschen sie."),
    (LeakKind.NOTE, "Erledigt.\n> Chargeback risk, hands off!"),
    (
        LeakKind.NOTE,
        "Guten Tag, Kunde hat schon dreimal mit dem Anwalt gedroht, bitte nichts schriftlich zusagen.",
    ),
    (LeakKind.BLOCK, "Hi,\n> > === internal: the customer never\n> > sees this block ===\n#1042 vps"),
    (LeakKind.BLOCK, "Läuft.\n| === END of the internal block ==="),
    (LeakKind.TOKEN, f"Schreiben Sie an support+{TOKEN}@desk.example"),
    (LeakKind.TOKEN, f"It is {TOKEN.upper()} here"),
    (LeakKind.TOKEN, f"Von: <help+{OTHER_TOKEN}@desk.example>"),
    (LeakKind.TOKEN, f"Message-ID: <mf.{OTHER_TOKEN}@desk.example>"),
    (LeakKind.ADDRESS, "Am 24.11. schrieb Max Muster <max.muster@desk.example>:"),
    (LeakKind.ADDRESS, "Please write to L1@Desk.example directly."),
    (LeakKind.ADDRESS, "mailto:sysadmins+urgent@desk.example"),
    (LeakKind.CUSTOMER, "The same was reported by <CFO@rival.example>."),
    (LeakKind.TICKET, "Das hatten wir schon in #1099."),
    (LeakKind.TICKET, "see [#1050 vps] down again"),
    (LeakKind.TICKET, "Same as ticket no. 4711, we fixed it."),
    (LeakKind.TICKET, "Siehe Ticketnummer: 2024"),
    (LeakKind.PASSWORD, "User: root\nPassword: hunter"),
    (LeakKind.PASSWORD, "password: xK29!fQd"),
    (LeakKind.PASSWORD, "**Passwort:** `Sommer2026`"),
    (LeakKind.PASSWORD, "Das neue Root-Passwort lautet Winter-2026!"),
    (LeakKind.PASSWORD, "Das Initialkennwort (bitte ändern): 7gH-kk21"),
    (LeakKind.PASSWORD, "The password for root on web01 is now Tr0ub4dor&3."),
    (LeakKind.PASSWORD, "I set the password to blue7Horse, please change it."),
    (LeakKind.PASSWORD, "Password for the panel: Gx71kkLw"),
    (LeakKind.PASSWORD, "Passwort:\n  Qw8rtz-Uiop\n"),
    (LeakKind.PASSWORD, "pwd=letmein99"),
    (LeakKind.PASSWORD, "MYSQL_ROOT_PASSWORD=s3cr3tsauce"),
    (LeakKind.PASSWORD, "> Benutzer: anna\n> Passwort: Fr3ibad! (bitte ändern)"),
    (LeakKind.PASSWORD, "CREATE USER 'shop' IDENTIFIED BY 'b4nanaSplit';"),
    (LeakKind.PASSWORD, "git clone https://deploy:gl7Xy99pq@git.desk.example/shop.git"),
    (LeakKind.PASSWORD, "Zugangsdaten: root / Vw83-kkPq"),
    (LeakKind.PASSWORD, "Bitte melden Sie sich mit dem Passwort Zk!93hdUq2 an."),
    (LeakKind.KEY, f"-----BEGIN RSA PRIVATE KEY-----\n{_PEM}\n-----END RSA PRIVATE KEY-----"),
    (LeakKind.KEY, f"> -----BEGIN OPENSSH PRIVATE KEY-----\n> {_PEM}"),
    (LeakKind.KEY, "export AWS_ACCESS_KEY_ID=AKIA" + "QX7RZ2MNB4CVL5KJ"),
    (LeakKind.KEY, "use ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
    (LeakKind.KEY, "xoxb-" + "2233445566-abcdefGHIJ"),
    (LeakKind.KEY, "API key: " + "4f9d2c7b1a8e6350d4c3b2a190f8e7d6"),
    (LeakKind.KEY, "client_secret = '" + "Zx8vQ2mK9pL4wR7tY1uI'"),
    (LeakKind.KEY, "PrivateKey = " + "yAnz5TF0lXXJte14tji3zlMNq7hd2rYUIgJBgB3fBmk="),
)
