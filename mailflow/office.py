"""What every decision is made with: the operator's policy and the texts of mail."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailflow.model import Desk
from mailflow.outbound.compose import Render


@dataclass(frozen=True, slots=True)
class Office:
    """The desk as configured, and its templates."""

    desk: Desk
    render: Render = field(repr=False)
