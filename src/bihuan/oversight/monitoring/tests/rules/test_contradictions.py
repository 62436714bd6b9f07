"""L1–L7 and M1–M3 of the telemetry chapter 5."""

from datetime import datetime

import pytest

from bihuan.oversight.monitoring.rules.alarms import contradiction as rules
from bihuan.oversight.monitoring.rules.alarms.contradiction import ConvertedHour, Row
from bihuan.oversight.monitoring.rules.periods import HOUR, SHANGHAI
from bihuan.oversight.monitoring.rules.readings import Reading

START = datetime(2026, 11, 2, tzinfo=SHANGHAI)


def at(hour: int) -> datetime:
    return START + hour * HOUR


def rows(*values: dict[str, float]) -> list[Row]:
    return [Row(at(n), value) for n, value in enumerate(values)]


def test_l1_the_mean_lies_between_least_and_greatest() -> None:
    readings = [
        Reading(at(0), 10, low=9, high=11),
        Reading(at(1), 12, low=9, high=11),
        Reading(at(2), 8, low=9, high=11),
        Reading(at(3), 11.1, low=9, high=11),
        Reading(at(4), 99),
    ]
    (episode,) = rules.order(readings, step=0.1)
    assert episode.evidence == (at(1), at(2))


@pytest.mark.parametrize(
    ("ours", "theirs", "beyond"), [(100, 105, False), (100, 106, True), (None, 5, None), (5, None, None)]
)
def test_l2_five_per_cent(ours: float | None, theirs: float | None, beyond: bool | None) -> None:
    found = rules.differs(ours, theirs, share=0.05)
    assert (found if found is None else found > 0) is beyond


def test_l2_hour_by_hour() -> None:
    pairs = [(at(0), 63.0, 63.0), (at(1), 2.526, 63.0), (at(2), None, 63.0), (at(3), 63.0, 62.0)]
    (episode,) = rules.balance(pairs, {"share": 0.05, "hours": 1})
    assert episode.evidence == (at(1),)


SPECIES = {"hours": 2, "nitrogen_share": 0.9}


@pytest.mark.parametrize(
    ("values", "contradicts"),
    [
        ({"w21003": 10, "w21001": 9.1}, False),
        ({"w21003": 10, "w21001": 8.9}, True),
        ({"w01017": 60, "w01018": 50}, True),
        ({"w20117": 600, "w20116": 0.5}, True),
        ({"w20117": 400, "w20116": 0.5}, False),
        ({"a24088": 50, "a24087": 40}, True),
        ({"w01018": 50}, False),
    ],
)
def test_l3_a_part_is_never_more_than_its_whole(values: dict[str, float], contradicts: bool) -> None:
    assert bool(rules.species(rows(values, values), SPECIES)) is contradicts
    assert rules.species(rows(values), SPECIES) == []


def test_l4_the_converted_value_of_the_device_against_ours() -> None:
    hours = [
        ConvertedHour(at(0), 100, 10, 136.4),
        ConvertedHour(at(1), 100, 10, 100),
        ConvertedHour(at(2), 100, 21, 100),
        ConvertedHour(at(3), 5, 10, 6.1),
    ]
    (episode,) = rules.converted(hours, 6, {"share": 0.02, "least": 1, "hours": 1})
    assert episode.evidence == (at(1),)


def test_l5_flow_against_velocity_and_area() -> None:
    found = rows({"a01011": 12, "a00000": 48}, {"a01011": 12, "a00000": 30}, {"a00000": 30})
    (episode,) = rules.flow_velocity(found, 4.0, {"share": 0.1, "hours": 1})
    assert episode.evidence == (at(1),)
    assert rules.flow_velocity(found, None, {"share": 0.1, "hours": 1}) == []


def test_l6_oxygen_near_air_or_none() -> None:
    found = rows({"a19001": 19}, {"a19001": 8}, {"a19001": 0.9}, {"a21026": 5})
    episodes = rules.oxygen_bias(found, {"high": 19, "low": 1, "hours": 1})
    assert [one.start for one in episodes] == [at(0), at(2)]


def test_l7_the_outlet_is_cleaner_than_the_inlet_but_not_that_clean() -> None:
    pairs = [(at(0), 100.0, 10.0), (at(1), 100.0, 100.0), (at(2), 100.0, 0.05), (at(3), 0.0, 0.0)]
    (episode,) = rules.in_and_out(pairs, {"removal": 0.999, "hours": 2})
    assert episode.evidence == (at(1), at(2))


def test_m1_a_faulty_instrument_does_not_move() -> None:
    readings = [Reading(at(n), value, "D") for n, value in enumerate((5.0, 5.0, 5.3, 5.6, 5.1))]
    (episode,) = rules.flag_contradicts(readings, {"hours": 2})
    assert episode.start == at(2)
    normal = [Reading(at(n), float(n)) for n in range(5)]
    assert rules.flag_contradicts(normal, {"hours": 2}) == []
    silent = [Reading(at(n), None, "B") for n in range(5)]
    assert rules.flag_contradicts(silent, {"hours": 2}) == []


def test_m2_stopped_by_its_mark_and_burning() -> None:
    p = {"oxygen": 15, "minutes": 30}
    marked = [(Row(at(0), {"a19001": 8.0}), None), (Row(at(1), {"a19001": 20.5}), False)]
    (episode,) = rules.mark_contradicts_condition(marked, p)
    assert episode.evidence == (at(0),)
    assert rules.mark_contradicts_condition([(Row(at(0), {}), True)], p)
    assert rules.mark_contradicts_condition([(Row(at(0), {}), None)], p) == []


def test_m3_from_eighty_per_cent_of_the_allowance() -> None:
    assert rules.overused({"starting": 48, "heating": 100}, {"share": 0.8}) == {"starting": 0.8}
    assert rules.overused({}, {"share": 0.8}) == {}
