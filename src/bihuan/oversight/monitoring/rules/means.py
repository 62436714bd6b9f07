"""Means and quantities of HJ 212-2017 appendix D. Pure."""

from collections.abc import Iterable, Sequence

ZERO_CELSIUS_K = 273.0
STANDARD_PRESSURE_PA = 101_325.0
MOLAR_VOLUME = 22.4
NO_TO_NO2 = 46 / 30


def arithmetic_mean(values: Iterable[float]) -> float | None:
    """None of nothing."""
    kept = list(values)
    return sum(kept) / len(kept) if kept else None


def time_weighted_mean(pairs: Iterable[tuple[float, float]]) -> float | None:
    """Mean of (value, minutes) weighted by minutes; None where no time is covered."""
    kept = list(pairs)
    total = sum(minutes for _value, minutes in kept)
    return sum(value * minutes for value, minutes in kept) / total if total > 0 else None


# Waste water (D.1)


def volume_m3(flow_l_s: float, seconds: float) -> float:
    """D = Q·T/1000: m³ of a time slice with flow in L/s (D.1)."""
    return flow_l_s * seconds / 1000


def mass_kg(volume: float, concentration_mg_l: float) -> float:
    """G = D·C/1000: kg in `volume` m³ (D.1)."""
    return volume * concentration_mg_l / 1000


def flow_weighted_mean(slices: Sequence[tuple[float, float]]) -> float | None:
    """1000·ΣG/ΣD in mg/L over (volume m³, concentration mg/L); None is `no_discharge` (D.1).

    A slice without flow weighs nothing: what stands in the pipe was not discharged.
    """
    total = sum(volume for volume, _concentration in slices)
    if total <= 0:
        return None
    return 1000 * sum(mass_kg(volume, concentration) for volume, concentration in slices) / total


# Flue gas (D.2)


def to_standard_state(
    concentration: float, *, celsius: float, atmospheric_pa: float, static_pa: float = 0.0
) -> float:
    """Csn = Cs·101325/(Ba+Ps)·(273+ts)/273 (D.2.1)."""
    pressure = STANDARD_PRESSURE_PA / (atmospheric_pa + static_pa)
    return concentration * pressure * (ZERO_CELSIUS_K + celsius) / ZERO_CELSIUS_K


def to_dry(concentration: float, moisture_share: float) -> float:
    """C/(1 − Xsw), moisture as a share of one (D.2.1)."""
    return concentration / (1 - moisture_share)


def ppm_to_mg(ppm: float, molar_mass: float) -> float:
    """M/22.4·ppm in mg/m³ (D.2.1)."""
    return molar_mass / MOLAR_VOLUME * ppm


def nox_as_no2(no_mg: float, no2_mg: float) -> float:
    """C(NO)·46/30 + C(NO2) in mg/m³ (D.2.1)."""
    return no_mg * NO_TO_NO2 + no2_mg


def working_flow_m3_h(area_m2: float, velocity_m_s: float) -> float:
    """Qs = 3600·F·Vs (D.2.2)."""
    return 3600 * area_m2 * velocity_m_s


def standard_dry_flow_m3_h(
    working: float, *, celsius: float, atmospheric_pa: float, static_pa: float = 0.0, moisture_share: float
) -> float:
    """Qsn = Qs·273/(273+ts)·(Ba+Ps)/101325·(1−Xsw) (D.2.2)."""
    temperature = ZERO_CELSIUS_K / (ZERO_CELSIUS_K + celsius)
    pressure = (atmospheric_pa + static_pa) / STANDARD_PRESSURE_PA
    return working * temperature * pressure * (1 - moisture_share)


def mass_rate_kg_h(concentration_mg_m3: float, dry_flow_m3_h: float) -> float:
    """G = C·Qsn·10⁻⁶ (D.2.3)."""
    return concentration_mg_m3 * dry_flow_m3_h / 1_000_000
