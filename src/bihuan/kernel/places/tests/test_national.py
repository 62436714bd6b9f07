import pytest

from bihuan.kernel.places.national import knows


@pytest.mark.parametrize(
    ("city", "county"),
    [
        ("岳阳市", "华容县"),
        ("岳阳", "华容"),
        ("青岛市", "即墨市"),
        ("阜新市", "阜蒙县"),
        ("盐城市", "新曹农场"),
        ("西咸新区", "沣西新城"),
        ("北京市", "海淀区"),
        ("仙桃市", ""),
        ("恩施土家族苗族自治州", "利川市"),
    ],
)
def test_places_of_the_country_are_known(city, county):
    assert knows(city, county)


@pytest.mark.parametrize(
    ("city", "county"),
    [("岳阳市", "火星县"), ("火星市", "华容县"), ("岳阳市", "海宁市"), ("青岛市", "阜蒙县")],
)
def test_names_that_are_nobody_s_are_not(city, county):
    assert not knows(city, county)
