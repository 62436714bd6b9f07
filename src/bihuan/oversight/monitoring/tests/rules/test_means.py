"""Worked examples of HJ 212-2017 appendix D, as computed in the telemetry chapter 3.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules import means

FLOWS_L_S = (20.0, 10.0, 0.0, 30.0)
COD_MG_L = (40.0, 60.0, 500.0, 50.0)


def slices() -> list[tuple[float, float]]:
    volumes = [means.volume_m3(flow, 3600) for flow in FLOWS_L_S]
    return list(zip(volumes, COD_MG_L, strict=True))


def test_d_1_volumes_of_four_hours() -> None:
    assert [volume for volume, _cod in slices()] == [72, 36, 0, 108]


def test_d_1_mass_of_four_hours() -> None:
    assert sum(means.mass_kg(*one) for one in slices()) == pytest.approx(10.44)


def test_d_1_weighted_mean_leaves_out_the_hour_without_flow() -> None:
    assert means.flow_weighted_mean(slices()) == pytest.approx(48.333, abs=5e-4)
    assert means.arithmetic_mean(COD_MG_L) == 162.5


def test_d_1_without_any_flow_there_is_no_mean() -> None:
    assert means.flow_weighted_mean([(0.0, 500.0)]) is None
    assert means.flow_weighted_mean([]) is None


def test_appendix_c_flow_quantities_agree_with_17_5_litres_a_second() -> None:
    assert [means.volume_m3(17.5, seconds) for seconds in (600, 3600, 86400)] == [10.5, 63.0, 1512.0]
    assert means.mass_kg(63.0, 40.1) == pytest.approx(2.526, abs=5e-4)


def test_d_2_1_to_standard_state() -> None:
    assert means.to_standard_state(80, celsius=120, atmospheric_pa=101325, static_pa=-500) == pytest.approx(
        115.74, abs=5e-3
    )


def test_d_2_1_wet_to_dry() -> None:
    assert means.to_dry(80, 0.08) == pytest.approx(86.96, abs=5e-3)


@pytest.mark.parametrize(("ppm", "mass", "mg"), [(50, 64, 142.86), (30, 46, 61.61)])
def test_d_2_1_ppm_to_mg(ppm: float, mass: float, mg: float) -> None:
    assert means.ppm_to_mg(ppm, mass) == pytest.approx(mg, abs=5e-3)


def test_d_2_1_nox_counts_no_as_no2() -> None:
    assert means.nox_as_no2(30, 5) == pytest.approx(51.0)


def test_d_2_2_flows_and_mass_rate() -> None:
    working = means.working_flow_m3_h(4, 12)
    dry = means.standard_dry_flow_m3_h(
        working, celsius=120, atmospheric_pa=101325, static_pa=-500, moisture_share=0.08
    )
    assert working == 172_800
    assert dry == pytest.approx(109_888.8, abs=0.1)
    assert means.mass_rate_kg_h(20, dry) == pytest.approx(2.1978, abs=5e-5)


def test_means_of_nothing() -> None:
    assert means.arithmetic_mean([]) is None
    assert means.time_weighted_mean([]) is None


def test_time_weighted_mean() -> None:
    assert means.time_weighted_mean([(10, 10), (40, 20)]) == 30


positive = st.floats(min_value=0.01, max_value=1e4)


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=24))
def test_a_weighted_mean_lies_between_the_least_and_the_greatest(pairs: list[tuple[float, float]]) -> None:
    mean = means.flow_weighted_mean(pairs)
    concentrations = [concentration for _volume, concentration in pairs]
    assert mean is not None
    assert min(concentrations) * (1 - 1e-9) <= mean <= max(concentrations) * (1 + 1e-9)


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=24))
def test_mass_is_what_the_weighted_mean_says(pairs: list[tuple[float, float]]) -> None:
    mean = means.flow_weighted_mean(pairs)
    assert mean is not None
    total = sum(means.mass_kg(volume, concentration) for volume, concentration in pairs)
    assert means.mass_kg(sum(volume for volume, _c in pairs), mean) == pytest.approx(total)
