"""Pure decisions of the IMAP door: where to begin, what is history, what is due, how far we are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from mailflow.ingest.imap.progress import (
    BATCH,
    BATCH_OCTETS,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    SPAN,
    Listed,
    Opened,
    Progress,
    batches,
    begun,
    is_history,
    renumbered,
    spans,
)
from mailflow.store.mailboxes import Mailbox

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
START = Mailbox(7, 10, NOW, 10)


def mail(uid: int, size: int = 1, date: datetime | None = NOW) -> Listed:
    return Listed(uid, size, date)


# --- Where to begin ---


def test_history_that_is_ignored_is_behind_us() -> None:
    """The state begins at UIDNEXT-1: nothing that was there is fetched."""
    assert begun(Opened(7, 11, 10), "ignore", NOW) == Mailbox(7, 10, NOW, 10)


def test_history_that_is_imported_is_before_us_and_known_as_history() -> None:
    """The state begins at 0 and knows up to which UID mail is old."""
    assert begun(Opened(7, 11, 10), "import", NOW) == Mailbox(7, 0, NOW, 10)


def test_an_empty_mailbox_has_no_history() -> None:
    """UIDNEXT is 1: whatever comes is new, whatever its date says."""
    state = begun(Opened(7, 1, 0), "ignore", NOW)
    assert not is_history(state, mail(1, date=NOW - timedelta(days=9)))


def test_new_uidvalidity_means_everything_again() -> None:
    """UIDs start anew; when the mailbox was first polled is not forgotten."""
    assert renumbered(START, 8) == Mailbox(8, 0, NOW, None)


@pytest.mark.parametrize(("uid", "old"), [(9, True), (10, True), (11, False)])
def test_history_is_told_by_uid(uid: int, old: bool) -> None:
    """Below, at and above the boundary; dates do not matter: a moved mail keeps an old one."""
    assert is_history(START, mail(uid, date=None)) is old


@pytest.mark.parametrize(
    ("date", "old"), [(NOW - SECOND, True), (NOW, False), (NOW + SECOND, False), (None, False)]
)
def test_after_renumbering_history_is_told_by_date(date: datetime | None, old: bool) -> None:
    """Older than the first poll is history; without a date it is new, so that nothing is lost."""
    assert is_history(renumbered(START, 8), mail(1, date=date)) is old


# --- What to ask for ---


def test_few_mails_are_searched_at_once() -> None:
    """However far apart the UIDs are."""
    assert list(spans(4, Opened(7, 4_000_000_000, SPAN))) == ["5:*"]


def test_many_mails_are_searched_in_spans_without_a_gap() -> None:
    """The answer to one SEARCH stays far below imaplib's limit of 1 MB to a line."""
    found = list(spans(0, Opened(7, 2 * SPAN + 2, SPAN + 1)))
    assert found == [f"1:{SPAN}", f"{SPAN + 1}:{2 * SPAN}", f"{2 * SPAN + 1}:*"]
    assert SPAN * len(" 4294967295") < 1_000_000


def test_a_batch_holds_so_many_mails() -> None:
    sizes = [len(batch) for batch in batches([mail(uid) for uid in range(1, BATCH + 2)])]
    assert sizes == [BATCH, 1]


def test_a_batch_holds_so_many_octets() -> None:
    """Exactly full is full; a mail that is larger than a batch goes by itself."""
    sizes = [BATCH_OCTETS - 1, 1, 1, BATCH_OCTETS + 1, 1]
    found = list(batches([mail(uid, size) for uid, size in enumerate(sizes)]))
    assert [[one.uid for one in batch] for batch in found] == [[0, 1], [2], [3], [4]]


def test_a_suspect_goes_alone() -> None:
    """The mails around it are not held up by it."""
    found = list(batches([mail(uid) for uid in range(5)], alone={2}))
    assert [[one.uid for one in batch] for batch in found] == [[0, 1], [2], [3, 4]]


# --- How far we are ---


def test_the_state_moves_on_with_what_is_ended() -> None:
    """Gaps between UIDs are normal."""
    progress = Progress(START)
    progress.listed([11, 14, 90])
    progress.end(11)
    progress.end(14)
    assert progress.mailbox().last_uid == 14
    progress.end(90)
    assert progress.mailbox().last_uid == 90


def test_what_is_behind_us_is_not_due() -> None:
    """A search for "11:*" always finds the last mail, whatever its UID (RFC 9051, sequence-set)."""
    progress = Progress(START)
    progress.listed([10])
    assert progress.due(0.0) == []
    assert progress.mailbox() == START


def test_a_held_mail_holds_the_state_and_not_the_next_mail() -> None:
    """What fails is asked for again after a restart; what came later is taken now, once."""
    progress = Progress(START)
    progress.listed([11, 12, 13])
    progress.end(11)
    progress.hold(12, "no", 100.0)
    progress.end(13)
    assert progress.mailbox().last_uid == 11
    progress.listed([12, 13, 14])
    assert progress.due(100.0) == [14]
    assert progress.due(100.0 + FIRST_PAUSE) == [12, 14]


def test_a_held_mail_that_succeeds_lets_the_state_go() -> None:
    progress = Progress(START)
    progress.listed([11, 12])
    progress.hold(11, "no", 0.0)
    progress.end(12)
    progress.end(11)
    assert progress.mailbox().last_uid == 12
    assert progress.trouble == ""


def test_a_held_mail_that_somebody_removes_lets_the_state_go() -> None:
    """Otherwise it would be trouble for ever."""
    progress = Progress(START)
    progress.listed([11, 12])
    progress.hold(11, "no", 0.0)
    progress.end(12)
    progress.listed([12])
    assert progress.mailbox().last_uid == 12
    assert progress.trouble == ""


def test_pauses_of_a_failing_mail_grow_to_a_limit() -> None:
    """It is tried for ever."""
    progress = Progress(START)
    progress.listed([11])
    pauses = [progress.hold(11, "no", 0.0).again_at for _ in range(50)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_mail_held_for_good_waits_for_a_restart() -> None:
    progress = Progress(START)
    progress.listed([11])
    assert progress.hold(11, "too big", 0.0, for_good=True).again_at == inf
    assert progress.due(10.0**9) == []
    assert Progress(progress.mailbox()).mailbox().last_uid == 10


def test_trouble_names_the_first_failing_mail() -> None:
    progress = Progress(START)
    progress.listed([11, 12])
    progress.hold(12, "b", 0.0)
    progress.hold(11, "a", 0.0)
    assert progress.trouble == "2 mail(s) not taken; UID 11: a"


def test_what_was_fetched_when_the_connection_broke_is_suspect() -> None:
    """Of several any may be the cause: all are tried again. One alone has to wait."""
    progress = Progress(START)
    progress.listed([11, 12])
    progress.suspect([11, 12], "broke", 0.0)
    assert progress.suspects == {11, 12}
    assert progress.due(0.0) == [11, 12]
    progress.suspect([11], "broke", 0.0)
    assert progress.due(0.0) == [12]
