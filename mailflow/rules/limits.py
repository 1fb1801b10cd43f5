"""How much automatic mail may go out: `[limits]`. Storing is never limited."""

from __future__ import annotations

from mailflow.model import Limits


def exceeded(limits: Limits, to_address: int, to_strangers: int, *, stranger: bool) -> str:
    """Why one more automatic mail is too many, or an empty string.

    `to_address`: automatic mails to this address within `per_address.per` with no person's answer in
    between. `to_strangers`: those within `strangers.per` to all addresses that no person ever answered.
    """
    one, all_ = limits.per_address, limits.strangers
    if one is not None and to_address >= one.count:
        return f"limit per_address reached: {to_address} automatic mails with no answer of a person"
    if stranger and all_ is not None and to_strangers >= all_.count:
        return f"limit strangers reached: {to_strangers} automatic mails"
    return ""
