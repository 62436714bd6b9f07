"""The table of mechanism.md §6, transition by transition."""

import pytest

from bihuan.loop.rules.states import State
from bihuan.loop.rules.transitions import ALL_CLOCKS, BY_EVENT, TRANSITIONS, TURNS, allowed_pairs

PUBLISHED = {
    ("reported", "duplicate"),
    ("reported", "not_accepted"),
    ("reported", "verifying"),
    ("verifying", "unfounded"),
    ("verifying", "registered"),
    ("reported", "registered"),
    ("registered", "assigned"),
    ("assigned", "registered"),
    ("assigned", "planned"),
    ("assigned", "rectifying"),
    ("planned", "rectifying"),
    ("rectifying", "stage_closed"),
    ("stage_closed", "rectifying"),
    ("rectifying", "suspended"),
    ("suspended", "rectifying"),
    ("rectifying", "self_checked"),
    ("self_checked", "rectifying"),
    ("self_checked", "accepted"),
    ("accepted", "publicised"),
    ("accepted", "closed"),
    ("publicised", "rectifying"),
    ("publicised", "closed"),
    ("accepted", "long_term"),
    ("closed", "reopened"),
    ("long_term", "reopened"),
    ("unfounded", "reopened"),
    ("reopened", "assigned"),
    ("closed", "archived"),
}


def test_the_table_is_the_mechanism_s_and_nothing_else() -> None:
    assert set(allowed_pairs()) == PUBLISHED


def test_every_state_that_waits_has_a_turn() -> None:
    waiting = {source for row in TRANSITIONS for source in row.sources}
    assert waiting - set(TURNS) == {State.UNFOUNDED}


def test_events_are_named_once() -> None:
    assert len(BY_EVENT) == len({act.event for act in BY_EVENT.values()})


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event)
def test_a_clock_that_a_transition_starts_is_stopped_by_another(row) -> None:
    stopped = {name for other in TRANSITIONS for name in other.stops}
    assert not row.starts or stopped >= set(ALL_CLOCKS)
