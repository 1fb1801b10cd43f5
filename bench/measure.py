"""Two measurements of one desk: as much mail as it takes, and the delay at a rate that it can bear."""

from __future__ import annotations

import math
import queue
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.desk import Desk, desk
from bench.mails import Mail, mails
from bench.post import post

_WARM = 70  # mails before the first measurement: processes start, statements are compiled
_STALL = 60.0  # seconds without any mail: something is lost


@dataclass(frozen=True, slots=True)
class Figures:
    """One run on one store with mails of one size. CPU in milliseconds a mail, delays in seconds."""

    store: str
    size: int  # octets, mean of what was sent
    mails: int
    per_second: float
    cpu: float
    database_cpu: float  # 0 on SQLite, whose work is the daemon's own
    rate: float
    delay_median: float
    delay_99: float


def measure(store: str, size: int, count: int, rate: float, paced: int) -> Figures:
    """A new desk; `count` mails at once, then `paced` mails at `rate` a second."""
    every = mails(_WARM + count + paced, size)
    warm, flood, steady = every[:_WARM], every[_WARM : _WARM + count], every[_WARM + count :]
    with desk(store) as one:
        _door_to_door(one, warm)
        cpu, database = one.cpu(), one.database_cpu()
        began, ended = _door_to_door(one, flood)
        cpu, database = one.cpu() - cpu, one.database_cpu() - database
        seconds = max(ended.values()) - min(began.values())
        delays = _acknowledged(*_door_to_door(one, steady, rate))
    return Figures(
        store=store,
        size=sum(len(mail.content) for mail in flood) // count,
        mails=count,
        per_second=count / seconds,
        cpu=1000 * cpu / count,
        database_cpu=1000 * database / count,
        rate=rate,
        delay_median=statistics.median(delays),
        delay_99=percentile(delays, 0.99),
    )


Ended = dict[tuple[int, str], float]


def _door_to_door(one: Desk, sent: Sequence[Mail], rate: float = 0.0) -> tuple[dict[int, float], Ended]:
    """When each mail began, and when each mail that had to come of it was taken by the sink."""
    began = post(one.door, sent, rate)
    missing = {(mail.nonce, kind) for mail in sent for kind in mail.expected}
    ended: Ended = {}
    while missing:
        try:
            arrival = one.sink.arrivals.get(timeout=_STALL)
        except queue.Empty:
            tail = one.log.read_text()[-2000:]
            raise RuntimeError(f"{len(missing)} mails did not come, {missing.pop()}: {tail}") from None
        key = (arrival.nonce, arrival.kind)
        if arrival.kind == "incident":
            continue  # so many mails about the same words look like one, and a team is asked
        if key not in missing:
            raise RuntimeError(f"came unexpected or twice: {key}")
        missing.discard(key)
        ended[key] = arrival.at
    return began, ended


def _acknowledged(began: Mapping[int, float], ended: Ended) -> list[float]:
    return [at - began[nonce] for (nonce, kind), at in ended.items() if kind == "acknowledgement"]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def middle(runs: Sequence[Figures]) -> Figures:
    """Of runs that measured the same, the medians, figure by figure."""
    first = runs[0]

    def median(name: str) -> float:
        values: list[float] = [getattr(run, name) for run in runs]
        return statistics.median(values)

    return Figures(
        store=first.store,
        size=first.size,
        mails=first.mails,
        per_second=median("per_second"),
        cpu=median("cpu"),
        database_cpu=median("database_cpu"),
        rate=first.rate,
        delay_median=median("delay_median"),
        delay_99=median("delay_99"),
    )
