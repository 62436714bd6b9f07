import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.places import rules

CODES = {"33", "3304", "330481", "330481103", "330481103201"}


def test_published_pairs_of_the_two_frames() -> None:
    assert rules.wgs84_to_gcj02(120.75, 30.75) == pytest.approx((120.754321, 30.747703), abs=1e-6)
    assert rules.gcj02_to_wgs84(120.783024, 30.747842) == pytest.approx((120.778721, 30.750154), abs=1e-6)


def test_outside_the_rectangle_the_frames_are_one() -> None:
    assert rules.wgs84_to_gcj02(2.35, 48.85) == (2.35, 48.85)


@given(st.floats(75, 134), st.floats(5, 53))
def test_there_and_back_is_the_same_place(lon: float, lat: float) -> None:
    assert rules.gcj02_to_wgs84(*rules.wgs84_to_gcj02(lon, lat)) == pytest.approx((lon, lat), abs=1e-7)


def test_the_path_of_a_code() -> None:
    assert rules.path_of("330481103", CODES) == "33/3304/330481/330481103/"
    assert rules.path_of("33", CODES) == "33/"


def test_a_code_without_its_parent_is_named() -> None:
    with pytest.raises(rules.NoParent, match="330499"):
        rules.path_of("330499001", CODES)


@pytest.mark.parametrize(("code", "level"), [("33048", "county"), ("3304AB", "county"), ("33", "planet")])
def test_a_code_of_the_wrong_shape_is_refused(code: str, level: str) -> None:
    with pytest.raises(rules.BadCode, match=code):
        rules.check_code(code, level)


@pytest.mark.parametrize(
    ("name", "short"),
    [("海宁市", "海宁"), ("建设街道", "建设"), ("市区", "市区"), ("港区", "港区"), ("长安镇", "长安")],
)
def test_short_names(name: str, short: str) -> None:
    assert rules.short_name(name) == short
