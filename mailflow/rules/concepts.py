"""What the concepts of words_*.py say about the buckets: the weights of the built-in rules.

A concept that is met gives its weight to each bucket named; two concepts in one sentence (or one mail)
can give more, or take away. Values are points; see classify.py for how they are added up.
"""

from __future__ import annotations

from dataclasses import dataclass

BILLING = "billing"
VPS = "vps"
CUSTOM = "custom-config"
GENERAL = "general"

Weights = dict[str, float]

WEIGHTS: dict[str, Weights] = {
    "wish": {},
    "set up": {CUSTOM: 1},
    "custom": {CUSTOM: 1.5},
    "double charge": {BILLING: 5},
    "money back": {BILLING: 4.5},
    "invoice": {BILLING: 3},
    "payment": {BILLING: 2},
    "payment trouble": {BILLING: 4},
    "dunning": {BILLING: 4},
    "tax": {BILLING: 3.5},
    "price": {BILLING: 1},
    "price dispute": {BILLING: 3.5},
    "balance": {BILLING: 2},
    "too expensive": {BILLING: 1},
    "cancel": {GENERAL: 2},
    "down": {VPS: 3.5},
    "slow": {VPS: 3},
    "crash": {VPS: 3},
    "disk": {VPS: 2.5},
    "network trouble": {VPS: 3},
    "locked out": {VPS: 2.5},
    "hardware": {VPS: 2},
    "broken": {VPS: 1.5},
    "monitoring": {VPS: 2},
    "machine part": {VPS: 1.2},
    "order": {GENERAL: 2},
    "server": {VPS: 0.7, CUSTOM: 0.3},
    "expert set-up": {CUSTOM: 4},
    "network set-up": {CUSTOM: 2.5},
    "rules": {CUSTOM: 2},
    "reverse dns": {CUSTOM: 3.5},
    "system set-up": {CUSTOM: 2},
    "service set-up": {CUSTOM: 2},
    "panel": {GENERAL: 3},
    "domain": {GENERAL: 3},
    "question before": {GENERAL: 2.5},
    "how to": {GENERAL: 2},
    "account data": {GENERAL: 3},
    "law": {GENERAL: 4},
    "abuse": {GENERAL: 4},
    "feedback": {GENERAL: 2.5},
    "automatic reply": {GENERAL: 7},
    "advertising": {GENERAL: 4},
    "applicant": {GENERAL: 5},
    "person": {GENERAL: 3},
    "thanks": {GENERAL: 0.5},
    "waiting": {GENERAL: 1.5},
}


@dataclass(frozen=True, slots=True)
class Together:
    """Two concepts in one mail, or within one sentence, mean more than each alone."""

    first: str
    second: str
    weights: Weights
    near: bool = True


TOGETHER: tuple[Together, ...] = (
    Together("set up", "expert set-up", {CUSTOM: 2.5}),
    Together("set up", "network set-up", {CUSTOM: 2.5}),
    Together("set up", "rules", {CUSTOM: 2.5}),
    Together("set up", "reverse dns", {CUSTOM: 2.5}),
    Together("set up", "system set-up", {CUSTOM: 2.5}),
    Together("set up", "service set-up", {CUSTOM: 2.5}),
    Together("wish", "set up", {CUSTOM: 1.5}),
    Together("wish", "expert set-up", {CUSTOM: 2}),
    Together("wish", "network set-up", {CUSTOM: 1.5}),
    Together("wish", "rules", {CUSTOM: 1.5}),
    Together("wish", "reverse dns", {CUSTOM: 1.5}),
    Together("wish", "system set-up", {CUSTOM: 1.5}),
    Together("wish", "service set-up", {CUSTOM: 1.5}),
    Together("set up", "payment", {BILLING: 4}),
    Together("wish", "invoice", {BILLING: 2}),
    Together("wish", "money back", {BILLING: 3}),
    Together("wish", "payment", {BILLING: 1}),
    Together("down", "money back", {BILLING: 2.5}, near=False),
    Together("down", "payment trouble", {BILLING: 2}, near=False),
    Together("down", "dunning", {BILLING: 2}, near=False),
    Together("money back", "price dispute", {BILLING: 1.5}, near=False),
    Together("applicant", "expert set-up", {GENERAL: 4}, near=False),
    Together("abuse", "dunning", {GENERAL: 5}, near=False),
    Together("abuse", "invoice", {GENERAL: 4}, near=False),
    Together("set up", "monitoring", {CUSTOM: 2}),
    Together("cancel", "too expensive", {BILLING: 4}, near=False),
    Together("locked out", "rules", {VPS: 3}),
    Together("down", "panel", {GENERAL: -2.5}, near=False),
    Together("locked out", "panel", {GENERAL: -2.5}, near=False),
    Together("disk", "panel", {GENERAL: -2.5}, near=False),
    Together("expert set-up", "panel", {GENERAL: -2.5}, near=False),
    Together("expert set-up", "domain", {GENERAL: -2.5}, near=False),
    Together("broken", "machine part", {VPS: 1.5}),
    Together("broken", "server", {VPS: 1}),
    Together("machine part", "server", {VPS: 0.8}),
    Together("down", "server", {VPS: 1.5}),
    Together("slow", "server", {VPS: 1.5}),
    Together("crash", "server", {VPS: 1}),
    Together("broken", "expert set-up", {VPS: 2}),
    Together("broken", "network set-up", {VPS: 2}),
    Together("broken", "service set-up", {VPS: 1.5}),
    Together("down", "expert set-up", {VPS: 2}),
    Together("down", "network set-up", {VPS: 2}),
    Together("down", "service set-up", {VPS: 2}),
    Together("how to", "panel", {GENERAL: 1.5}),
    Together("how to", "domain", {GENERAL: 1.5}),
    Together("question before", "service set-up", {GENERAL: 2}),
    Together("question before", "expert set-up", {GENERAL: 2}),
    Together("question before", "network set-up", {GENERAL: 2}),
    Together("question before", "price", {GENERAL: 2}),
)
