"""A batch as printed against its own arithmetic. What a source counts in its own way is told apart from a
real mismatch: types counted by problem, a petition shared by two places, one left out of the list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

TOLERANCE = Fraction(1, 10)


class Verdict(StrEnum):
    AGREES = "agrees"
    EXPLAINED = "explained"
    SLIP = "slip"
    MISMATCH = "mismatch"


_RANK = tuple(Verdict)


@dataclass(frozen=True)
class Check:
    """One comparison: `name` says of what, `why` names the way of counting that explains a difference."""

    name: str
    verdict: Verdict
    printed: str
    computed: str
    why: str = ""


SHARED = re.compile(
    r"shared|touches two|two (?:cities|regions|districts)|共同|共有|涉及两|跨|分摊|各计", re.IGNORECASE
)
LEFT_OUT = re.compile(r"not in the list|left out|outside the list|未列入|另有|不在表|未计入", re.IGNORECASE)
WORDS = {"one": 1, "two": 2, "three": 3, "一": 1, "两": 2, "二": 2, "三": 3}
BASIS_TOTAL = re.compile(r"\((\d+)\)|（(\d+)）")

# Parts among the results that must add up, and the first of the totals named that the source prints.
RESULT_SUMS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("results", ("closed", "stage_closed", "open"), ("total",)),
    ("results", ("closed", "in_progress"), ("accepted", "cumulative_total", "total")),
    ("cumulative_results", ("closed_cumulative", "in_progress"), ("cumulative", "cumulative_total")),
    ("cumulative_channels", ("cum_calls", "cum_letters"), ("cumulative_total",)),
    ("channels", ("phone", "wechat", "online"), ("total",)),
    ("channels", ("from_zhelifang", "from_national_platform"), ("total",)),
)


def check_batch(batch: Mapping[str, Any]) -> list[Check]:
    """Everything in the announcement that can be added up."""
    note, found = str(batch.get("note") or ""), []
    total, cumulative = _number(batch.get("total")), _number(batch.get("cumulative_total"))
    found += _channels(batch, total)
    found += _sum("regions", batch.get("by_region"), total, note)
    found += _types(batch, total)
    found += _sum("cumulative_regions", batch.get("cumulative_by_region"), cumulative, note)
    found += _sum("cumulative_types", batch.get("cumulative_by_type"), cumulative, note)
    results = batch.get("results") or {}
    key = _number(results.get("cumulative_key_items"))
    found += _sum("key_regions", results.get("cumulative_key_by_region"), key, note)
    found += _sum("key_types", results.get("cumulative_key_by_type"), key, note)
    found += _results(batch, results)
    found += _shares(batch, results, total)
    return found


def verdict(checks: Iterable[Check]) -> Verdict:
    """The worst of the checks."""
    return max((check.verdict for check in checks), key=_RANK.index, default=Verdict.AGREES)


def check_share(part: int, whole: int, printed: str) -> Check:
    """A printed percentage: a slip is not what rounds to it but near, a mismatch is off by more than 0.1."""
    exact = Fraction(part * 100, whole)
    places = len(printed.partition(".")[2])
    right = _decimal(exact).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    said = Fraction(printed)
    result = Verdict.AGREES
    if Fraction(right) != said:
        result = Verdict.SLIP if abs(said - exact) <= TOLERANCE else Verdict.MISMATCH
    return Check("share", result, f"{printed}%", f"{part}/{whole} = {right}%")


def follows(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Whether one announcement is the next after the other: same area and inspection, next batch or day."""
    if any(earlier.get(name) != later.get(name) for name in ("area", "inspection")):
        return False
    first, second = earlier.get("batch_no"), later.get("batch_no")
    if str(first).isdigit() and str(second).isdigit():
        return int(str(second)) == int(str(first)) + 1
    days = [_day(one.get("handover_date")) for one in (earlier, later)]
    return days[0] is not None and days[1] is not None and days[1] - days[0] == timedelta(days=1)


def check_following(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[Check]:
    """What was cumulative before, plus this batch, is cumulative now: in all and type by type."""
    found = []
    before, now = _number(earlier.get("cumulative_total")), _number(later.get("cumulative_total"))
    total = _number(later.get("total"))
    if before is not None and now is not None and total is not None:
        found.append(_equal("cumulative", printed=now, computed=before + total))
    for axis in ("type", "region"):
        old, new = earlier.get(f"cumulative_by_{axis}") or {}, later.get(f"cumulative_by_{axis}") or {}
        added = later.get(f"by_{axis}") or {}
        if old and new:
            names = sorted({*old, *new})
            wrong = [name for name in names if _at(new, name) != _at(old, name) + _at(added, name)]
            result = Verdict.MISMATCH if wrong else Verdict.AGREES
            found.append(Check(f"cumulative_{axis}s_follow", result, "、".join(wrong) or "—", "—"))
    return found


def _channels(batch: Mapping[str, Any], total: Fraction | None) -> list[Check]:
    calls, letters = _number(batch.get("calls")), _number(batch.get("letters"))
    if total is None or calls is None or letters is None:
        return []
    return [_equal("channels", printed=total, computed=calls + letters)]


def _sum(name: str, parts: Any, total: Fraction | None, note: str) -> list[Check]:
    if not parts or total is None:
        return []
    computed = _add(parts)
    if computed == total:
        return [_equal(name, printed=total, computed=computed)]
    why = _way_of_counting(computed - total, note)
    result = Verdict.EXPLAINED if why else Verdict.MISMATCH
    return [Check(name, result, _text(total), _text(computed), why)]


def _way_of_counting(difference: Fraction, note: str) -> str:
    """The note must tell of such a case, and of as many as the difference is."""
    if abs(difference) not in _numbers(note):
        return ""
    if difference > 0 and SHARED.search(note):
        return "shared"
    if difference < 0 and LEFT_OUT.search(note):
        return "left_out"
    return ""


def _types(batch: Mapping[str, Any], total: Fraction | None) -> list[Check]:
    """Counted by problem, one petition may stand under several types; a sum that is printed must hold."""
    parts, basis = batch.get("by_type"), str(batch.get("type_basis") or "")
    note = str(batch.get("note") or "")
    if not parts or total is None:
        return []
    if not basis.startswith("problem"):
        return _sum("types", parts, total, note)
    computed = _add(parts)
    said = BASIS_TOTAL.search(basis) or (BASIS_TOTAL.search(note) if "type" in note else None)
    stated = Fraction(next(filter(None, said.groups()))) if said else None
    sound = computed == stated if stated is not None else computed >= total
    result = Verdict.EXPLAINED if sound else Verdict.MISMATCH
    return [Check("types", result, _text(stated or total), _text(computed), "by_problem" if sound else "")]


def _results(batch: Mapping[str, Any], results: Mapping[str, Any]) -> list[Check]:
    known = {**batch, **results}
    found = []
    for name, parts, wholes in RESULT_SUMS:
        values = [_number(results.get(part)) for part in parts]
        totals = [value for whole in wholes if (value := _number(known.get(whole))) is not None]
        if totals and all(value is not None for value in values):
            computed = sum((value for value in values if value is not None), Fraction(0))
            found.append(_equal(name, printed=totals[0], computed=computed))
    return found


def _shares(batch: Mapping[str, Any], results: Mapping[str, Any], total: Fraction | None) -> list[Check]:
    counts, found = batch.get("by_type") or {}, []
    for name, printed in (results.get("share_percent") or {}).items():
        if name in counts and total:
            one = check_share(int(_at(counts, name)), int(total), str(printed))
            found.append(Check(f"share:{name}", one.verdict, one.printed, one.computed))
    return found


def _equal(name: str, *, printed: Fraction, computed: Fraction) -> Check:
    result = Verdict.AGREES if printed == computed else Verdict.MISMATCH
    return Check(name, result, _text(printed), _text(computed))


def _add(parts: Mapping[str, Any]) -> Fraction:
    return sum((_at(parts, name) for name in parts), Fraction(0))


def _at(parts: Mapping[str, Any], name: str) -> Fraction:
    return _number(parts.get(name)) or Fraction(0)


def _number(value: Any) -> Fraction | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return Fraction(str(value))
    except ValueError:
        return None


def _numbers(note: str) -> set[Fraction]:
    said = {Fraction(text) for text in re.findall(r"\d+(?:\.\d+)?", note)}
    return said | {Fraction(number) for word, number in WORDS.items() if word in note.lower()}


def _text(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{_decimal(value).normalize():f}"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
