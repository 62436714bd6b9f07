"""Processes of a loaded instance are killed at random moments; what was acknowledged is there, once."""

import pytest

from bihuan.kills import run
from bihuan.living import living

KILLS = 15


@pytest.mark.story
@pytest.mark.xdist_group("kills")
def test_what_was_acknowledged_is_there_and_nothing_twice() -> None:
    with living() as instance:
        found = run(instance, kills=KILLS)
    assert sum(found["kills"].values()) == KILLS
    assert found["acknowledged"] >= KILLS
    for fault in ("missing", "twice", "photos_missing", "rotten_files"):
        assert (fault, found[fault]) == (fault, 0)
    assert found["ledger"].endswith(" 0 faults.")
