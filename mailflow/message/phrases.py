"""What mail programs write around quoted, forwarded and signed text, by language: data, no logic.

All phrases are case folded and single spaced; `quotes.py` and `text.py` compare them with lines made the
same way. A phrase alone never proves a quote: dates, addresses and neighbours do.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# The verb of "On ... NAME wrote:".
VERBS: Final = (
    "wrote", "writes",  # en
    "schrieb", "hat geschrieben", "geschrieben",  # de
    "a écrit", "a ecrit",  # fr
    "escribió", "escribio", "va escriure",  # es, ca
    "ha scritto", "scrive", "scritto",  # it
    "schreef", "geschreven", "het volgende geschreven",  # nl
    "napisał", "napisała", "napisal", "pisze",  # pl
    "escreveu", "escreveu o seguinte",  # pt
    "skrev", "følgende",  # sv, da, no
    "kirjoitti",  # fi
    "napsal", "napsala", "napísal", "napísala",  # cs, sk
    "написал", "написала", "пишет", "пише", "написав",  # ru, uk
    "yazdı", "yazmış",  # tr
    "írta", "a scris", "έγραψε",  # hu, ro, el
    "写道", "寫道", "のメール", "書きました", "님이 작성",  # zh, ja, ko
)  # fmt: skip

# How such a line begins.
OPENERS: Final = (
    "on ", "am ", "le ", "el ", "il ", "il giorno ", "in data ", "op ", "em ", "a ", "w dniu ", "dnia ", "den ",
    "dne ", "dňa ", "på ", "în ", "pe ", "στις ", "в ", "于", "在",
)  # fmt: skip

_LABELS: Final = {
    "from": (
        "from", "von", "de", "da", "van", "od", "fra", "från", "lähettäjä", "от", "від", "kimden", "gönderen",
        "feladó", "de la", "expéditeur", "remitente", "mittente", "afzender", "remetente", "nadawca", "avsändare",
        "avsender", "odesílatel", "odosielateľ", "发件人", "寄件者", "寄件人", "差出人", "送信元", "보낸 사람",
        "από", "šalje", "expeditor",
    ),
    "sent": (
        "sent", "date", "gesendet", "gesendet am", "datum", "envoyé", "envoyé le", "message du", "enviado",
        "enviado el", "enviada em", "enviado em", "enviada", "fecha", "inviato", "data", "verzonden", "wysłano",
        "skickat", "skickades", "sendt", "dato", "lähetetty", "päivämäärä", "pvm", "päiväys", "odesláno", "dátum",
        "odoslané", "отправлено", "дата", "надіслано", "gönderildi", "gönderilme tarihi", "tarih", "küldve",
        "elküldve", "trimis", "poslano", "发送时间", "日期", "发送日期", "寄件日期", "送信日時", "日時", "日付",
        "보낸 날짜", "ημερομηνία", "sendt den",
    ),
    "to": (
        "to", "an", "à", "a", "para", "aan", "do", "till", "til", "vastaanottaja", "komu", "pre", "кому", "kime",
        "alıcı", "címzett", "către", "destinataire", "destinatario", "destinatário", "za", "收件人", "收件者",
        "宛先", "送信先", "받는 사람", "προς", "prima",
    ),
    "subject": (
        "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "onderwerp", "temat", "assunto", "ämne",
        "emne", "aihe", "předmět", "predmet", "тема", "konu", "tárgy", "subiect", "subiectul", "主题", "主旨",
        "标题", "件名", "제목", "θέμα", "re",
    ),
    "other": (
        "cc", "bcc", "kopie", "kopia", "copie", "copie à", "copia", "cópia", "kopi", "kopio", "copy", "kópia",
        "копия", "копія", "másolat", "bilgi", "dw", "udw", "reply-to", "antwort an", "répondre à", "importance",
        "priority", "wichtigkeit", "priorität", "importanza", "importancia", "priorité", "attachments", "anlagen",
        "anhänge", "pièces jointes", "allegati", "bijlagen", "datos adjuntos", "anexos", "抄送", "副本",
        "on behalf of", "sender", "organization", "list-id", "vis", "cci", "kopija",
    ),
}  # fmt: skip

# "Betreff" -> "subject": the role of a line in a quoted mail's header.
LABELS: Final = MappingProxyType({label: role for role, labels in _LABELS.items() for label in labels})

# Lines of a whole header, as people paste it when mail is their trouble; mail programs never quote these.
RAW_LABELS: Final = frozenset(
    {
        "received", "message-id", "return-path", "delivered-to", "mime-version", "content-type", "dkim-signature",
        "authentication-results", "received-spf", "x-mailer", "user-agent", "x-spam-status", "in-reply-to",
        "references", "content-transfer-encoding", "arc-seal", "x-received",
    }
)  # fmt: skip

# Between dashes, above an answered mail.
ORIGINAL: Final = (
    "original message", "original mail", "original email", "original e-mail", "original appointment",
    "reply message", "replied message",
    "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "urspruengliche nachricht",
    "message d'origine", "message d’origine", "message original", "message initial",
    "mensaje original", "messaggio originale", "messaggio d'origine",
    "oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht",
    "mensagem original", "wiadomość oryginalna", "oryginalna wiadomość", "treść oryginalnej wiadomości",
    "ursprungligt meddelande", "originalmeddelande",
    "oprindelig besked", "oprindelig meddelelse", "opprinnelig melding", "original melding",
    "alkuperäinen viesti", "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet",
    "исходное сообщение", "исходящее сообщение", "оригинальное сообщение", "оригінальне повідомлення",
    "orijinal ileti", "özgün ileti", "orijinal mesaj", "mesaj original", "mesajul original",
    "原始邮件", "原邮件", "原始郵件", "元のメッセージ", "原文", "원본 메시지",
)  # fmt: skip

# Above a mail that is passed on, with or without dashes.
FORWARDED: Final = (
    "forwarded message", "begin forwarded message", "forwarded mail", "forwarded email", "forwarded by",
    "start of forwarded message",
    "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete mail",
    "weitergeleitete e-mail", "beginn der weitergeleiteten nachricht",
    "message transféré", "début du message réexpédié", "début du message transféré", "message transmis",
    "mail transféré", "message réexpédié", "courriel transféré",
    "mensaje reenviado", "inicio del mensaje reenviado", "correo reenviado",
    "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "doorgestuurde bericht",
    "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
    "início da mensagem reencaminhada",
    "wiadomość przekazana", "przekazana wiadomość", "przekazywana wiadomość", "początek przekazywanej wiadomości",
    "treść przekazanej wiadomości", "wiadomość przesłana dalej",
    "vidarebefordrat meddelande", "vidarebefordrat mejl", "vidarebefordrat mail",
    "början på vidarebefordrat meddelande", "påbörja vidarebefordrat meddelande",
    "vidarebefordrat brev", "påbörjat vidarebefordrat meddelande",
    "videresendt besked", "videresendt meddelelse", "videresendt melding", "videresendt e-post",
    "start på videresendt besked", "start på videresendt melding", "videresend melding",
    "välitetty viesti", "edelleenlähetetty viesti", "välitetty viesti alkaa",
    "přeposlaná zpráva", "začátek přeposílané zprávy", "začátek přeposlané zprávy", "předaná zpráva",
    "preposlaná správa", "začiatok preposlanej správy", "postúpená správa",
    "továbbított üzenet", "továbbított levél", "továbbított levél kezdete",
    "пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения",
    "перенаправленное сообщение", "пересылаемое письмо", "начало пересылаемого сообщения",
    "переслане повідомлення", "перенаправлене повідомлення", "пересланий лист",
    "iletilen ileti", "iletilmiş ileti", "yönlendirilen ileti", "başlangıç iletilen ileti", "iletilen mesaj",
    "mesaj redirecționat", "mesaj redirecţionat", "mesaj transmis", "proslijeđena poruka",
    "početak proslijeđene poruke", "započni proslijeđenu poruku",
    "转发的邮件", "转发邮件", "已转发的邮件", "轉寄的郵件", "轉寄郵件", "転送されたメッセージ", "メッセージを転送",
    "전달된 메시지",
)  # fmt: skip

# The outermost prefix of a subject.
FORWARD_PREFIXES: Final = frozenset(
    {
        "fw", "fwd", "wg", "tr", "rv", "i", "doorst", "fs", "enc", "pd", "vb", "vs", "vl", "videresend", "ilt",
        "i̇lt", "továbbítás", "redir.", "redir", "转发", "轉寄", "转", "転送", "ynt-ilt", "пересл", "fyi", "tov",
    }
)  # fmt: skip
REPLY_PREFIXES: Final = frozenset(
    {
        "re", "aw", "antw", "sv", "odp", "res", "ref", "rif", "r", "ynt", "ynt.", "回复", "答复", "回覆", "返信", "отв",
        "відп", "odpověď", "bls", "vá", "rép", "antwort",
    }
)  # fmt: skip

# How the line begins that a telephone or a program puts below a text.
DEVICES: Final = (
    "sent from my ", "sent from ", "sent via ", "sent with ", "sent using ", "get outlook for ", "get bluemail",
    "sent on the go", "sent by ",
    "von meinem ", "von meiner ", "von unterwegs gesendet", "gesendet von ", "gesendet mit ", "gesendet über ",
    "gesendet aus ", "diese nachricht wurde von meinem ", "holen sie sich outlook für ", "outlook für ",
    "envoyé de mon ", "envoyé depuis ", "envoyé à partir de ", "envoyé avec ", "envoyé de ", "télécharger outlook ",
    "obtenez outlook pour ", "obtenir outlook pour ",
    "enviado desde ", "enviado con ", "obtener outlook para ", "enviado de ", "enviado do ", "enviado a partir do ",
    "obter o outlook para ",
    "inviato da ", "inviato dal ", "scarica outlook per ", "ottieni outlook per ",
    "verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "outlook voor ", "download outlook voor ",
    "wysłane z ", "wysłano z ", "pobierz program outlook ", "pobierz outlook ",
    "skickat från ", "hämta outlook för ", "sendt fra ", "hent outlook ", "få outlook ", "skaff deg outlook ",
    "lähetetty ", "hanki outlook ", "odesláno z ", "odesláno ze ", "získejte outlook ", "stáhnout outlook ",
    "отправлено с ", "отправлено из ", "надіслано з ", "загрузить outlook ", "скачать outlook ",
    "iphone'umdan gönderildi", "ipad'imden gönderildi", "gönderildi ",
    "发自我的", "从我的", "從我的", "iphoneから送信", "ipadから送信",
)  # fmt: skip

# What proves that such a line is not a sentence of the writer's own.
GADGETS: Final = (
    "iphone", "ipad", "ipod", "android", "outlook", "blackberry", "samsung", "galaxy", "huawei", "xiaomi",
    "windows phone", "lumia", "nokia", "pixel", "sony", "xperia", "motorola", "oneplus", "honor", "smartphone",
    "mobile phone", "mobile device", "mobil", "handy", "handheld", "tablet", "mail", "yahoo", "gmail", "gmx",
    "web.de", "t-online", "proton", "bluemail", "typeapp", "thunderbird", "spark", "k-9", "aquamail", "windows",
    "mac", "phone", "телефон", "почт", "手机", "verizon", "t-mobile", "vodafone", "wireless",
)  # fmt: skip

# The writer says that answers stand inside the quoted text: then an unmarked quote is no proven quote.
INLINE: Final = (
    "see below", "see my answers", "see my comments", "see inline", "answers inline", "comments inline",
    "replies inline", "reply inline", "inline below", "answers below", "comments below", "my answers are below",
    "in red", "in blue", "in green", "in bold", "between your lines", "answered inline", "see my replies",
    "siehe unten", "s. unten", "s.u.", "antworten unten", "im text", "unten im text", "in rot", "in blau",
    "in grün", "zwischen den zeilen", "direkt in ihre", "direkt in deine", "direkt darunter", "im zitat",
    "voir ci-dessous", "ci-dessous", "en rouge", "en bleu", "dans le texte", "entre les lignes",
    "más abajo", "mas abajo", "en rojo", "en azul", "entre líneas",
    "vedi sotto", "in rosso", "qui sotto", "in blu", "zie onder", "zie hieronder", "in het rood", "hieronder",
    "zob. poniżej", "patrz poniżej", "poniżej", "na czerwono", "veja abaixo", "abaixo", "em vermelho",
    "se nedan", "i rött", "se nedenfor", "se under", "med rødt", "i rødt", "katso alla", "alla punaisella",
    "viz níže", "červeně", "см. ниже", "ниже", "красным", "aşağıda", "kırmızı", "见下", "如下", "以下",
)  # fmt: skip
