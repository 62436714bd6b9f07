"""Gateway and database are killed under load; what was acknowledged is stored, and nothing twice."""

import pytest

from bihuan.gateway_kills import run

KILLS = ["gateway", "database", "gateway", "database", "gateway"]


@pytest.mark.story
@pytest.mark.xdist_group("kills")
def test_what_was_acknowledged_is_stored_and_nothing_twice() -> None:
    found = run(devices=40, kills=KILLS)
    assert found["kills"] == {"gateway": 3, "database": 2}
    assert found["acknowledged"] > 100
    assert found["sent_again"] > 0
    for fault in ("missing", "twice", "never_sent"):
        assert (fault, found[fault]) == (fault, 0)
