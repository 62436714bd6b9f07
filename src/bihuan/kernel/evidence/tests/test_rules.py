from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.kernel.evidence.rules import MISMATCHES, compare_claim, metres_between

NOON = datetime(2022, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE = (120.75, 30.75)


@pytest.mark.parametrize(
    ("taken", "place", "claimed", "claimed_place", "codes"),
    [
        (NOON, HERE, NOON + timedelta(hours=23), HERE, []),
        (NOON, HERE, NOON + timedelta(hours=25), HERE, ["time"]),
        (NOON, HERE, NOON, (120.76, 30.75), ["place"]),
        (None, (None, None), NOON, HERE, ["no_time", "no_place"]),
        (NOON, HERE, None, (None, None), []),
        (NOON, (120.75, None), None, HERE, ["no_place"]),
    ],
)
def test_a_photo_against_its_claim(taken, place, claimed, claimed_place, codes) -> None:
    found = compare_claim(
        exif_taken_at=taken,
        exif_lon=place[0],
        exif_lat=place[1],
        claimed_at=claimed,
        claimed_lon=claimed_place[0],
        claimed_lat=claimed_place[1],
    )
    assert found == codes
    assert set(found) <= set(MISMATCHES)


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert metres_between((120, 30), (120, 31)) == pytest.approx(111_195, abs=5)
