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
    "Hi Anna,\n\nI restarted the server, it answers again. The load came from a backup job at 3 "
    "am.\n\nBest regards\nMax",
    "Dear customer,\n\nyour invoice 2026-10443 was paid on 12.11.2026, thank you.\n\nKind regards\n"
    "Billing",
    "Hello,\n\nyour password was reset. You will get a mail with a link to choose a new one.",
    "Hello,\n\nPassword: will be sent to you by SMS.\nUser: root",
    "Your new password has been sent separately to the phone number on file.",
    "To reset your password: open https://my.desk.example/password/reset?token=start and follow "
    "the steps.",
    "Please choose a password: at least 12 characters, with A-Z, a-z, 0-9 and a special character.",
    "Password: unchanged\nUser: anna\nHost: web01.desk.example\nPort: 22",
    "Password: ********\nWe never send it by mail.",
    "The password for the panel is the same as for the customer area.",
    "The password is stored as SHA256 hash, we cannot read it.",
    "The password hash is SHA256, the password lives on web017.",
    "The password is valid for 24 hours only, please change it after the first login.",
    "Please set PasswordAuthentication no in /etc/ssh/sshd_config and restart sshd.",
    "In wp-config.php please set define('DB_PASSWORD', 'your_password_here'); and reload.",
    "DB_PASSWORD=${MYSQL_PASSWORD}\nDB_HOST=localhost\nDB_USER=wordpress",
    "mysql -u root -p --default-character-set=utf8mb4 shop < dump.sql",
    "password: <your password>\nusername: <your e-mail address>",
    "Please never send us your password. We do not need it: a key is enough.",
    "Your public key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnRlcjI "
    "anna@laptop was added.",
    "Paste the key with its first and last line, -----BEGIN PRIVATE KEY----- and -----END PRIVATE "
    "KEY-----, into the field 'private key'. We do not keep it.",
    "The certificate:\n-----BEGIN CERTIFICATE-----\n"
    "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----",
    "Please add this TXT record: _acme-challenge.kunde.example\nValue of the challenge token: "
    "8fKd72jsLq01Zx9PwmN3vB5tYc6Rr4Ee",
    'DKIM record: default._domainkey TXT "v=DKIM1; k=rsa; '
    'p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1b2c3d4e5f6"',
    "License key: ABCD2-EF3GH-IJ4KL-5MNOP-6QRST for Windows Server 2022 is activated.",
    "Host key fingerprint: SHA256:9yq0V3mCkQ1x5nZtB7rW2eUuI8oP6aSdF4gHjKlMnBv",
    "Ticket 1042 is yours, #1042 in the subject. Order #4711 and invoice #1050 are paid.",
    "Your server #4711 in rack 12 got a new disk, the RAID rebuild takes 4 hours.",
    "As you wrote in ticket #1077, otto@partner.example should be told as well.",
    "Write to support@desk.example or help@desk.example any time, we answer within 10 minutes.",
    "You can write to abuse@carrier.example about the packet loss on AS64500, they run that router.",
    "traceroute to 192.0.2.17, 30 hops max\n 1  192.0.2.1  0.4 ms\n 2  198.51.100.9  8.1 ms\nNo "
    "loss on our side.",
    "Nov 25 03:11:42 web01 kernel: [12345.678] Out of memory: Killed process 2211 (mysqld) "
    "total-vm:4194304kB",
    "> My server vps-4711.kunde.example is down since 3 am and nobody answers the phone, please "
    "help me now.\n\nIt is up again, a power supply had failed.",
    "You said the password is Kunde-S3lbst!, please change it: it stood in a mail.",
    "Please remove the API key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0 that you sent from your config.",
    "Here is how: https://docs.desk.example/en/how-to-boot-into-the-rescue-system-and-mount-disks",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 of your deploy broke the site, please roll back.",
    "Request id 5f3c9f0e-1f2d-4b6a-9c1d-2e3f4a5b6c7d, ray 7d2f8a9b0c1d2e3f-FRA: a 502 of your "
    "application.",
    "The token of your session expired, please log in again. The key to a fast site is caching.",
    "Login: https://panel.desk.example/login\nUser: anna@kunde.example",
    "user: anna\npassword: as in your welcome mail",
    "Access: 24/7 at the gate with your card; the access code: is on the back of it.",
    "Guten Tag Frau Beispiel,\n\nder Server läuft wieder. Ursache war ein voller Datenträger.\n\n"
    "Mit freundlichen Grüßen\nMax Muster\nDESK Hosting GmbH, technische Kundenbetreuung für "
    "Bestandskunden",
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
    "Bitte hinterlegen Sie Ihren öffentlichen Schlüssel: ssh-rsa "
    "AAAAB3NzaC1yc2EAAAADAQABAAABgQC7x8y9z0a1b2c3d4e5",
    "Der Schlüssel zum Erfolg: regelmäßige Sicherungen.",
    "Reverse DNS für 192.0.2.17 zeigt nun auf mail.kunde.example, TTL 3600.",
    "Ihre Kundennummer #4711 und Auftrag #1050 bitte immer angeben.",
    "Wartung am 28.11.2026, 02:00 bis 04:00 Uhr: node17 wird auf Debian 13 und PHP8.4-FPM gehoben.",
    "Für die Passwort-Authentifizierung nutzt Dovecot nun SHA512-CRYPT statt MD5.",
    "Bitte prüfen Sie: ufw allow 51820/udp && systemctl restart wg-quick@wg0, danach geht der Tunnel.",
    "Ihre Anfrage vom 24.11.2026 ist erledigt, die Anfrage 2026-11-24 schließen wir.",
    # What follows was written after the rules, to measure them.
    "Hi,\n\nwe've received your password reset request. For security we need a copy of the ID on "
    "file first.",
    "The root password can be found in the customer area under Servers > vps-4711 > Access.",
    "root password: see customer area",
    "Your FTP account has been created:\nHost: ftp.kunde.example\nUser: web17_ftp\nPassword: set "
    "by you in the panel\nPort: 21",
    "Error was: Access denied for user 'shop'@'localhost' (using password: YES)",
    "Dovecot says: auth failed, 3 attempts in 12 secs: user=<anna>, method=PLAIN, rip=192.0.2.5, "
    "TLS: Disconnected",
    "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd",
    'Please check `requirepass` in redis.conf and the line `password: "{{ vault_redis_password '
    '}}"` in your playbook.',
    "In .env: APP_KEY=base64:... and DB_PASSWORD=secret must match your settings.",
    "sudo passwd root\nEnter new password:\nRetype new password:\npasswd: password updated "
    "successfully",
    "echo 'PermitRootLogin prohibit-password' >> /etc/ssh/sshd_config && systemctl reload ssh",
    "The password policy is 12+ characters, see https://desk.example/policy#passwords",
    "Your password: please choose it yourself via https://my.desk.example/reset/9f8e7d6c5b4a3928",
    "We changed your password to the one you asked for.",
    "Passwort und Benutzername sind korrekt, aber der Port 587 war gesperrt.",
    "Das Passwort für das Postfach info@kunde.example haben wir nicht geändert, es gilt weiter das "
    "alte.",
    "Passwort für das Postfach: bitte im Kundenbereich neu setzen",
    "Passwort: steht im Brief vom 12.11.",
    "Neues Passwort: bitte telefonisch erfragen, +49 30 1234567",
    "Benutzername: anna\nPasswort: [im Kundencenter hinterlegt]\nServer: imap.desk.example:993 "
    "(SSL/TLS)",
    "Das Masterpasswort lautet nicht mehr wie früher, sondern wurde von Ihnen selbst am 3.11. gesetzt.",
    "Fail2ban hat Ihre IP 203.0.113.77 nach 5 falschen Passwörtern gesperrt, sie ist wieder frei.",
    "Zugang: per SSH auf Port 2222, Benutzer: deploy, nur mit Schlüssel",
    "Der Token ist 15 Minuten gültig. API-Schlüssel legen Sie unter Konto / API an.",
    "API key: create one in the panel under Account > API",
    "The API token: is shown only once, right after you create it.",
    "Set-Cookie: session=...; the secret: never commit it to git.",
    "wg0.conf:\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = "
    "10.0.0.2/32",
    "ssh-keygen -t ed25519 -C anna@kunde.example, then send us the .pub file, never the private key.",
    "md5sum: d41d8cd98f00b204e9800998ecf8427e  backup-2026-11-24.tar.gz",
    "Your order 10443 (invoice RE-2026-1050) is on its way. Tracking: 00340434161094021501",
    "Message-ID: <CAF1x9+abcdefghij@mail.kunde.example> was rejected by their server with 550 5.7.1.",
    "BGP: neighbor 192.0.2.1 remote-as 64500 password is required on both ends, tell us which one "
    "you prefer.",
    "MD5 password for the BGP session: we will phone you.",
    "Please open a case with Microsoft; case 31234567 of last year had the same cause.",
    "Kernel bug #21432 is fixed in 6.12.9, see https://bugs.example/show_bug.cgi?id=21432#c12.",
    "You are on PHP 8.1; PHP8.4 is in the panel. Also phpMyAdmin5.2 and node20 are there.",
    "IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001, reference KD-4711-2026.",
    "Key: 1) stop nginx 2) run certbot renew 3) start nginx",
    "keyboard: de, console: https://vnc.desk.example/?path=websockify",
    "VNC is at 192.0.2.9:5901. The password is shown in the panel for 30 minutes.",
    "Your pass is ready at the gate. Pass: visitor, from 9:00.",
    "The customer portal now has two factors (TOTP). Backup codes: print them.",
    "Wir haben den PTR-Eintrag gesetzt: 17.2.0.192.in-addr.arpa -> mail.kunde.example.",
    "Guten Tag,\n\nwie besprochen erhalten Sie das Angebot #1099 über zwei Server.\n\nViele Grüße\n"
    "Max Muster",
    "Hallo Anna,\n\nschön, dass es klappt!\n\nMit freundlichen Grüßen\nMax Muster\nDESK Hosting "
    "GmbH, technische Kundenbetreuung für Bestandskunden",
    "proxmox: qm set 1050 --cipassword <neu> --sshkeys ~/.ssh/id_ed25519.pub",
    "rsync -avz -e 'ssh -p 2222' --password-file=/etc/rsync.pass backup@nas.kunde.example::daily /srv",
    "password_hash($pass, PASSWORD_DEFAULT) statt md5($password) verwenden; $password = "
    "$_POST['password'] nie loggen.",
    "The wp_users table: user_pass = MD5('new-password-here') resets it.",
    "Hello Anna,\n\nthe certificate for kunde.example was renewed until 2027-02-23. Nothing to do "
    "for you.\n\nRegards, Max",
    "Dear Anna, we can't see your password, only you can. Use 'Forgot password' on the login page: "
    "https://my.desk.example/login",
    "IMAP: imap.desk.example, port 993, SSL/TLS, authentication: normal password\nSMTP: "
    "smtp.desk.example, port 465, SSL/TLS, authentication: normal password",
    "Outlook asks for the password again and again: this is the known issue KB5040442 of July.",
    "Your password contains a '#', which Plesk18.0.64 could not handle, so please pick one without.",
    "the app password: Google account > Security > App passwords, 16 letters",
    "Password: (leave it empty)",
    "Passwort bitte an niemanden weitergeben, auch nicht an uns! Wir fragen nie danach.",
    "Passwort-Reset ist erfolgt, die Mail an anna@kunde.example ging um 14:32 raus.",
    "Das WLAN-Passwort im Rechenzentrum: hängt am Empfang aus.",
    "Grub fragt nach dem Passwort: einfach Enter drücken.",
    "Zugang zur KVM: https://kvm.desk.example/s/17 / Benutzer anna",
    "Die SSH-Anmeldung per Passwort ist bei Ubuntu24.04 abgeschaltet, bitte Schlüssel nutzen.",
    "Kennwort geändert? Dann auch in Thunderbird unter Einstellungen > Datenschutz > Passwörter "
    "ändern.",
    "mysql> ALTER USER 'root'@'localhost' IDENTIFIED BY 'NEUES_PASSWORT';",
    "Wir haben heute #1 und #2 der Liste erledigt, #3 folgt morgen.",
    "RAID: md0 : active raid1 sda1[0] sdb1[1] 976630336 blocks super 1.2 [2/2] [UU]",
    "Ihr Server hat jetzt 32GB RAM, 8 vCPU und die IPs 2001:db8::17 sowie 192.0.2.17.",
    "Rechnung 2026/1099 ist storniert. Erstattung: 49,90 EUR auf DE02120300000000202051.",
    "TLS-Key: bitte auf dem Server lassen; Key-Größe: 4096 Bit, Typ RSA.",
    "SPF: v=spf1 include:spf.desk.example -all\nDMARC: v=DMARC1; p=none; "
    "rua=mailto:dmarc@kunde.example",
    "Restic repo: s3:https://s3.desk.example/backup-anna, password file: /home/backup/.restic-pw",
    "error: RSA key fingerprint mismatch, key: /etc/ssh/ssh_host_rsa_key.pub",
    "2FA token: 6 digits from your app, the secret: stays on your phone.",
    "Max is on holiday until 2026-12-01; Erika looks after it: support@desk.example.",
)

_PEM = (
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDExampleNotAKey\n"
    "q8Zt3u7Yw1Xc5Vb9Nm2Lk4Jh6Gf8Ds0Ap1Oi3Uy5Tr7Ew9Qz"
)

LEAKING: tuple[tuple[LeakKind, str], ...] = (
    (LeakKind.NOTE, "Hello,\nplease no goodwill refund before the boss has looked at it.\nMax"),
    (
        LeakKind.NOTE,
        "Done.\n\n> This one pays late every\n> month, please no goodwill refund before\n> the boss",
    ),
    (
        LeakKind.NOTE,
        "DIE PLATTE in *node17* ist die »vierte« aus dieser defekten Charge, wir tauschen sie.",
    ),
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
    (LeakKind.PASSWORD, "Hi Anna,\n\nI reset it. Your new password is: Kx9-ppLm-22\n\nMax"),
    (LeakKind.PASSWORD, "root pw: Ahz4eiLo"),
    (LeakKind.PASSWORD, "user: root\npass: toor1234"),
    (LeakKind.PASSWORD, "Benutzer: root, Passwort: Ahz4eiLo"),
    (LeakKind.PASSWORD, "Das Passwort für den Benutzer root ist jetzt Ahz4eiLo."),
    (LeakKind.PASSWORD, "Passwort wurde auf Herbst2026! geändert."),
    (LeakKind.PASSWORD, "Login root mit Passwort Ahz4eiLo9"),
    (LeakKind.PASSWORD, "login with root / password Ahz4eiLo9x"),
    (LeakKind.PASSWORD, "Host\t192.0.2.4\nUser\troot\nPassword\tAhz4eiLo"),
    (LeakKind.PASSWORD, "| Password | Ahz4eiLo |"),
    (LeakKind.PASSWORD, "IPMI credentials: ADMIN:Ahz4eiLo"),
    (LeakKind.PASSWORD, "--password=Ahz4eiLo"),
    (LeakKind.PASSWORD, '"password": "Ahz4eiLo"'),
    (LeakKind.PASSWORD, "<password>Ahz4eiLo</password>"),
    (LeakKind.PASSWORD, "Password\nAhz4eiLo"),
    (LeakKind.PASSWORD, "Your password has been changed to Ahz4eiLo"),
    (LeakKind.PASSWORD, "The VNC password: 84736251"),
    (LeakKind.PASSWORD, "sshpass -p 'Ahz4eiLo' ssh root@192.0.2.9"),
    (LeakKind.PASSWORD, "echo 'root:Ahz4eiLo' | chpasswd"),
    (LeakKind.PASSWORD, "Passwort = Ahz4eiLo // Port 22"),
    (LeakKind.PASSWORD, "PW: Ahz4eiLo!"),
    (LeakKind.KEY, "Secret Key: wJalrXUtnFEMIK7MDENGbPxRfiCYzz99KEYab12"),
    (
        LeakKind.KEY,
        "Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    ),
    (LeakKind.KEY, "PresharedKey = FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE="),
    (LeakKind.KEY, "HETZNER_API_TOKEN=Zk3vQ9mW7xR2tY8uI4oP6aSdF1gHjKl0"),
    (LeakKind.NOTE, "as noted: late every month, please no goodwill refund before the boss has looked"),
    (LeakKind.ADDRESS, "cc an Max.Muster@desk.example."),
    (LeakKind.TICKET, "Vorgang 1099 war derselbe Fehler"),
    (LeakKind.TICKET, "wie bei Ticket #2024."),
    (LeakKind.PASSWORD, "Here you go:\n\nServer: 192.0.2.4\nLogin: root\nPW: uu7KwmTq\n\nRegards"),
    (LeakKind.PASSWORD, "Ihr neues Kennwort lautet:\n\nuu7KwmTq\n\nBitte ändern."),
    (LeakKind.PASSWORD, "Temporary password - uu7KwmTq!x"),
    (LeakKind.PASSWORD, "Passwort: 'uu7KwmTq'"),
    (LeakKind.PASSWORD, "Passwort ist uu7KwmTq, Benutzer wie immer"),
    (LeakKind.PASSWORD, "(pw: uu7KwmTq)"),
    (LeakKind.PASSWORD, 'The new passphrase for the disk is "tulip-Anchor-77-moss".'),
    (LeakKind.PASSWORD, "FTP password for web17: uu7KwmTq"),
    (
        LeakKind.PASSWORD,
        "redis://:uu7KwmTq@cache.desk.example:6379 or amqp://shop:uu7KwmTq@mq.desk.example",
    ),
    (LeakKind.KEY, "Token = 7b2e9f4c1d8a6053e7f2c9b4a1d8e605"),
    (LeakKind.KEY, "SG." + "abcdEFGH1234ijkl5678MN.qrst9012UVWX3456yzab7890CDEF"),
    (LeakKind.NOTE, "> chargeback risk, hands off"),
    (LeakKind.BLOCK, "===internal:the customer never sees this block==="),
    (LeakKind.TOKEN, "reply to: Support <support+KR2WK3TBNZ2GK3TDNFWG@desk.example>"),
    (LeakKind.PASSWORD, "The password is hunter22."),
    (LeakKind.PASSWORD, "Das Kennwort lautet jetzt Sommer2026"),
)
