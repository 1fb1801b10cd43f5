"""Bytes and policy in, a Message with author, language and bucket out. Pure.

The daemon runs it in worker processes (workers.py) that can be killed: hostile mail hurts nobody.
"""

from __future__ import annotations

from mailflow.message import files, html, language, text
from mailflow.message.author import author
from mailflow.message.parse import parse
from mailflow.model import Desk, Envelope, Message
from mailflow.rules.classify import Classifier, Rules


class Understanding:
    """The policy, made ready once; `understand` is then called for mail after mail."""

    def __init__(self, desk: Desk, classifier: Classifier | None = None) -> None:
        self._desk = desk
        self._classifier = classifier or Rules(desk.buckets)

    def understand(self, content: bytes, envelope: Envelope) -> Message:
        """The mail, understood. Raises BeyondLimits for what no parser may see."""
        parsed = parse(content)
        shown = parsed.text_plain or html.to_text(parsed.html)
        reading = text.read(shown, parsed.subject)
        desk = self._desk
        tongue = language.detect(reading.new_text, desk.languages, parsed.subject)
        return Message(
            message_id=parsed.message_id,
            in_reply_to=parsed.in_reply_to,
            references=parsed.references,
            subject=parsed.subject,
            to=parsed.to,
            cc=parsed.cc,
            date=parsed.date,
            text=shown,
            new_text=reading.new_text,
            answer_text=reading.answer_text,
            html=html.sanitise(parsed.html),
            attachments=parsed.attachments,
            entity=parsed.entity,
            author=author(parsed.headers, parsed.from_, envelope, content, parsed.subject, shown, desk),
            language=tongue,
            choice=self._classifier.classify(parsed.subject, reading.new_text, tongue),
            defects=parsed.defects,
            warnings=files.warnings(content, parsed.attachments),
        )
