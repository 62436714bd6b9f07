from bihuan.oversight.monitoring.rules.letters import (
    PENDING,
    REASON_LETTERS,
    STATUS_LETTERS,
    reason_of,
    settled,
    statuses_of,
    with_hour,
)
from bihuan.oversight.monitoring.rules.validity import Reason, Status


def test_every_status_and_reason_has_its_own_letter() -> None:
    assert set(STATUS_LETTERS) == set(Status)
    assert set(REASON_LETTERS) == set(Reason)
    assert len(set(STATUS_LETTERS.values())) == len(Status)
    assert [reason_of(letter) for letter in REASON_LETTERS.values()] == list(REASON_LETTERS)


def test_pending_hours_have_no_status_until_the_day_is_over() -> None:
    letters = with_hour(PENDING * 24, 3, "V")
    assert statuses_of(letters)[2:5] == [None, Status.VALID, None]
    assert settled(letters).count(Status.MISSING) == 23


def test_an_unknown_reason_is_none() -> None:
    assert reason_of("?") is Reason.NONE
