"""The factor tables of HJ 212: what a code means, and in which unit each edition sends it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.oversight.enterprises.rules.vocabulary import Edition

ANY_EQUIPMENT = ("xx", "xxxx")


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One printed row; `code` is empty for what only the 2005 edition knows."""

    code: str
    old_code: str
    name_zh: str
    name_en: str
    kind: str
    unit_2005: str
    unit_2017: str
    unit_2025: str
    emission_unit: str
    format_2005: str = ""
    format_2017: str = ""
    source: str = ""
    note: str = ""

    def unit(self, edition: str) -> str:
        """The unit that devices of the edition send, in ASCII; "1" is dimensionless, empty is not printed.

        Where the 2005 table prints none, that of 2017 holds.
        """
        later = {Edition.E2017: self.unit_2017, Edition.E2025: self.unit_2025}
        return later.get(Edition(edition)) or self.unit_2005 or self.unit_2017


@dataclass
class FactorTable:
    """All rows with the ways to find one; where the standard prints a code twice the first row answers."""

    rows: tuple[FactorRow, ...]
    _by_code: dict[str, FactorRow] = field(default_factory=dict, init=False)
    _by_folded: dict[str, FactorRow] = field(default_factory=dict, init=False)
    _by_old: dict[str, FactorRow] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            if row.code:
                self._by_code.setdefault(row.code, row)
                self._by_folded.setdefault(row.code.lower(), row)
            if row.old_code:
                self._by_old.setdefault(row.old_code.lower(), row)

    def find(self, code: str) -> FactorRow | None:
        """By code as printed; else without regard to capitals; else as equipment of a numbered row."""
        folded = code.lower()
        found = self._by_code.get(code) or self._by_folded.get(folded)
        patterns = (folded[: -len(tail)] + tail for tail in ANY_EQUIPMENT)
        return found or next((self._by_folded[name] for name in patterns if name in self._by_folded), None)

    def find_old(self, old_code: str) -> FactorRow | None:
        """By the code of HJ/T 212-2005."""
        return self._by_old.get(old_code.lower())

    def twice(self) -> frozenset[str]:
        """Codes that stand over more than one row, to be settled per site."""
        codes = [row.code for row in self.rows if row.code]
        return frozenset(code for code in codes if codes.count(code) > 1)


def table_of(rows: Iterable[FactorRow]) -> FactorTable:
    return FactorTable(tuple(rows))
