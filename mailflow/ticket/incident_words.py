"""Words that ticket/incident.py knows: what tells nothing, and the cities of data centers."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network

_COMMON = """
    ipv php mp mpeg sha utf windows win winserver ubuntu debian mysql mariadb postgres postgresql
    python port http https ext centos rocky alma almalinux fedora suse raid md eth ens enp eno wlan
    level ssd sata usb rfc error code fehler day days base x i v h ps iphone android office exchange
    core log wireguard route tls ssl ssh imap pop smtp socks nvme ddr gb mb tb mbit gbit ghz
    nodejs java net dotnet
"""
_FILES = """
    php html htm txt log conf cfg ini json xml yml yaml csv py sh js css jpg jpeg png gif svg pdf zip
    tar gz exe bat iso img sql bak doc docx xls xlsx eml service local lan localdomain
"""
_KNOWN_TO_ALL = "google.com google.de gmail.com cloudflare.com github.com w3.org localhost.localdomain"
# Private networks and everybody's resolvers.
_EVERYWHERE = """
    0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 255.0.0.0/8
    1.1.1.1 8.8.8.8 8.8.4.4 ::/127 fe80::/10 2001:4860:4860::/48
"""
_CITIES = """
    frankfurt frankfurter; amsterdam amsterdamer; falkenstein falkensteiner; vienna wien wiener; paris pariser
    nuremberg nürnberg nuernberg nürnberger; munich münchen muenchen münchner; berlin berliner
    warsaw warschau warszawa
    hamburg hamburger; düsseldorf duesseldorf düsseldorfer; cologne köln koeln kölner; karlsruhe karlsruher
    zurich zürich zuerich zürcher; geneva genf; london londoner; dublin dubliner; strasbourg straßburg strassburg
    helsinki; stockholm; copenhagen kopenhagen; oslo; prague prag prager; budapest; bucharest bukarest
    milan mailand milano; rome roma; madrid; barcelona; lisbon lissabon; marseille; roubaix; gravelines
    moscow moskau; petersburg; kyiv kiew; riga; vilnius; tallinn; istanbul; dubai; singapore singapur; tokyo tokio
    sydney; mumbai; ashburn; dallas; chicago; miami; phoenix; seattle; toronto; montreal; johannesburg; newark
"""
_ENGLISH = """
    about after again already also always anything because been before below best better both cannot
    check could customer dear does doesn done down during ever every from good greetings have having
    hello help here http https immediately into just kind know last like long look looks make many
    maybe message minutes more most much must need never nothing once only other over please possible
    problem problems provider question quickly really regards request right same send seems server
    servers service should since some someone something soon still such support sure team tell thank
    thanks that their them then there these they thing this ticket time today tomorrow tried trouble
    trying until urgent using very vserver want website week well were what when where which while
    will wish with within without work working works would write yesterday your yours able being hours
    hour morning happening issue issues
"""
_GERMAN = """
    aber alle allem allen alles also andere anfrage auch bald bereits beste bitte brauche danke dann
    dass dein deine denn diese diesem diesen dieser dieses doch dringend eben eine einem einen einer
    eines einige etwas falls frage ganz geehrte geehrter geehrtes gerade gerne geht gestern grüße gruß
    gruss grüssen grüßen guten haben habe hallo hatte heute hier hilfe ihnen ihre ihrem ihren ihrer
    immer jetzt jemand kann kein keine keinen können könnten kunde liebe lieber mehr mein meine meinem
    meinen meiner meldung mich minuten mittag mfg möchte morgen muss nach nachricht nicht nichts noch
    nochmal oder problem probleme rufen schnell schon sehr sein seine seit selbst servus sich sind
    sobald sollte sonst stunden team tag tage nacht nächste über uhrzeit unser unsere unserem unseren
    unserer viel viele vielen vielleicht vom wann warum was wäre wegen weil welche wenn werden wieder
    wird wirklich wissen woche würde wurde zeit zurück zwei zwischen freundliche freundlichen
    freundlichem herren damen
"""

# With digits behind them these say what something is, not which one.
COMMON = frozenset(_COMMON.split())
FILES = frozenset(_FILES.split())  # the ends of files' names, which look like hosts
KNOWN_TO_ALL = frozenset(_KNOWN_TO_ALL.split())
EVERYWHERE = tuple(map(ip_network, _EVERYWHERE.split()))
# Where providers have their data centers: every spelling -> the first of its line.
SITES: Mapping[str, str] = {
    spelling.casefold(): spellings[0]
    for spellings in map(str.split, _CITIES.replace("\n", ";").split(";"))
    for spelling in spellings
}
CITIES = frozenset(SITES.values())
# What every mail to a provider says, whatever it is about.
SAYS_NOTHING = frozenset(map(str.casefold, (*_ENGLISH.split(), *_GERMAN.split())))
