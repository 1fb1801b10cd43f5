"""Authentication-Results (RFC 8601): what the trusted host says of the From address.

Comes in: headers, the From address and whom the operator trusts. Goes out: pass, fail or none. Only
the topmost field of a configured host counts; nothing is verified here, no DNS is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailflow.message.fields import Header, segments, values
from mailflow.model import Authentication, Trust


@dataclass(frozen=True, slots=True)
class Result:
    """One method's verdict; `properties` by name as `header.d` or `smtp.mailfrom`, in lower case."""

    method: str
    verdict: str
    properties: dict[str, str]


def authentication(headers: Iterable[Header], from_address: str, trust: Trust) -> Authentication:
    """What the trusted host found, with the From address's domain aligned (RFC 7489 section 3.1).

    Pass: DMARC passed, or DKIM or SPF passed for an aligned domain. Fail: DMARC failed, or without
    a DMARC verdict both DKIM and SPF failed. The rest, and no trusted field at all, is none.
    """
    domain = _domain(from_address)
    found = results(headers, trust.authserv_ids)
    dmarc = {result.verdict for result in found if _is_dmarc_of(result, domain)}
    if "fail" in dmarc:
        return Authentication.FAIL
    if "pass" in dmarc or any(_passes(result, domain) for result in found):
        return Authentication.PASS
    if _failed(found, "dkim") and _failed(found, "spf"):
        return Authentication.FAIL
    return Authentication.NONE


def results(headers: Iterable[Header], authserv_ids: Iterable[str]) -> tuple[Result, ...]:
    """The results of the topmost field that a trusted host wrote; no such field, no results."""
    trusted = {name.casefold() for name in authserv_ids}
    for value in values(headers, "authentication-results"):
        host, *found = segments(value)
        if host and host[0].casefold() in trusted:
            return tuple(_result(words) for words in found if words)
    return ()


def _result(words: list[str]) -> Result:
    """`dkim/1=pass reason=... header.d=example.com` as a Result."""
    method, _, verdict = words[0].partition("=")
    pairs = (word.partition("=") for word in words[1:])
    return Result(
        method.partition("/")[0].casefold(),
        verdict.casefold(),
        {name.casefold(): text.casefold() for name, _, text in pairs},
    )


def _is_dmarc_of(result: Result, domain: str) -> bool:
    """DMARC's verdict is on the domain that it names: another From in the mail is not ours."""
    return result.method == "dmarc" and aligned(result.properties.get("header.from", domain), domain)


def _passes(result: Result, domain: str) -> bool:
    if result.verdict != "pass":
        return False
    found = result.properties
    if result.method == "dkim":
        return aligned(_domain(found.get("header.d") or found.get("header.i", "")), domain)
    if result.method == "spf":
        return aligned(_domain(found.get("smtp.mailfrom") or found.get("smtp.mail", "")), domain)
    return False


def _failed(found: tuple[Result, ...], method: str) -> bool:
    return any(each.method == method and each.verdict in {"fail", "softfail"} for each in found)


def aligned(one: str, other: str) -> bool:
    """The same domain, or one a subdomain of the other; a top-level domain aligns with nothing."""
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold().rstrip(".")
